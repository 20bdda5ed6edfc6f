//! Who has read a message, and when. Rule: everybody is in one list only, the furthest they have come; the lists are as long as
//! the server tells names, the counts are of all.

use crate::{clock::Clock, page::ReceiptsPage, ui::avatar::face};
use leptos::prelude::*;
use wire::{Receipt, Receipts, Time};

/// Of a long message the beginning tells which one it is.
const QUOTED_CHARS: usize = 300;

/// `/r/{room}/receipts/{seq}`.
#[component]
pub fn ReceiptsOf(
    /// What is on it.
    page: ReceiptsPage,
    /// How times are read.
    clock: Clock,
) -> impl IntoView {
    let ReceiptsPage { room, message, receipts } = page;
    let Receipts { read, read_count, delivered, delivered_count, waiting_count } = receipts;
    let of = read_count + delivered_count + waiting_count;
    let mut text: String = message.message.map(|said| said.gist().to_owned()).unwrap_or_default();
    if let Some((end, _)) = text.char_indices().nth(QUOTED_CHARS) {
        text.truncate(end);
        text.push('…');
    }
    let sent = format!("{}, {}", message.author.display_name, when(&clock, message.at));
    let waiting = match (waiting_count, of) {
        (_, 0) => Some("Nobody else was here when this was written.".to_owned()),
        (0, _) => None,
        (1, _) => Some("One person has not received it yet.".to_owned()),
        (count, _) => Some(format!("{count} people have not received it yet.")),
    };
    view! {
        <main class="card people receipts" id="main">
            <p class="aside"><a href=format!("/r/{room}")>"Back to the conversation"</a></p>
            <h1>{headline(read_count, of)}</h1>
            <blockquote>
                <p dir="auto">{text}</p>
                <footer><bdi>{sent}</bdi></footer>
            </blockquote>
            <List name="Read" receipts=read count=read_count clock/>
            <List name="Delivered, not read yet" receipts=delivered count=delivered_count clock/>
            {waiting.map(|words| view! { <p class="hint" data-waiting=waiting_count>{words}</p> })}
        </main>
    }
}

/// "Read by 4 of 9".
fn headline(read: i64, of: i64) -> String {
    match read {
        _ if of == 0 => "Read by nobody else".to_owned(),
        0 => "Not read yet".to_owned(),
        read if read == of => "Read by all".to_owned(),
        read => format!("Read by {read} of {of}"),
    }
}

/// Those who have come equally far, the earliest first.
#[component]
fn List(name: &'static str, receipts: Vec<Receipt>, count: i64, clock: Clock) -> impl IntoView {
    let more = count - i64::try_from(receipts.len()).unwrap_or(i64::MAX);
    let row = |Receipt { person, at }: Receipt| {
        let username = person.username.clone();
        view! {
            <li data-member=username>
                {face(&person)}
                <span class="person">
                    <span class="name" dir="auto">{person.display_name}</span>
                    <span class="username"><bdi dir="ltr">"@" {person.username}</bdi></span>
                </span>
                <time datetime=at.to_string()>{when(&clock, at)}</time>
            </li>
        }
    };
    (count > 0).then(|| {
        view! {
            <section>
                <h2>{format!("{name} · {count}")}</h2>
                <ul class="persons">{receipts.into_iter().map(row).collect_view()}</ul>
                {(more > 0).then(|| view! { <p class="hint">{format!("and {more} more")}</p> })}
            </section>
        }
    })
}

/// "today at 09:05".
fn when(clock: &Clock, at: Time) -> String {
    clock.day_within(at) + " at " + &clock.hour_minute(at)
}
