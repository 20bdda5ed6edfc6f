//! Where text is written. Rule: it is usable in every state of the connection, and text leaves it only into the
//! outbox.

use crate::{browser, live::Live, ui::icon::Icon};
use client::Input;
use leptos::{
    ev::{KeyboardEvent, SubmitEvent},
    html::Textarea,
    prelude::*,
};
use wire::RoomId;

/// What Safari says of the Enter that ends an input method's composition.
const COMPOSING_KEY: u32 = 229;

/// The form; without JavaScript a plain one.
#[component]
pub fn Composer(
    /// Where to.
    room: RoomId,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let draft = live.draft.try_update_value(Option::take).flatten();
    let (cid, content, error) = draft.map_or((None, String::new(), None), |draft| {
        (Some(draft.cid.to_string()), draft.content, draft.error.map(|error| error.message))
    });
    let area = NodeRef::<Textarea>::new();
    let send = move || {
        let Some(area) = area.get_untracked() else { return };
        let content = area.value();
        live.compose(room, content);
        // The button takes the focus away; on a phone the keyboard would go.
        let _ = area.focus();
    };
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        send();
    };
    let on_key = move |event: KeyboardEvent| {
        if event.key() != "Enter" || event.is_composing() || event.key_code() == COMPOSING_KEY {
            return;
        }
        let is_forced = event.ctrl_key() || event.meta_key();
        if is_forced || (!event.shift_key() && !browser::is_touch()) {
            event.prevent_default();
            send();
        }
    };
    keep_draft(live, room, area);
    view! {
        <form class="composer" method="post" action="/r/".to_owned() + &room.to_string() on:submit=on_submit>
            {cid.map(|cid| view! { <input type="hidden" name="cid" value=cid/> })}
            {error.map(|error| view! { <p class="error" role="alert">{error}</p> })}
            <textarea
                node_ref=area
                name="content"
                aria-label="Message"
                placeholder="Message"
                rows="1"
                dir="auto"
                enterkeyhint="enter"
                on:keydown=on_key
                on:input=move |_| {
                    note(live, room, area);
                    live.hear(Input::Keystroke { room });
                }
            >
                {content}
            </textarea>
            <button type="submit" class="send" aria-label="Send" title="Send"><Icon name="send"/></button>
        </form>
    }
}

/// Shows the room's draft when it changes from outside: on opening, and when a message comes back.
fn keep_draft(live: Live, room: RoomId, area: NodeRef<Textarea>) {
    Effect::new(move |was_there: Option<()>| {
        let draft = live.drafts.with(|drafts| drafts.get(&room).cloned());
        let Some(element) = area.get_untracked() else { return };
        match draft {
            Some(draft) if draft != element.value() => element.set_value(&draft),
            Some(_) => {}
            // What was typed before the module had loaded.
            None => note(live, room, area),
        }
        if was_there.is_none() && !browser::is_touch() {
            let _ = element.focus();
        }
    });
}

/// Notes what is written.
fn note(live: Live, room: RoomId, area: NodeRef<Textarea>) {
    let Some(element) = area.get_untracked() else { return };
    live.note_draft(room, element.value());
}
