//! What can be sent beside words, from the page beside a conversation. Rule: links to pages, which open where this one is.

use leptos::prelude::*;
use wire::{RoomKind, RoomSummary};

/// The ways, where the viewer may write.
#[component]
pub fn SendMore(
    /// The room.
    room: RoomSummary,
) -> impl IntoView {
    let has_bids = matches!(room.kind, RoomKind::Direct | RoomKind::Subject);
    let bid = has_bids.then(|| {
        view! { <a class="button" href=format!("/r/{}/bids/new", room.id) data-panel="">"Make a bid"</a> }
    });
    room.writable.then(|| {
        view! {
            <section>
                <h2>"Send something else"</h2>
                <p class="send-more">
                    <a class="button" href=format!("/r/{}/location", room.id) data-panel="">"Send a place"</a>
                    {bid}
                </p>
            </section>
        }
    })
}
