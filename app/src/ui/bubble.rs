//! One message. Rule: its node stays the same from "waiting" to "read"; what its tick means is also said in words.

use crate::{
    live::Live,
    ui::{
        icon::Icon,
        moment::{Style, moment},
    },
};
use client::{Input, Line, Tick};
use leptos::prelude::*;
use wire::{Cid, Code, MessageType, Refusal};

/// A message of the open room.
#[component]
pub fn Bubble(
    /// Its key.
    cid: Cid,
    /// What it shows.
    line: RwSignal<Line>,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let (own, author) = line.with_untracked(|line| match line.tick {
        Some(_) => (true, "You: ".to_owned()),
        None => (false, line.author.display_name.clone() + ": "),
    });
    let seq = Signal::derive(move || line.with(|line| line.seq.map(|seq| seq.to_string())));
    let text = Signal::derive(move || line.with(text));
    view! {
        <article class="bubble" tabindex="-1" data-cid=cid.to_string() data-seq=seq data-own=own.then(String::new)>
            <span class="hidden">{author}</span>
            <p class="text" dir="auto">{text}</p>
            <span class="meta">
                {moment(live, Style::Minute, move || line.with(|line| line.at))}
                {own.then(|| view! { <TickMark line/> })}
            </span>
            {own.then(|| view! { <Refused cid line/> })}
        </article>
    }
}

#[component]
fn TickMark(line: RwSignal<Line>) -> impl IntoView {
    let word = Signal::derive(move || line.with(|line| look(line.tick.as_ref()).0.to_owned()));
    let words = Signal::derive(move || line.with(|line| look(line.tick.as_ref()).1.to_owned()));
    let drawing = Signal::derive(move || line.with(|line| look(line.tick.as_ref()).2.to_owned()));
    view! {
        <span class="tick" role="img" data-tick=word aria-label=words title=words>
            <Icon name=drawing/>
        </span>
    }
}

/// The word, the words, the drawing's name.
pub fn look(tick: Option<&Tick>) -> (&'static str, &'static str, &'static str) {
    match tick {
        None | Some(Tick::Waiting | Tick::Sending) => ("waiting", "Waiting to be sent", "clock"),
        Some(Tick::Sent) => ("sent", "Sent: stored by the server", "tick"),
        Some(Tick::Delivered) => ("delivered", "Delivered", "ticks"),
        Some(Tick::Read) => ("read", "Read", "ticks"),
        Some(Tick::Refused(_)) => ("refused", "Not sent", "alert"),
    }
}

/// Why it was refused, and what can be done; there only while it is refused.
#[component]
fn Refused(cid: Cid, line: RwSignal<Line>) -> impl IntoView {
    let live = expect_context::<Live>();
    move || {
        line.with(refusal).map(|refusal| {
            let hear = move |input: Input| move |_| live.hear(input.clone());
            view! {
                <div class="refused">
                    <span>{"Not sent. ".to_owned() + &refusal.message}</span>
                    <button type="button" hidden=refusal.code == Code::MessageTooLong on:click=hear(Input::Retry { cid })>
                        "Retry"
                    </button>
                    <button type="button" on:click=hear(Input::Edit { cid })>"Edit"</button>
                    <button type="button" on:click=hear(Input::Discard { cid })>"Discard"</button>
                </div>
            }
        })
    }
}

fn refusal(line: &Line) -> Option<Refusal> {
    match &line.tick {
        Some(Tick::Refused(refusal)) => Some(refusal.clone()),
        _ => None,
    }
}

/// What it says.
pub fn text(line: &Line) -> String {
    match &line.message {
        Some(message) if message.kind == MessageType::Text => message.content.clone(),
        _ => "This message cannot be shown by this version.".to_owned(),
    }
}
