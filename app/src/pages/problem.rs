//! What is not there, and what went wrong. Rule: a room of others looks the same as one that does not exist.

use leptos::prelude::*;

/// Any 404.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <main class="card" id="main" data-problem="404">
            <h1>"Nothing here"</h1>
            <p>"This page does not exist, or it is not yours."</p>
            <p><a href="/">"To your conversations"</a></p>
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
        <main class="card" id="main" data-problem="">
            <h1>"That did not work"</h1>
            <p>{sentence}</p>
            <p><a href="/">"To your conversations"</a></p>
        </main>
    }
}
