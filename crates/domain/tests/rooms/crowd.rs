//! A room of a thousand people. Rule: what one of them does is stored once and put into words once, and nobody hears more
//! often than four times a second who is here.

use crate::support::{
    ear::PATIENCE,
    scene::{self, found},
    talk::{self, person, say},
    world::{self, Place, open},
};
use domain::{Attachment, Chat, Next, Viewer};
use futures::future::join_all;
use std::{
    collections::{BTreeSet, HashSet},
    path::Path,
    time::Instant,
};
use tokio::time::timeout;
use wire::{Presence, RoomId, UserId, frame::ServerFrame, limits::PRESENCE_INTERVAL_MS};

const PEOPLE: usize = 1_000;

/// Everybody there is comes into the room, without a word about it.
const COME: &str = "insert into members (room_id, user_id, role, delivered_seq, read_seq, joined_seq)
    select (select max(id) from rooms), id, 'member', 1, 1, 1
    from users
    where true
    on conflict (room_id, user_id) do nothing;
    insert into intervals (room_id, user_id, from_seq, to_seq)
    select (select max(id) from rooms), id, 1, null
    from users
    where true
    on conflict (room_id, user_id, from_seq) do nothing;
    update rooms set members_rev = members_rev + 1";

/// People who never come online.
const OTHERS: &str = "with recursive numbers(number) as (
        select 1
        union all
        select number + 1
        from numbers
        where number < 980
    )
    insert into users (username, username_key, display_name, display_name_key, is_operator, created_at_ms)
    select 'other' || number, 'other' || number, 'Other', 'other', false, 0
    from numbers";

fn brief(settings: &mut domain::Settings) {
    scene::fast(settings);
    settings.offline_grace_ms = 100;
}

/// A room with so many people who can come online, and everybody else there is.
async fn hall(place: &Place, name: &str, guests: usize) -> (Chat, RoomId, Vec<Viewer>) {
    let chat = open(place, name, brief).await;
    let owner = person(&chat, "owner").await;
    let room = found(&chat, &owner, "Hall", true).await;
    let mut people = join_all((1..guests).map(|number| person(&chat, format!("guest{number}")))).await;
    people.insert(0, owner);
    if guests < PEOPLE {
        world::change(&talk::url(place, name), OTHERS).await;
    }
    world::change(&talk::url(place, name), COME).await;
    assert_eq!(chat.room_details(&people[0], room, 0).await.unwrap().count, 1_000);
    (chat, room, people)
}

/// The texts that a socket hears until one of them is taken.
async fn until<'a>(ear: &Attachment, mut is_last: impl FnMut(&ServerFrame) -> bool + 'a) -> Vec<domain::Text> {
    let mut heard = Vec::new();
    loop {
        let Next::Frames(frames) = timeout(PATIENCE, ear.next()).await.expect("in time") else { panic!("closed") };
        for text in frames {
            let frame = serde_json::from_str(&text).unwrap();
            heard.push(text);
            if is_last(&frame) {
                return heard;
            }
        }
    }
}

pub async fn a_message_is_one_transaction_and_one_text(place: &Place) {
    let (chat, room, people) = hall(place, "one", 20).await;
    let ears = join_all(people.iter().map(|viewer| async { chat.attach(viewer).await.unwrap() })).await;
    // What is read of the room and kept is read with the first message.
    let first = say(&chat, people[0].clone(), room, "first").await.unwrap();
    let before = place_commits(place, "one");
    let second = say(&chat, people[1].clone(), room, "second").await.unwrap();
    assert_eq!(second.seq, first.seq.next());
    if let (Some(before), Some(after)) = (before, place_commits(place, "one")) {
        assert_eq!(after - before, 1, "transactions of one message");
    }
    let mut texts = HashSet::new();
    for ear in &ears {
        let is_second = |frame: &ServerFrame| matches!(frame, ServerFrame::Event(event) if event.seq == second.seq);
        let text = until(ear, is_second).await.pop().unwrap();
        // The same bytes, not equal ones.
        texts.insert(text.into_bytes().as_ptr());
    }
    assert_eq!((ears.len(), texts.len()), (20, 1));
    chat.close().await;
}

