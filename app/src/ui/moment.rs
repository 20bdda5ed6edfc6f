//! A time on the screen. Rule: the machine-readable one never changes with the viewer's zone.

use crate::{live::Live, ui::said::said};
use leptos::prelude::*;
use wire::Time;

/// How a time is written.
#[derive(Clone, Copy)]
pub enum Style {
    /// HH:MM.
    Minute,
    /// HH:MM today, else the day.
    Short,
}

/// A moment that may change.
pub fn moment(live: Live, style: Style, at: impl Fn() -> Time + Copy + Send + Sync + 'static) -> impl IntoView {
    let clock = live.screen.clock;
    let text = said(move || {
        let clock = clock.get();
        match style {
            Style::Minute => clock.hour_minute(at()),
            Style::Short => clock.short(at()),
        }
    });
    let stamp = said(move || at().to_string());
    view! { <time datetime=stamp>{text}</time> }
}
