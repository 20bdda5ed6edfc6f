//! Finding what was said. Rule: a form that asks by its address, so that a search can be kept, shared and gone back to; what is a hit is a
//! part of the text and never markup.

use crate::{
    clock::Clock,
    page::{SearchForm, SearchPage},
    pages::{account::Complaint, address::escaped},
    ui::{avatar::face, icon::icon},
    zone::Zone,
};
use leptos::prelude::*;
use wire::limits::SEARCH_CHARS_MAX;
use wire::search::{Found, Hit, Line, Part};
use wire::{RoomId, Time};

/// Minutes of a day.
const DAY_MINUTES: i64 = 24 * 60;
const MINUTE_MS: i64 = 60_000;
/// What can be chosen as a kind: its name on the wire, and in words.
const KINDS: [(&str, &str); 7] = [
    ("", "Anything"),
    ("text", "What people wrote"),
    ("image", "Images"),
    ("file", "Files"),
    ("system", "Notices"),
    ("location", "Places"),
    ("bid", "Bids"),
];

/// `/search`.
#[component]
pub fn SearchOf(
    /// What is on it.
    page: SearchPage,
    /// How times are read.
    clock: Clock,
) -> impl IntoView {
    let SearchPage { form, rooms, found, error } = page;
    let results = found.map(|found| view! { <Results found form=form.clone() clock/> });
    view! {
        <main class="card people searching" id="main">
            <h1>"Search"</h1>
            <Complaint error/>
            <Form is_new=results.is_none() form rooms/>
            {results}
        </main>
    }
}

#[component]
fn Form(form: SearchForm, rooms: Vec<(RoomId, String)>, is_new: bool) -> impl IntoView {
    let SearchForm { q, room, person, from, to, kind, .. } = form;
    let is_narrowed = [&room, &person, &from, &to, &kind].iter().any(|field| !field.is_empty());
    let is_room = |id: &str| room == id;
    let rooms = rooms
        .into_iter()
        .map(|(id, title)| {
            let id = id.to_string();
            view! { <option value=id.clone() selected=is_room(&id)>{title}</option> }
        })
        .collect_view();
    let kinds = KINDS.map(|(name, words)| view! { <option value=name selected=kind == name>{words}</option> });
    view! {
        <form method="get" action="/search" role="search">
            <div class="search">
                <label class="hidden" for="search-q">"Words to look for"</label>
                <input
                    type="search"
                    id="search-q"
                    name="q"
                    value=q
                    placeholder="Words, or \"words in a row\""
                    maxlength=SEARCH_CHARS_MAX.to_string()
                    autocomplete="off"
                    dir="auto"
                    autofocus=is_new
                />
                <button type="submit" class="primary">{icon("search")} <span>"Search"</span></button>
            </div>
            <details open=is_narrowed>
                <summary>"Narrow it down"</summary>
                <div class="narrow">
                    <div class="field">
                        <label for="search-room">"Conversation"</label>
                        <select id="search-room" name="room" dir="auto"><option value="">"All"</option> {rooms}</select>
                    </div>
                    <div class="field">
                        <label for="search-person">"From (username)"</label>
                        <input id="search-person" name="person" value=person autocapitalize="none" autocomplete="off"/>
                    </div>
                    <div class="field">
                        <label for="search-from">"Since"</label>
                        <input type="date" id="search-from" name="from" value=from/>
                    </div>
                    <div class="field">
                        <label for="search-to">"Until"</label>
                        <input type="date" id="search-to" name="to" value=to/>
                    </div>
                    <div class="field">
                        <label for="search-kind">"Kind"</label>
                        <select id="search-kind" name="kind">{kinds.collect_view()}</select>
                    </div>
                </div>
            </details>
        </form>
    }
}

#[component]
fn Results(found: Found, form: SearchForm, clock: Clock) -> impl IntoView {
    let Found { hits, next } = found;
    let none = hits.is_empty().then(|| match next {
        // What was looked at had the signs and not the words.
        Some(_) => view! { <p class="hint" role="status">"Nothing in what was looked at so far."</p> }.into_any(),
        None => view! {
            <div class="nobody" role="status">
                {icon("search")}
                <p class="nobody-head">"Nothing found"</p>
                <p class="hint">"Try fewer words, or a part of one. You find what is said in your conversations, as far as you see it there."</p>
            </div>
        }
        .into_any(),
    });
    let words = if form.before.is_some() { "Older results" } else { "Results, the newest first" };
    let rows = hits.into_iter().map(|hit| view! { <Row hit clock/> }).collect_view();
    let older = next.map(|next| view! { <p class="aside"><a href=address(&form, Some(next))>"Older results"</a></p> });
    let back = form.before.map(|_| view! { <p class="aside"><a href=address(&form, None)>"From the newest"</a></p> });
    view! {
        {none}
        <ol class="hits" aria-label=words>{rows}</ol>
        {older}
        {back}
    }
}

