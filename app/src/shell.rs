//! The document around every page. Rule: one inline script, with the answer's nonce, on pages with the island only; no inline
//! style.

use crate::{
    chat::Chat,
    page::{Page, Seed, Shell, Site},
    pages::{Login, NotFound, People, Problem, Register},
};
use leptos::{prelude::*, reactive::owner::Owner};
use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};
use wire::{Epoch, Person};

/// The whole document.
pub fn render(page: Page, shell: Shell) -> String {
    let owner = Owner::new_root(Some(Arc::new(hydration_context::SsrSharedContext::new_islands())));
    let html = owner.with(|| document(page, shell).to_html());
    drop(owner);
    "<!DOCTYPE html>".to_owned() + &html
}

fn document(page: Page, shell: Shell) -> impl IntoView {
    let title = title(&page);
    let kind = match &page {
        Page::Inbox { .. } | Page::Room { .. } => "chat",
        Page::People(_) => "people",
        _ => "plain",
    };
    let script = (kind == "chat").then(|| module(&shell.site, shell.nonce));
    view! {
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta
                    name="viewport"
                    content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
                />
                <meta name="color-scheme" content="light dark"/>
                <title>{title}</title>
                <link rel="stylesheet" href=shell.site.css.clone()/>
                <link rel="icon" type="image/svg+xml" href="/favicon.svg"/>
                {script}
            </head>
            <body data-page=kind>
                <TopBar viewer=shell.viewer.clone()/>
                {body(page, shell.viewer, shell.epoch)}
            </body>
        </html>
    }
}

/// Loads the module, starts Leptos, and gives each island its element: what Leptos' own `island_script.js` does, without
/// waiting for the browser to be idle. Both files are asked for at once; a preload would be a warning where scripts are off.
fn module(site: &Site, nonce: String) -> impl IntoView + use<> {
    let script = format!(
        "const file=fetch({:?}),module=await import({:?});await module.default({{module_or_path:file}});module.hydrate();\
         for(const island of document.querySelectorAll('leptos-island'))module[island.dataset.component](island)",
        site.wasm, site.js
    );
    view! { <script type="module" nonce=nonce>{script}</script> }
}

fn body(page: Page, viewer: Option<Person>, epoch: Epoch) -> AnyView {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now_ms = i64::try_from(now.as_millis()).unwrap_or(i64::MAX);
    match (page, viewer) {
        (Page::Inbox { inbox }, Some(me)) => island(Seed { me, epoch, inbox, room: None, draft: None, now_ms }),
        (Page::Room { inbox, page, draft }, Some(me)) => {
            island(Seed { me, epoch, inbox, room: Some(page), draft: Some(draft), now_ms })
        }
        (Page::Login(form), _) => view! { <Login form/> }.into_any(),
        (Page::Register(form), _) => view! { <Register form/> }.into_any(),
        (Page::People(page), _) => view! { <People page/> }.into_any(),
        (Page::Problem { sentence, .. }, _) => view! { <Problem sentence/> }.into_any(),
        (Page::NotFound | Page::Inbox { .. } | Page::Room { .. }, _) => view! { <NotFound/> }.into_any(),
    }
}

fn island(seed: Seed) -> AnyView {
    let json = serde_json::to_string(&seed).expect("strings and numbers are always JSON");
    provide_context(seed);
    view! { <div class="seed" data-seed=json><Chat/></div> }.into_any()
}

#[component]
fn TopBar(viewer: Option<Person>) -> impl IntoView {
    view! {
        <header class="top">
            <a class="brand" href="/">"Twotick"</a>
            {viewer
                .map(|viewer| {
                    view! {
                        <nav aria-label="Pages">
                            <a href="/">"Chats"</a>
                            <a href="/people">"People"</a>
                        </nav>
                        <span class="who" dir="auto" data-viewer=viewer.username>{viewer.display_name}</span>
                        <form method="post" action="/logout">
                            <button type="submit">"Log out"</button>
                        </form>
                    }
                })}
        </header>
    }
}

fn title(page: &Page) -> String {
    let name = match page {
        Page::Login(_) => "Log in",
        Page::Register(_) => "Create account",
        Page::Inbox { .. } => return "Twotick".to_owned(),
        Page::Room { page, .. } => &page.summary.title,
        Page::People(_) => "People",
        Page::NotFound => "Not found",
        Page::Problem { .. } => "Problem",
    };
    format!("{name} · Twotick")
}