/// Commits that SQLite's log holds.
fn place_commits(place: &Place, name: &str) -> Option<usize> {
    match place {
        Place::Sqlite(folder) => Some(commits(&folder.path().join(name).with_extension("db-wal"))),
        Place::Postgres(_) => None,
    }
}

/// A frame of the log ends a transaction when its header names the size of the database; frames of an earlier round have
/// another salt.
fn commits(log: &Path) -> usize {
    const HEADER: usize = 32;
    const FRAME_HEADER: usize = 24;
    let bytes = std::fs::read(log).unwrap();
    let page = usize::try_from(u32::from_be_bytes(bytes[8..12].try_into().unwrap())).unwrap();
    let frames = bytes[HEADER..].chunks_exact(FRAME_HEADER + page);
    frames.take_while(|frame| frame[8..16] == bytes[16..24]).filter(|frame| frame[4..8] != [0; 4]).count()
}

/// Who was said to be here or gone, in how many frames.
struct News {
    frames: usize,
    texts: Vec<domain::Text>,
}

/// Listens until everybody of `expected` was said to be `online` or not, last.
async fn news(ear: &Attachment, expected: &BTreeSet<UserId>, online: bool) -> News {
    let mut told = BTreeSet::new();
    let mut hear = |people: &[Presence]| {
        for one in people {
            if one.online == online {
                told.insert(one.user)
            } else {
                told.remove(&one.user)
            };
        }
        expected.is_subset(&told)
    };
    let texts = until(ear, |frame| match frame {
        ServerFrame::Presence(one) => hear(&[*one]),
        ServerFrame::Presences { people } => hear(people),
        _ => false,
    })
    .await;
    News { frames: texts.len(), texts }
}

/// Who is online, as `welcome` tells.
async fn here(chat: &Chat, viewer: &Viewer) -> BTreeSet<UserId> {
    let ServerFrame::Welcome { presence, .. } = chat.welcome(viewer).await.unwrap() else { panic!("no welcome") };
    presence.iter().filter(|one| one.online).map(|one| one.user).collect()
}

pub async fn a_thousand_who_come_and_go_are_told_in_few_frames(place: &Place) {
    let (chat, _, people) = hall(place, "storm", PEOPLE).await;
    let users: Vec<UserId> = people.iter().map(|viewer| viewer.user).collect();
    let begun = Instant::now();
    let mut ears = join_all(people.iter().map(|viewer| async { chat.attach(viewer).await.unwrap() })).await;
    // The last of them come after most were told; the first hear of all others.
    let expected: BTreeSet<UserId> = users[10..].iter().copied().collect();
    let heard = join_all(ears[..10].iter().map(|ear| news(ear, &expected, true))).await;
    let tellings_max = |begun: Instant| begun.elapsed().as_millis() as usize / PRESENCE_INTERVAL_MS as usize + 2;
    let most = heard.iter().map(|news| news.frames).max().unwrap();
    assert!(most <= tellings_max(begun), "{most} frames for each in {:?}", begun.elapsed());
    let texts: HashSet<_> = heard.iter().flat_map(|news| &news.texts).map(|text| text.as_ptr()).collect();
    assert!(texts.len() <= most, "{} texts for {most} tellings: they are not shared", texts.len());

    let here = here(&chat, &people[0]).await;
    assert_eq!((here.len(), here.contains(&users[0])), (PEOPLE - 1, false), "all others, each once");
    // Behind the server's back, which reads the members again only when it is told that they are others.
    world::change(&talk::url(place, "storm"), "delete from intervals where user_id = 5").await;
    assert_eq!(self::here(&chat, &people[0]).await.len(), PEOPLE - 1, "who is in a room is read once");
    world::change(&talk::url(place, "storm"), "update rooms set members_rev = members_rev + 1").await;
    assert_eq!(self::here(&chat, &people[0]).await.len(), PEOPLE - 2, "and again after a change");

    let expected = expected.into_iter().filter(|user| *user != UserId(5)).collect();
    let begun = Instant::now();
    drop(ears.split_off(10));
    let heard = join_all(ears.iter().map(|ear| news(ear, &expected, false))).await;
    let most = heard.iter().map(|news| news.frames).max().unwrap();
    assert!(most <= tellings_max(begun), "{most} frames for each in {:?}", begun.elapsed());
    chat.close().await;
}