#[component]
fn Row(hit: Hit, clock: Clock) -> impl IntoView {
    let Hit { room, seq, title, author, at, parts, before, after } = hit;
    let part = |Part { text, is_hit }| {
        if is_hit { view! { <mark>{text}</mark> }.into_any() } else { text.into_any() }
    };
    let near = |line: Option<Line>| {
        line.map(|Line { author, text }| {
            view! { <p class="near" dir="auto"><bdi>{author}</bdi> ": " {text}</p> }
        })
    };
    view! {
        <li>
            <a href=format!("/r/{room}?at={seq}") data-hit=format!("{room}/{seq}")>
                <span class="hit-head">
                    {face(&author)}
                    <span class="person">
                        <span class="name" dir="auto">{author.display_name}</span>
                        <span class="username">"in " <bdi>{title}</bdi></span>
                    </span>
                    <time datetime=at.to_string()>{when(&clock, at)}</time>
                </span>
                {near(before)}
                <p class="said" dir="auto">{parts.into_iter().map(part).collect_view()}</p>
                {near(after)}
            </a>
        </li>
    }
}

/// "09:05" of today, else "20 November 2026, 09:05".
fn when(clock: &Clock, at: Time) -> String {
    let day = clock.day(at);
    if day == clock.day(Time(clock.now_ms)) {
        clock.hour_minute(at)
    } else {
        clock.day_name(day) + ", " + &clock.hour_minute(at)
    }
}

/// The same search, from somewhere on.
fn address(form: &SearchForm, before: Option<i64>) -> String {
    let SearchForm { q, room, person, from, to, kind, .. } = form;
    let fields = [("q", q), ("room", room), ("person", person), ("from", from), ("to", to), ("kind", kind)];
    let mut address = String::from("/search?");
    for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
        address += &format!("{name}={}&", escaped(value));
    }
    match before {
        Some(before) => address + &format!("before={before}"),
        None => address.trim_end_matches(['&', '?']).to_owned(),
    }
}

/// The beginning of a day such as "2026-11-20" where the viewer lives, or of the one so many days later; none: there is no such day.
pub fn midnight(zone: &Zone, date: &str, days_later: i64) -> Option<Time> {
    let mut numbers = date.splitn(3, '-').map(|number| number.parse::<i64>().ok().filter(|number| *number >= 0));
    let (year, month, day) = (numbers.next()??, numbers.next()??, numbers.next()??);
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Hinnant, "chrono-compatible low-level date algorithms".
    let shifted = if month > 2 { year } else { year - 1 };
    let (era, year_of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let minutes = (era * 146_097 + day_of_era - 719_468 + days_later) * DAY_MINUTES;
    // Summer time begins and ends at night: the offset is that of the moment itself.
    let guess = (minutes - zone.offset_minutes(minutes * MINUTE_MS)) * MINUTE_MS;
    Some(Time((minutes - zone.offset_minutes(guess)) * MINUTE_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_where_the_viewer_lives() {
        let check = |zone: &str, date: &str, days_later, expected: Option<&str>| {
            let zone = Zone::parse(zone).unwrap_or_default();
            let found = midnight(&zone, date, days_later).map(|time| time.to_string());
            assert_eq!(found.as_deref(), expected, "{date}");
        };
        check("0", "2026-11-20", 0, Some("2026-11-20T00:00:00.000Z"));
        check("120", "2026-11-20", 1, Some("2026-11-20T22:00:00.000Z"));
        check("-600", "2024-02-28", 1, Some("2024-02-29T10:00:00.000Z"));
        check("0", "1970-01-01", 0, Some("1970-01-01T00:00:00.000Z"));
        for bad in ["", "2026", "2026-13-01", "2026-00-01", "2026-01-32", "x-y-z", "-1-1-1", "99999999999999999999-1-1"]
        {
            check("0", bad, 0, None);
        }
    }

    #[test]
    fn a_search_is_an_address() {
        let form = SearchForm { q: "上 & b".to_owned(), kind: "text".to_owned(), ..SearchForm::default() };
        assert_eq!(address(&form, Some(7)), "/search?q=%E4%B8%8A%20%26%20b&kind=text&before=7");
        assert_eq!(address(&form, None), "/search?q=%E4%B8%8A%20%26%20b&kind=text");
        assert_eq!(address(&SearchForm::default(), None), "/search");
    }
}
