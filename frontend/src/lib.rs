//! The module that the browser loads. Rule: it starts the chat of `app` and nothing else.

/// Called once by the page's module script.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn start() {
    if cfg!(debug_assertions) {
        std::panic::set_hook(Box::new(|panic| leptos::logging::error!("{panic}")));
    }
    app::mount();
}
