//! The connection line above the composer. Rule: it says what is true and nothing in the first seconds; the
//! composer stays usable whatever it says.

use crate::{
    browser,
    live::Live,
    ui::said::{press, said},
};
use client::{Banner, Input, Link, LinkView, Transport};
use leptos::prelude::*;

/// The line, empty while all is well.
#[component]
pub fn LinkLine() -> impl IntoView {
    let live = expect_context::<Live>();
    let state = live.screen.state;
    let text = said(move || state.with(|state| state.link.banner.map(sentence).unwrap_or_default()));
    let no_retry = said(move || {
        let banner = state.with(|state| state.link.banner);
        !matches!(banner, Some(Banner::Reconnecting { .. } | Banner::Limited { .. } | Banner::Standard { .. }))
    });
    let no_login = said(move || state.with(|state| !matches!(state.link.banner, Some(Banner::SignedOut { .. }))));
    let is_current = said(move || state.with(|state| !state.link.outdated));
    let login = said(move || {
        let next = live.screen.open.get().map_or("/".to_owned(), |room| "/r/".to_owned() + &room.to_string());
        "/login?next=".to_owned() + &next
    });
    view! {
        <div
            class="link-line"
            data-link=""
            data-state=said(move || state.with(|state| word(&state.link)))
            data-transport=said(move || state.with(|state| transport(&state.link)))
        >
            <span>{text}</span>
            <button type="button" hidden=no_retry on:click=press(move |_| live.hear(Input::TryNow))>"Try now"</button>
            <a href=login hidden=no_login>"Sign in"</a>
            <span hidden=is_current>
                "A new version is ready. " <button type="button" on:click=press(move |_| browser::reload())>"Reload"</button>
            </span>
        </div>
    }
}

fn word(link: &LinkView) -> String {
    let word = match link.link {
        Link::Connecting => "connecting",
        Link::Connected => "connected",
        Link::Waiting { .. } => "waiting",
        Link::Failed => "failed",
        Link::SignedOut => "signed_out",
        Link::Refused => "refused",
    };
    word.to_owned()
}

fn transport(link: &LinkView) -> String {
    let word = match link.transport {
        Transport::Socket => "socket",
        Transport::Polling => "polling",
        Transport::None => "none",
    };
    word.to_owned()
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
