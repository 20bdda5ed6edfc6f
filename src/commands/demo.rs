//! `twotick demo`: made-up people who have talked for a week. Rule: it has a folder of its own and never touches
//! another database; its people go through the same doors as everybody.

mod story;

use super::{Failure, serve_and_say};
use crate::{clock::now_ms, config::Config, server::make_private};
use domain::{Change, Chat, Clock, Draft, NewAccount, NewGroup, NewSubject, Viewer};
use std::{collections::BTreeMap, fs, path::Path};
use story::{Deed, Mark, PEOPLE, TALKS, THINGS, Talk, Thing};
use wire::{Amendment, Cid, Decision, Offer, Parts, RoomId, Seq, Subject, read::Tree};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// A moment of the story.
struct Line {
    at_ms: i64,
    author: &'static str,
    place: Place,
    deed: Deed,
}

/// Where each text of the story was stored.
type Said = BTreeMap<(RoomId, &'static str), Seq>;

/// Where it happens.
#[derive(Clone, Copy)]
enum Place {
    /// Between the author and somebody.
    With(&'static str),
    /// In the group.
    Group,
    /// About this thing, by its number.
    Thing(usize),
}

pub(super) async fn run(mut config: Config) -> Result<(), Failure> {
    let folder = config.data_dir.join("demo");
    if !folder.exists() {
        super::say("Filling the demo: five people, a group, a job, a trip, a week of messages …");
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
    let mut things = Vec::new();
    let mut said = Said::new();
    for line in timeline(now_ms) {
        clock.set(line.at_ms);
        let room = match line.place {
            Place::With(reader) => rooms[&pair(line.author, reader)],
            Place::Group => garden,
            Place::Thing(number) => match things.iter().find(|(known, _)| *known == number) {
                Some((_, room)) => *room,
                None => {
                    things.push((number, open_thing(&chat, &people, &THINGS[number]).await?));
                    continue;
                }
            },
        };
        act(&chat, &people, room, &line, &mut said).await?;
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
    for (number, room) in things {
        let Thing { owner, others, unread, .. } = &THINGS[number];
        for (name, _) in others.iter().chain([owner]) {
            let head = chat.room(&people[name], room).await?.head;
            let left = unread.iter().find(|(one, _)| one == name).map_or(0, |(_, left)| *left);
            chat.mark_read(&people[name], room, Seq(head.0 - left)).await?;
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

fn fresh_cid() -> Cid {
    Cid::new(now_ms(), rand::random())
}

/// The groups, and everybody who is in the first of them.
async fn found(chat: &Chat, people: &BTreeMap<&'static str, Viewer>) -> Result<RoomId, Failure> {
    let (owner, others) = story::GROUP_MEMBERS;
    let group =
        |title: &str, topic: &str| NewGroup { title: title.to_owned(), topic: topic.to_owned(), is_public: true };
    let room = chat.create_group(&people[owner], fresh_cid(), group(story::GROUP, story::GROUP_TOPIC)).await?;
    for other in others {
        chat.change_room(&people[other], fresh_cid(), room, Change::Join).await?;
    }
    for (title, topic, owner) in story::OTHER_GROUPS {
        chat.create_group(&people[owner], fresh_cid(), group(title, topic)).await?;
    }
    Ok(room)
}

async fn open_thing(chat: &Chat, people: &BTreeMap<&'static str, Viewer>, thing: &Thing) -> Result<RoomId, Failure> {
    let Thing { kind, id, title, link, notice, owner: (owner, part), others, .. } = thing;
    let [kind, id, title, notice, part] = [kind, id, title, notice, part].map(|text| (*text).to_owned());
    let subject = Subject { kind, id, thread: String::new(), link: Some((*link).to_owned()) };
    let participants = others.iter().map(|(name, part)| ((*name).to_owned(), (*part).to_owned())).collect();
    let new = NewSubject { subject, title, notice, part, participants };
    Ok(chat.open_subject(&people[owner], fresh_cid(), new).await?)
}

/// What somebody does in a room, or a notice about a thing by its owner.
async fn act(
    chat: &Chat,
    people: &BTreeMap<&'static str, Viewer>,
    room: RoomId,
    line: &Line,
    said: &mut Said,
) -> Result<(), Failure> {
    let cid = Cid::new(line.at_ms, rand::random());
    if let (Place::Thing(number), Deed::Say(text)) = (line.place, line.deed)
        && line.author.is_empty()
    {
        let owner = &people[THINGS[number].owner.0];
        chat.change_room(owner, cid, room, Change::Notice { text: text.to_owned() }).await?;
        return Ok(());
    }
    let author = &people[line.author];
    let draft = |content: &str| Draft::text(cid, room, content.to_owned());
    match line.deed {
        Deed::Say(text) => {
            let ack = chat.append(author, draft(text)).await?;
            said.insert((room, text), ack.seq);
        }
        Deed::Answer { to, text } => {
            let reply_to = Some(said[&(room, to)]);
            chat.append(author, Draft { reply_to, ..draft(text) }).await?;
        }
        Deed::React { to, emoji } => {
            let amendment = Amendment::React { emoji: emoji.to_owned() };
            chat.amend(author, cid, room, said[&(room, to)], amendment).await?;
        }
        Deed::Place { label, latitude, longitude } => {
            let mut location = Tree::Nothing;
            location.put("label", Tree::Text(label.to_owned()));
            location.put("latitude", Tree::Number(latitude));
            location.put("longitude", Tree::Number(longitude));
            let more = Parts::claimed(Tree::Nothing, location);
            chat.append(author, Draft { more, ..draft("") }).await?;
        }
        Deed::Bid { to, amount, note } => {
            let offer = Offer { amount, currency: "EUR".to_owned(), note: note.to_owned(), expires_at: None };
            let ack = chat.bid(author, cid, room, to, offer).await?;
            said.insert((room, note), ack.seq);
        }
        Deed::Accept { note } => {
            chat.decide_bid(author, cid, room, said[&(room, note)], (Decision::Accept, None)).await?;
        }
    }
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
            lines.push(Line { at_ms: at_ms.min(now_ms), author, place: Place::With(reader), deed: Deed::Say(text) });
        }
    }
    let done = |(author, minutes, deed): (&'static str, i64, Deed), place| Line {
        at_ms: now_ms - minutes * MINUTE_MS,
        author,
        place,
        deed,
    };
    let told = |&(author, minutes, text): &(_, _, &'static str), place| done((author, minutes, Deed::Say(text)), place);
    lines.extend(story::GROUP_LINES.iter().map(|line| told(line, Place::Group)));
    lines.extend(story::GROUP_DEEDS.iter().map(|deed| done(*deed, Place::Group)));
    for (number, thing) in THINGS.iter().enumerate() {
        // The first of each opens it.
        let opening = (thing.owner.0, thing.opened, thing.notice);
        lines.push(told(&opening, Place::Thing(number)));
        lines.extend(thing.lines.iter().map(|line| told(line, Place::Thing(number))));
        lines.extend(thing.deeds.iter().map(|deed| done(*deed, Place::Thing(number))));
    }
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
            let is_notice = line.author.is_empty() && matches!(line.place, Place::Thing(_));
            assert!(is_notice || PEOPLE.iter().any(|(name, _)| *name == line.author), "{}", line.author);
        }
        for talk in TALKS {
            assert!(talk.lines.iter().all(|(author, ..)| *author == talk.between.0 || *author == talk.between.1));
        }
    }
}
