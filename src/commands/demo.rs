//! `twotick demo`: made-up people who have talked for a week. Rule: it has a folder of its own and never touches
//! another database; its people go through the same doors as everybody.

mod story;

use super::{Failure, serve_and_say};
use crate::{clock::now_ms, config::Config, server::make_private};
use domain::{Change, Chat, Clock, Draft, NewAccount, NewGroup, Viewer};
use std::{collections::BTreeMap, fs, path::Path};
use story::{Mark, PEOPLE, TALKS, Talk};
use wire::{Cid, MessageType, RoomId, Seq};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// A message of the story, with its moment.
struct Line {
    at_ms: i64,
    author: &'static str,
    /// None: everybody in the group.
    reader: Option<&'static str>,
    text: &'static str,
}

pub(super) async fn run(mut config: Config) -> Result<(), Failure> {
    let folder = config.data_dir.join("demo");
    if !folder.exists() {
        super::say("Filling the demo: five people, a week of messages …");
        let unfinished = config.data_dir.join("demo.part");
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished)?;
        }
        make_private(&unfinished)?;
        fill(&config, &unfinished).await?;
        fs::rename(&unfinished, &folder)?;
    }
    config.database_url = database(&folder);
    config.data_dir = folder;
    config.passwordless = true;
    serve_and_say(config, "Enter as ana, ben, cleo, dora or emil (no password), each in a browser of its own.").await
}

fn database(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("twotick.db").display())
}

async fn fill(config: &Config, folder: &Path) -> Result<(), Failure> {
    let now_ms = now_ms();
    let clock = Clock::manual(now_ms - 9 * DAY_MS);
    let mut settings = config.domain();
    settings.database_url = database(folder);
    settings.passwordless = true;
    settings.sends_per_window_max = u32::MAX;
    let chat = Chat::open_at(settings, clock.clone()).await?;
    let people = enter(&chat).await?;
    let rooms = connect(&chat, &people).await?;
    let garden = found(&chat, &people).await?;
    for line in timeline(now_ms) {
        clock.set(line.at_ms);
        let room = line.reader.map_or(garden, |reader| rooms[&pair(line.author, reader)]);
        send(&chat, &people[line.author], room, &line).await?;
    }
    clock.set(now_ms);
    for Mark { reader, other, read_all_but, is_delivered } in story::MARKS {
        let (viewer, room) = (&people[reader], rooms[&pair(reader, other)]);
        let head = chat.room(viewer, room).await?.head;
        chat.mark_read(viewer, room, Seq((head.0 - read_all_but).max(0))).await?;
        if *is_delivered {
            chat.mark_delivered(viewer, room, head).await?;
        }
    }
    chat.close().await;
    Ok(())
}

async fn enter(chat: &Chat) -> Result<BTreeMap<&'static str, Viewer>, Failure> {
    let mut people = BTreeMap::new();
    for (username, display_name) in PEOPLE {
        let account = NewAccount {
            username: (*username).to_owned(),
            display_name: Some((*display_name).to_owned()),
            password: None,
        };
        people.insert(*username, chat.register(account).await?.viewer);
    }
    Ok(people)
}

/// Everybody who talks is connected; one request is left open.
async fn connect(
    chat: &Chat,
    people: &BTreeMap<&'static str, Viewer>,
) -> Result<BTreeMap<(&'static str, &'static str), RoomId>, Failure> {
    let mut rooms = BTreeMap::new();
    for Talk { between: (one, other), .. } in TALKS {
        let (one_key, other_key) = pair(one, other);
        if rooms.contains_key(&(one_key, other_key)) {
            continue;
        }
        chat.request_connection(&people[one], other).await?;
        chat.accept_connection(&people[other], one).await?;
        rooms.insert((one_key, other_key), chat.direct_room(&people[one], other).await?);
    }
    let (asking, asked) = story::OPEN_REQUEST;
    chat.request_connection(&people[asking], asked).await?;
    let (one, other) = story::WITHOUT_A_ROOM;
    chat.request_connection(&people[one], other).await?;
    chat.accept_connection(&people[other], one).await?;
    Ok(rooms)
}

/// The group, and everybody who is in it.
async fn found(chat: &Chat, people: &BTreeMap<&'static str, Viewer>) -> Result<RoomId, Failure> {
    let cid = || Cid::new(now_ms(), rand::random());
    let (owner, others) = story::GROUP_MEMBERS;
    let group = NewGroup { title: story::GROUP.to_owned(), topic: story::GROUP_TOPIC.to_owned(), is_public: true };
    let room = chat.create_group(&people[owner], cid(), group).await?;
    for other in others {
        chat.change_room(&people[other], cid(), room, Change::Join).await?;
    }
    Ok(room)
}

async fn send(chat: &Chat, author: &Viewer, room: RoomId, line: &Line) -> Result<(), Failure> {
    let cid = Cid::new(line.at_ms, rand::random());
    chat.append(author, Draft { cid, room, kind: MessageType::Text, content: line.text.to_owned() }).await?;
    Ok(())
}

/// Every message of every talk, the oldest first.
fn timeline(now_ms: i64) -> Vec<Line> {
    let today_ms = now_ms - now_ms.rem_euclid(DAY_MS);
    let mut lines = Vec::new();
    for talk in TALKS {
        let mut at_ms = match talk.days_ago {
            0 => now_ms - talk.minute * MINUTE_MS,
            days => today_ms - days * DAY_MS + talk.minute * MINUTE_MS,
        };
        for (author, minutes, text) in talk.lines {
            at_ms += minutes * MINUTE_MS;
            let reader = if *author == talk.between.0 { talk.between.1 } else { talk.between.0 };
            lines.push(Line { at_ms: at_ms.min(now_ms), author, reader: Some(reader), text });
        }
    }
    let of_group = |(author, minutes, text): &(&'static str, i64, &'static str)| Line {
        at_ms: now_ms - minutes * MINUTE_MS,
        author,
        reader: None,
        text,
    };
    lines.extend(story::GROUP_LINES.iter().map(of_group));
    lines.sort_by_key(|line| line.at_ms);
    lines
}

fn pair(one: &'static str, other: &'static str) -> (&'static str, &'static str) {
    (one.min(other), one.max(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_story_is_told_in_order_by_people_who_exist_and_ends_before_now() {
        let now_ms = 1_800_000_000_000;
        let lines = timeline(now_ms);
        assert!(lines.len() > 40 && lines.iter().all(|line| line.at_ms <= now_ms));
        for line in &lines {
            assert!(PEOPLE.iter().any(|(name, _)| *name == line.author), "{}", line.author);
        }
        for talk in TALKS {
            assert!(talk.lines.iter().all(|(author, ..)| *author == talk.between.0 || *author == talk.between.1));
        }
    }
}
