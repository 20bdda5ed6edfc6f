//! Where text is written. Rule: it is usable in every state of the connection, and text leaves it only into the
//! outbox.

use crate::{
    browser,
    live::{Live, Written},
    ui::{
        icon::icon,
        said::{said, watch},
    },
};
use client::Input;
use leptos::{
    ev::{KeyboardEvent, SubmitEvent},
    html::Textarea,
    prelude::*,
};
use wasm_bindgen::prelude::*;
use web_sys::HtmlTextAreaElement;
use wire::RoomId;

#[wasm_bindgen(raw_module = "/chat.js")]
extern "C" {
    #[wasm_bindgen(js_name = fit)]
    fn fit_to(area: &HtmlTextAreaElement, over: i32, is_idle: bool);
    /// Shows what the text is about.
    fn about(area: &HtmlTextAreaElement, act: &str, name: &str, text: &str, target: i32);
}

/// What Safari says of the Enter that ends an input method's composition.
const COMPOSING_KEY: u32 = 229;
/// So many characters before the limit, the counter appears.
const COUNTED_CHARS: i64 = 500;

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
        send(live, room, &area);
        // The button takes the focus away; on a phone the keyboard would go.
        let _ = area.focus();
    };
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        send();
    };
    let on_key = move |event: KeyboardEvent| {
        if is_composing(&event) {
            return;
        }
        if event.key() == "Escape" && live.give_up(room) {
            event.prevent_default();
        }
        if event.key() != "Enter" {
            return;
        }
        let is_forced = event.ctrl_key() || event.meta_key();
        if is_forced || (!event.shift_key() && !browser::is_touch()) {
            event.prevent_default();
            send();
        }
    };
    keep_draft(live, room, area);
    let name = said(move || match live.screen.room(room) {
        Some(view) => "Message ".to_owned() + &view.title,
        None => "Message".to_owned(),
    });
    with_files(view! {
        <form class="composer" method="post" action="/r/".to_owned() + &room.to_string() on:submit=on_submit>
            {cid.map(|cid| view! { <input type="hidden" name="cid" value=cid/> })}
            {error.map(|error| view! { <p class="error" role="alert">{error}</p> })}
            <p class="counter" id="counter" hidden=true></p>
            {attach()}
            <textarea
                node_ref=area
                id="composer"
                name="content"
                aria-label=name.clone()
                aria-describedby="counter"
                placeholder=name
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
            <button type="submit" class="send" aria-label="Send" title="Send">{icon("send")}</button>
        </form>
    })
}

/// The form as a page without scripts sends it.
#[cfg(feature = "ssr")]
fn with_files(form: impl IntoView) -> impl IntoView {
    form.into_view().add_any_attr(leptos::attr::enctype("multipart/form-data"))
}

#[cfg(not(feature = "ssr"))]
fn with_files(form: impl IntoView) -> impl IntoView {
    form
}

/// Where a page without scripts takes files from.
#[cfg(feature = "ssr")]
fn attach() -> impl IntoView {
    view! {
        <label class="attach no-script">
            {icon("clip")} <span class="hidden">"Attach files"</span>
            <input type="file" name="files" multiple=true/>
        </label>
    }
}

#[cfg(not(feature = "ssr"))]
fn attach() {}

/// Whether the key belongs to an input method.
fn is_composing(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == COMPOSING_KEY
}

fn send(live: Live, room: RoomId, area: &HtmlTextAreaElement) {
    let content = area.value();
    if over(&content, live.body_chars_max()) > 0 {
        // It may have fitted before the server told its limit.
        fit(live, area, &content);
        live.note_draft(room, content);
    } else {
        live.compose(room, content);
    }
}

/// How many characters it has beyond the most; negative: how many are left.
fn over(content: &str, chars_max: usize) -> i64 {
    // Most texts need not be counted: a character has a byte at least.
    let chars = if content.len() as i64 >= chars_max as i64 - COUNTED_CHARS {
        content.trim().chars().count()
    } else {
        content.len()
    };
    chars as i64 - chars_max as i64
}

/// Shows the room's draft when it changes from outside: on opening, and when a message comes back.
fn keep_draft(live: Live, room: RoomId, area: NodeRef<Textarea>) {
    watch(move || {
        let draft = live.drafts.with(|drafts| drafts.get(&room).map(|draft| Written::of(draft)));
        let Some(element) = area.get_untracked() else { return };
        // What was typed before the module had loaded.
        let Some(written) = draft else { return note(live, room, area) };
        let text = &written.text;
        if *text != element.value() {
            element.set_value(text);
        }
        fit(live, &element, text);
        let (act, name, quote) = live.about(room, &written);
        about(&element, act.as_str(), &name, &quote, written.target.unwrap_or_default().0 as i32);
    });
}

/// Notes what is written.
fn note(live: Live, room: RoomId, area: NodeRef<Textarea>) {
    let Some(element) = area.get_untracked() else { return };
    let text = element.value();
    fit(live, &element, &text);
    live.note_draft(room, text);
}

/// Counter, button and height fit the text.
fn fit(live: Live, area: &HtmlTextAreaElement, text: &str) {
    let over = over(text, live.body_chars_max());
    fit_to(area, over as i32, over > 0 || text.trim().is_empty());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_as_the_server_counts_them() {
        let most = 1_000;
        assert_eq!(over(&"a".repeat(most), most), 0);
        assert_eq!(over(&"ž".repeat(most + 1), most), 1);
        assert_eq!(over(&(" ".repeat(50) + &"👋".repeat(most - 20) + "\n\n"), most), -20);
        assert!(over("ž", most) < -COUNTED_CHARS);
    }
}
