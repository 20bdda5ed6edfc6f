//! The module that the browser loads. Rule: it starts Leptos and nothing else; every island is exported by `app`.

// Linked for its exported islands only.
use app as _;

/// Called once by the page's module script, before it hands each island its element.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    if cfg!(debug_assertions) {
        std::panic::set_hook(Box::new(|panic| leptos::logging::error!("{panic}")));
    }
    leptos::mount::hydrate_islands();
}
