//! A message as the server draws it. Rule: the markup of `public/bubble.js`, and a link for browsers without scripts to what can be
//! done to the message.

use super::{
    bid, files, place,
    told::{Told, told},
};
use crate::{
    live::Live,
    ui::{avatar::picture, icon::icon, text::text},
};
use client::Line;
use leptos::prelude::*;
use wire::Parts;

/// See the module.
pub fn markup(live: Live, line: &Line, is_grouped: bool) -> AnyView {
    let told = untrack(|| told(live, line));
    let is = |word: &str| told.is.split(' ').any(|is| is == word).then_some("");
    let face = (!told.initials.is_empty()).then(|| {
        view! { <span class="avatar" data-color=told.color.clone() aria-hidden="true">{told.initials.clone()} {picture(told.picture.clone())}</span> }
    });
    let class = if face.is_some() { "author" } else { "hidden" };
    let may_act = !told.seq.is_empty() && is("note").is_none();
    let path = format!("/r/{}/message/{}", live.screen.open.get_untracked().unwrap_or_default(), told.seq);
    let (edited, when) = (some(&told.edited), some(&told.edited));
    view! {
        <article
            class="bubble"
            tabindex="-1"
            autofocus=is("at").is_some()
            data-cid=told.cid.clone()
            data-seq=some(&told.seq)
            data-own=is("own")
            data-grouped=is_grouped.then_some("")
            data-long=is("long")
            data-emoji=is("emoji")
            data-deleted=is("deleted")
            data-edited=edited
            data-note=is("note")
            data-mention=is("mention")
        >
            <span class=class dir="auto">{face}" "{told.name.clone()}": "</span>
            {quote(&told)}
            {files::files(&told.more)}
            <div class="text" dir="auto">{text(told.text.clone(), &told.more)}</div>
            {cards(live, &told)}
            {is("long").map(|_| view! { <button type="button" class="more">"Show more"</button> })}
            <span class="meta" title=when>
                <time datetime=told.stamp.clone()>{told.time.clone()}</time>
                {tick(&told)}
            </span>
            {reactions(&told)}
            {may_act.then(|| view! { <a class="no-script" href=path>"More"</a> })}
        </article>
    }
    .into_any()
}

/// The cards of what it carries.
fn cards(live: Live, told: &Told) -> impl IntoView + use<> {
    let Parts { bid, location, .. } = Parts::of(&told.more);
    let clock = live.screen.clock.get_untracked();
    (bid.map(|bid| bid::card(&bid, clock)), location.map(|location| place::card(&location)))
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn quote(told: &Told) -> Option<impl IntoView + use<>> {
    let (path, author, text) = told.quote.clone()?;
    Some(view! {
        <a class="quote" href=path>
            <b dir="auto">{author}</b>
            <span dir="auto">{text}</span>
        </a>
    })
}

fn tick(told: &Told) -> Option<impl IntoView + use<>> {
    let (word, sentence, tally, drawing, path) = told.tick.clone()?;
    let href = some(&path);
    let role = if href.is_some() { "link" } else { "img" };
    let panel = href.is_some().then_some("");
    Some(view! {
        <a class="tick" href=href role=role data-panel=panel data-tick=word aria-label=sentence.clone() title=sentence>
            <span class="tally" aria-hidden="true">{tally}</span>
            {icon(drawing)}
        </a>
    })
}

fn reactions(told: &Told) -> Option<impl IntoView + use<>> {
    let chip = |(emoji, names, count, is_mine): &(String, String, usize, bool)| {
        let (label, text) = (format!("{emoji} {names}"), format!("{emoji} {count}"));
        let (emoji, names, pressed) = (emoji.clone(), names.clone(), is_mine.to_string());
        view! {
            <button type="button" data-emoji=emoji aria-pressed=pressed aria-label=label title=names>{text}</button>
        }
    };
    let chips = told.reactions.iter().map(chip).collect_view();
    (!told.reactions.is_empty()).then(|| view! { <div class="reactions">{chips}</div> })
}
