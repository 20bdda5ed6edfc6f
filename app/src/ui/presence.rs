//! Whether somebody is here, as a dot and in words. Rule: "unknown" while nothing is heard, never "offline".

use crate::{clock::Clock, live::Live};
use client::PresenceView;
use leptos::prelude::*;
use wire::UserId;

/// What is known of one person, read now and followed.
pub fn presence_of(live: Live, user: Option<UserId>) -> PresenceView {
    let known = |user| live.screen.state.with(|state| state.presence.get(&user).copied());
    user.and_then(known).unwrap_or(PresenceView::Unknown)
}

/// The word in `data-presence`.
pub fn word(presence: PresenceView) -> &'static str {
    match presence {
        PresenceView::Unknown => "unknown",
        PresenceView::Online => "online",
        PresenceView::Offline { .. } => "offline",
    }
}

/// "online", "last seen today at 09:05", "offline" or nothing.
pub fn sentence(presence: PresenceView, clock: Clock) -> String {
    match presence {
        PresenceView::Unknown => String::new(),
        PresenceView::Online => "online".to_owned(),
        PresenceView::Offline { last_seen: None } => "offline".to_owned(),
        PresenceView::Offline { last_seen: Some(at) } => {
            "last seen ".to_owned() + &clock.day_within(at) + " at " + &clock.hour_minute(at)
        }
    }
}
