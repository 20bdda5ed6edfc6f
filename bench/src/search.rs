//! What a search costs among a million messages, and what it costs to be able to. Rule: asked of the domain itself, one question at a
//! time, by somebody who is in every room and by somebody who is in few.

use crate::{
    Failure,
    fill::{self, Size},
};
use domain::{Chat, Draft, Login, Settings, Viewer};
use std::{
    net::{IpAddr, Ipv4Addr},
    time::Instant,
};
use wire::search::Search;
use wire::{Cid, RoomId, Time, UserId};

const REQUESTS: usize = 50;
const DAY_MS: i64 = 24 * 60 * 60_000;

/// `bench search FILE|postgres://... [PEOPLE [ROOMS [EVENTS [SEED]]]]`: fills it, takes everything up, and asks.
pub async fn command(arguments: &[String]) -> Result<(), Failure> {
    let (url, size) = arguments.split_first().ok_or(crate::USAGE)?;
    let url = if url.contains(':') { url.clone() } else { format!("sqlite:{url}") };
    let filled = fill::fill(&url, Size::read(size)?).await?;
    let mut settings = Settings::new(url);
    settings.passwordless = true;
    let chat = Chat::open(settings).await?;
    let begun = Instant::now();
    let mut parts = 0;
    while chat.index_part().await? {
        parts += 1;
    }
    println!("{parts} parts taken up in {:.1} s", begun.elapsed().as_secs_f64());
    let (busy, guest) = (log_in(&chat, fill::BUSY).await?, log_in(&chat, filled.guest).await?);
    let theirs = chat.inbox(&guest).await?.rooms.last().map_or(fill::HALL, |room| room.id);
    for (viewer, room) in [(&busy, fill::HALL), (&guest, theirs)] {
        let content = "The xylophone of 漢字 plays Ελληνικά at noon".to_owned();
        let cid = Cid::new(1_795_168_799_123, [viewer.user.0.to_le_bytes()[0]; 10]);
        chat.append(viewer, Draft::text(cid, room, content)).await?;
    }
    while chat.index_part().await? {}
    println!("{:<44} {:>6} {:>9} {:>9}", "", "hits", "p50 ms", "p95 ms");
    for (who, viewer, room) in [("in all rooms", &busy, fill::HALL), ("in few rooms", &guest, theirs)] {
        for (name, search) in questions(room) {
            measure(&chat, viewer, &format!("{name}, {who}"), &search).await?;
        }
    }
    chat.close().await;
    Ok(())
}

async fn log_in(chat: &Chat, user: UserId) -> Result<Viewer, Failure> {
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let login = Login { username: fill::username(user), password: None, address };
    Ok(chat.log_in(login).await?.viewer)
}

fn questions(room: RoomId) -> Vec<(&'static str, Search)> {
    let of = |words: &str| Search { words: words.to_owned(), ..Search::default() };
    let now_ms = std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_millis() as i64);
    let year_ago = Some(Time(now_ms - 300 * DAY_MS));
    vec![
        ("a common word", of("tomorrow")),
        ("a rare word", of("xylophone")),
        ("a word that nobody said", of("zeppelin")),
        ("two common characters", of("th")),
        ("上海, two characters", of("上海")),
        ("漢字, two rare characters", of("漢字")),
        ("one character", of("上")),
        ("one Latin letter", of("x")),
        ("three words", of("rain coat eight")),
        ("a phrase", of("\"bring something\"")),
        ("a phrase that nobody said", of("\"thanks thanks thanks thanks thanks\"")),
        ("pairs of common words, no word", of("therainbrin")),
        ("a common word in one room", Search { room: Some(room), ..of("tomorrow") }),
        ("a common word, before a day long ago", Search { to: year_ago, ..of("tomorrow") }),
        ("what one person said", Search { person: fill::username(fill::HOST), ..Search::default() }),
    ]
}

async fn measure(chat: &Chat, viewer: &Viewer, name: &str, search: &Search) -> Result<(), Failure> {
    let mut hits = 0;
    let mut waits_ms = Vec::with_capacity(REQUESTS);
    for _ in 0..REQUESTS {
        let begun = Instant::now();
        hits = chat.search(viewer, search).await?.hits.len();
        waits_ms.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    waits_ms.sort_by(f64::total_cmp);
    println!("{name:<58} {hits:>4} {:>9.2} {:>9.2}", waits_ms[REQUESTS / 2], waits_ms[REQUESTS * 95 / 100]);
    Ok(())
}
