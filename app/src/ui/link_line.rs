//! The connection line above the composer. Rule: it says what is true and nothing in the first seconds; the
//! composer stays usable whatever it says.

use crate::{live::Live, ui::said::watch};
use client::{Banner, Link, LinkView, Transport};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::Element;
use wire::{writable, write::json};

#[wasm_bindgen(raw_module = "/chat.js")]
extern "C" {
    fn connection(line: &Element, told: &str);
}

/// What the line shows.
struct Told {
    state: &'static str,
    transport: &'static str,
    text: String,
    /// Whether it can be tried at once.
    retry: bool,
    /// Where to sign in, if that is what is missing.
    login: String,
    /// Whether the page is older than its server.
    outdated: bool,
}

writable!(Told { state, transport, text, retry, login, outdated });

/// The line, empty while all is well; what it says is drawn by `public/line.js`.
#[component]
pub fn LinkLine() -> impl IntoView {
    let live = expect_context::<Live>();
    let follow = move |line: Element| watch(move || connection(&line, &json(&told(live))));
    view! { <div class="link-line" data-link="" data-state="connecting" data-transport="none" use:follow></div> }
}

fn told(live: Live) -> Told {
    let link = live.screen.state.with(|state| state.link.clone());
    let banner = link.banner;
    let back = live.screen.open.get().map_or("/".to_owned(), |room| "/r/".to_owned() + &room.to_string());
    Told {
        state: word(&link),
        transport: transport(&link),
        text: banner.map(sentence).unwrap_or_default(),
        retry: matches!(banner, Some(Banner::Reconnecting { .. } | Banner::Limited { .. } | Banner::Standard { .. })),
        login: match banner {
            Some(Banner::SignedOut { .. }) => "/login?next=".to_owned() + &back,
            _ => String::new(),
        },
        outdated: link.outdated,
    }
}

fn word(link: &LinkView) -> &'static str {
    match link.link {
        Link::Connecting => "connecting",
        Link::Connected => "connected",
        Link::Waiting { .. } => "waiting",
        Link::Failed => "failed",
        Link::SignedOut => "signed_out",
        Link::Refused => "refused",
    }
}

fn transport(link: &LinkView) -> &'static str {
    match link.transport {
        Transport::Socket => "socket",
        Transport::Polling => "polling",
        Transport::None => "none",
    }
}

/// What it says.
pub fn sentence(banner: Banner) -> String {
    let (text, waiting) = match banner {
        Banner::Reconnecting { waiting } => {
            ("Reconnecting… What you write is kept and will be sent.".to_owned(), waiting)
        }
        Banner::Limited { waiting } => ("Live updates limited: refreshing every 8 seconds.".to_owned(), waiting),
        Banner::Standard { reached, waiting } => {
            let but = if reached { "" } else { " The server does not answer; what you write is kept." };
            ("Real-time chat unavailable. Using standard messaging.".to_owned() + but, waiting)
        }
        Banner::SignedOut { waiting } => ("Sign in again. What you wrote is kept.".to_owned(), waiting),
        Banner::Refused => ("You no longer have access.".to_owned(), 0),
        Banner::BackOnline { caught_up, waiting } => ("Back online".to_owned() + &caught_up_words(caught_up), waiting),
    };
    if waiting == 0 { text } else { text + " · " + &waiting.to_string() + " waiting to be sent" }
}

fn caught_up_words(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => " · 1 message caught up".to_owned(),
        _ => " · ".to_owned() + &count.to_string() + " messages caught up",
    }
}
