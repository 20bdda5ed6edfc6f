//! What a screen reader says by itself. Rule: the one live region of the chat; what comes within a second is said together,
//! and nothing that the user did.

use crate::live::Live;
use leptos::prelude::*;
use std::time::Duration;

const PAUSE: Duration = Duration::from_secs(1);
/// Not seen and not said: makes a sentence another one, so that it is said again.
const OTHERWISE: char = '\u{a0}';

/// What is to be said.
#[derive(Default)]
pub struct Unsaid {
    sentences: String,
    messages: u32,
    author: String,
    is_awaited: bool,
}

/// The region.
#[component]
pub fn Announcer() -> impl IntoView {
    let live = expect_context::<Live>();
    let said = Signal::derive(move || live.screen.state.with(|state| state.said.clone()));
    view! { <p class="hidden" role="status" data-announcer="">{said}</p> }
}

impl Live {
    /// Says a sentence.
    pub fn announce(self, sentence: &str) {
        self.unsaid.update_value(|unsaid| {
            if !unsaid.sentences.is_empty() {
                unsaid.sentences.push(' ');
            }
            unsaid.sentences.push_str(sentence);
        });
        self.say_soon();
    }

    /// Says that somebody wrote into the open room.
    pub fn announce_message(self, author: String) {
        self.unsaid.update_value(|unsaid| {
            unsaid.messages += 1;
            unsaid.author = author;
        });
        self.say_soon();
    }

    fn say_soon(self) {
        let is_awaited = self.unsaid.try_update_value(|unsaid| std::mem::replace(&mut unsaid.is_awaited, true));
        if is_awaited == Some(false) {
            set_timeout(move || self.say_now(), PAUSE);
        }
    }

    fn say_now(self) {
        let Some(Unsaid { mut sentences, messages, author, .. }) = self.unsaid.try_update_value(std::mem::take) else {
            return;
        };
        match messages {
            0 => {}
            1 => sentences = "New message from ".to_owned() + &author + ". " + &sentences,
            _ => sentences = messages.to_string() + " new messages. " + &sentences,
        }
        self.screen.state.update(|state| {
            if state.said == sentences {
                sentences.push(OTHERWISE);
            }
            state.said = sentences;
        });
    }
}
