//! How much of a room somebody wants to hear, as a form. Rule: the same choice for every kind of room.

use leptos::prelude::*;
use wire::{Cid, Level, RoomId};

/// Each level, what it is called, and what it does.
const LEVELS: [(Level, &str, &str); 3] = [
    (Level::All, "All messages", "Each counts as unread and is shown on your screen."),
    (Level::Mentions, "Only mentions of me", "A message with your @name does; others only mark the room."),
    (Level::None, "Nothing", "The room is marked when something is new, and that is all."),
];

/// The choice.
#[component]
pub fn LevelForm(
    /// Of which room.
    room: RoomId,
    /// What is chosen now.
    level: Level,
    /// The id of what the form will send.
    cid: Cid,
) -> impl IntoView {
    let choices = LEVELS.map(|(offered, name, does)| {
        let does_id = format!("level-{}", offered.as_str());
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name="level"
                    value=offered.as_str()
                    checked=offered == level
                    aria-describedby=does_id.clone()
                />
                {name}
            </label>
            <p class="hint" id=does_id>{does}</p>
        }
    });
    view! {
        <section>
            <h2 id="level">"Notifications"</h2>
            <form method="post" action=format!("/r/{room}/change/level") class="level" aria-labelledby="level">
                <input type="hidden" name="cid" value=cid.to_string()/>
                <div role="radiogroup" aria-labelledby="level">{choices.into_iter().collect_view()}</div>
                <button type="submit">"Save"</button>
            </form>
        </section>
    }
}
