//! What is not there, and what went wrong. Rule: a room of others looks the same as one that does not exist.

use crate::ui::icon::icon;
use leptos::prelude::*;

/// Any 404.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <main class="card nobody" id="main" data-problem="404">
            {icon("search")}
            <h1>"Nothing here"</h1>
            <p>"This page does not exist, or it is not yours."</p>
            <p><a class="button primary" href="/">"To your conversations"</a></p>
        </main>
    }
}

/// Any other problem.
#[component]
pub fn Problem(
    /// What to do.
    sentence: String,
) -> impl IntoView {
    view! {
        <main class="card nobody" id="main" data-problem="">
            {icon("alert")}
            <h1>"That did not work"</h1>
            <p>{sentence}</p>
            <p><a class="button primary" href="/">"To your conversations"</a></p>
        </main>
    }
}
