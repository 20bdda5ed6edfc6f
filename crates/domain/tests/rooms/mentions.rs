//! Who is named, and how much of a room each wants to hear. Rule: whoever is named was there and could answer; what is unread of
//! it is counted, as everything unread is.

use crate::support::{
    ear::Ear,
    scene::{change, chat, circle, found, fresh_cid, group, invite, mute, remove, seen},
    talk::{draft, person, say},
    world::{Place, assert_refused},
};
use domain::{Change, Chat, Viewer};
use futures::future::join_all;
use wire::frame::{RoomChange, ServerFrame};
use wire::{Code, Level, RoomId, Seq, Unread, UserId};

/// Who is named in the last event that this person sees.
async fn named(chat: &Chat, viewer: &Viewer, room: RoomId) -> Vec<UserId> {
    seen(chat, viewer, room).await.pop().unwrap().mentions
}

async fn unread(chat: &Chat, viewer: &Viewer, room: RoomId) -> (i64, i64) {
    let Unread { count, mentions, .. } = chat.room(viewer, room).await.unwrap().unread;
    (count, mentions)
}

pub async fn a_message_names_members_who_are_there_and_can_answer(place: &Place) {
    let chat = chat(place, "mentions").await;
    let [ann, bob, cal, dan, _, fay] = circle(&chat, ["ann", "bob", "cal", "dan", "eve", "fay"]).await;
    let room = found(&chat, &ann, "Tea", false).await;
    for guest in [&bob, &cal, &dan, &fay] {
        change(&chat, &ann, room, invite(guest)).await.unwrap();
    }
    let everybody = "@ann @BOB. (@cal), @dan @eve @fay and @nobody";
    say(&chat, ann.clone(), room, everybody).await.unwrap();
    assert_eq!(named(&chat, &ann, room).await, [bob.user, cal.user, dan.user, fay.user]);

    change(&chat, &ann, room, remove(&cal)).await.unwrap();
    change(&chat, &ann, room, mute(&dan)).await.unwrap();
    chat.block(&fay, "ann").await.unwrap();
    let mut his = Ear::of(&chat, &bob).await;
    let ack = say(&chat, ann.clone(), room, everybody).await.unwrap();
    let live = his.wait(|frame| match frame {
        ServerFrame::Event(event) if event.seq == ack.seq => Some(event.mentions.clone()),
        _ => None,
    });
    assert_eq!(live.await, [bob.user]);
    assert_eq!(named(&chat, &bob, room).await, [bob.user], "the history says the same");
    let last = chat.inbox(&bob).await.unwrap().rooms.into_iter().find(|row| row.id == room).unwrap().last.unwrap();
    assert_eq!(last.mentions, [bob.user]);
    say(&chat, bob.clone(), room, "@fay").await.unwrap();
    assert_eq!(named(&chat, &ann, room).await, [fay.user], "only between ann and fay there is a block");
    chat.ban("fay").await.unwrap();
    say(&chat, bob.clone(), room, "@fay @ann").await.unwrap();
    assert_eq!(named(&chat, &ann, room).await, [ann.user]);
    let again = draft(fresh_cid(), room, "@ann twice");
    let (one, two) = (chat.append(&bob, again.clone()).await.unwrap(), chat.append(&bob, again).await.unwrap());
    assert_eq!(one, two);
    assert_eq!(named(&chat, &ann, room).await, [ann.user]);
    chat.close().await;
}

pub async fn unread_mentions_are_exact_whatever_is_read_and_whoever_comes_and_goes(place: &Place) {
    let chat = chat(place, "unread_mentions").await;
    let [ann, bob, cal] = circle(&chat, ["ann", "bob", "cal"]).await;
    let room = found(&chat, &ann, "Tea", false).await;
    change(&chat, &ann, room, invite(&bob)).await.unwrap();
    let mut seqs = Vec::new();
    for text in ["@bob one", "two", "@bob three", "four @bob", "@cal is not here"] {
        seqs.push(say(&chat, ann.clone(), room, text).await.unwrap().seq);
    }
    assert_eq!(unread(&chat, &bob, room).await, (5, 3));
    let left = chat.mark_read(&bob, room, seqs[0]).await.unwrap();
    assert_eq!((left.count, left.mentions), (4, 2));
    chat.mark_read(&bob, room, seqs[1]).await.unwrap();
    assert_eq!(unread(&chat, &bob, room).await, (3, 2));
    say(&chat, bob.clone(), room, "@bob calls himself").await.unwrap();
    assert_eq!(unread(&chat, &bob, room).await, (3, 2));

    change(&chat, &ann, room, Change::Invite { username: "cal".to_owned(), with_history: true, part: String::new() })
        .await
        .unwrap();
    assert_eq!(unread(&chat, &cal, room).await, (0, 0), "nothing from before is unread");
    say(&chat, ann.clone(), room, "@cal and @bob").await.unwrap();
    assert_eq!((unread(&chat, &cal, room).await, unread(&chat, &bob, room).await), ((1, 1), (4, 3)));
    change(&chat, &ann, room, remove(&bob)).await.unwrap();
    say(&chat, ann.clone(), room, "@bob has gone").await.unwrap();
    change(&chat, &ann, room, invite(&bob)).await.unwrap();
    assert_eq!(unread(&chat, &bob, room).await, (0, 0));
    say(&chat, ann.clone(), room, "@bob is back").await.unwrap();
    assert_eq!(unread(&chat, &bob, room).await, (1, 1));

    join_all((0..120).map(|number| say(&chat, ann.clone(), room, if number < 20 { "no" } else { "@bob" }))).await;
    assert_eq!(unread(&chat, &bob, room).await, (100, 100), "beyond 99 it says more");
    let head = chat.room(&bob, room).await.unwrap().head;
    chat.mark_read(&bob, room, Seq(head.0 - 99)).await.unwrap();
    assert_eq!(unread(&chat, &bob, room).await, (99, 99));
    chat.mark_read(&bob, room, head).await.unwrap();
    assert_eq!(unread(&chat, &bob, room).await, (0, 0));
    chat.close().await;
}

pub async fn what_is_stored_together_names_each_its_own(place: &Place) {
    const ROOMS: usize = 8;
    let chat = chat(place, "mentions_together").await;
    let [ann, bob, cal] = circle(&chat, ["ann", "bob", "cal"]).await;
    let mut rooms = Vec::new();
    for number in 0..ROOMS {
        let room = chat.create_group(&ann, fresh_cid(), group(&format!("Room {number}"), false)).await.unwrap();
        // Cal is in every other room.
        for guest in [Some(&bob), (number % 2 == 0).then_some(&cal)].into_iter().flatten() {
            change(&chat, &ann, room, invite(guest)).await.unwrap();
        }
        rooms.push(room);
    }
    let texts = ["@bob", "@cal", "@bob @cal", "nobody", "bob@cal"];
    let sends =
        (0..ROOMS * 40).map(|number| say(&chat, ann.clone(), rooms[number % ROOMS], texts[number % texts.len()]));
    join_all(sends).await.into_iter().for_each(|ack| assert!(ack.is_ok()));
    for (number, room) in rooms.into_iter().enumerate() {
        for event in seen(&chat, &ann, room).await {
            let Some(message) = event.message else { continue };
            let expected: &[UserId] = match (message.content.as_str(), number % 2 == 0) {
                ("@bob", _) | ("@bob @cal", false) => &[bob.user],
                ("@cal", true) => &[cal.user],
                ("@bob @cal", true) => &[bob.user, cal.user],
                _ => &[],
            };
            assert_eq!(event.mentions, expected, "{} in room {number}", message.content);
        }
    }
    chat.close().await;
}

pub async fn how_much_somebody_wants_to_hear_is_kept_and_told_to_all_their_sockets(place: &Place) {
    let chat = chat(place, "levels").await;
    let [ann, bob] = circle(&chat, ["ann", "bob"]).await;
    let eve = person(&chat, "eve").await;
    let direct = chat.direct_room(&ann, "bob").await.unwrap();
    let tea = found(&chat, &ann, "Tea", true).await;
    change(&chat, &bob, tea, Change::Join).await.unwrap();
    for room in [direct, tea] {
        assert_eq!(chat.room(&bob, room).await.unwrap().level, Level::All);
        let mut ears = [Ear::of(&chat, &bob).await, Ear::of(&chat, &bob).await];
        let mut hers = Ear::of(&chat, &ann).await;
        let (head, level) = (chat.room(&bob, room).await.unwrap().head, Level::Mentions);
        chat.set_level(&bob, room, level).await.unwrap();
        for ear in &mut ears {
            let told = ear.wait(|frame| match frame {
                ServerFrame::Room(RoomChange::Added { summary }) => Some((summary.id, summary.level, summary.head)),
                _ => None,
            });
            assert_eq!(told.await, (room, level, head), "it is no event");
        }
        hers.is_silent().await;
        assert_eq!(chat.room(&ann, room).await.unwrap().level, Level::All, "everybody has their own");
        let ServerFrame::Welcome { rooms, .. } = chat.welcome(&bob).await.unwrap() else { panic!("no welcome") };
        assert_eq!(rooms.iter().find(|head| head.room == room).unwrap().level, level);
        change(&chat, &bob, room, Change::Level { level: Level::None }).await.unwrap();
        assert_eq!(chat.room(&bob, room).await.unwrap().level, Level::None);
        assert_refused(chat.set_level(&bob, room, Level::Unknown).await, Code::UnknownLevel);
        assert_refused(chat.set_level(&eve, room, Level::None).await, Code::NotFound);
        say(&chat, ann.clone(), room, "@bob").await.unwrap();
        assert_eq!(unread(&chat, &bob, room).await, (1, 1), "counted all the same");
    }
    change(&chat, &ann, tea, mute(&bob)).await.unwrap();
    chat.set_level(&bob, tea, Level::Mentions).await.unwrap();
    change(&chat, &bob, tea, Change::Leave).await.unwrap();
    assert_refused(chat.set_level(&bob, tea, Level::None).await, Code::NotFound);
    change(&chat, &bob, tea, Change::Join).await.unwrap();
    assert_eq!(chat.room(&bob, tea).await.unwrap().level, Level::All, "whoever comes back begins anew");
    chat.close().await;
}

pub async fn members_are_found_by_how_their_names_begin(place: &Place) {
    let chat = chat(place, "find_members").await;
    let [ann, ben, bob, cal, eve] = circle(&chat, ["ann", "ben", "bob", "c_l", "eve"]).await;
    let account =
        domain::NewAccount { username: "maria".to_owned(), display_name: Some("Ana Bella".to_owned()), password: None };
    let maria = chat.register(account).await.unwrap().viewer;
    let room = found(&chat, &ann, "Tea", true).await;
    for guest in [&ben, &bob, &cal, &maria] {
        change(&chat, guest, room, Change::Join).await.unwrap();
    }
    let find = async |viewer: &Viewer, prefix: &str| {
        let found = chat.find_members(viewer, room, prefix).await.unwrap();
        found.into_iter().map(|person| person.username).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(find(&ann, "").await, "maria ben bob c_l", "by display name, without herself");
    assert_eq!(find(&ann, "B").await, "maria ben bob", "a word of a name, or a username");
    assert_eq!(find(&ann, "ell").await, "");
    for (prefix, expected) in [("_", ""), ("c_", "c_l"), ("c%", ""), ("\\", ""), (&"b".repeat(500), "")] {
        assert_eq!(find(&ann, prefix).await, expected, "{prefix:?}");
    }
    say(&chat, ben.clone(), room, "hello").await.unwrap();
    say(&chat, bob.clone(), room, "hello").await.unwrap();
    assert_eq!(find(&ann, "").await, "bob ben maria c_l", "who wrote last comes first");
    change(&chat, &ann, room, mute(&ben)).await.unwrap();
    chat.block(&cal, "ann").await.unwrap();
    assert_eq!(find(&ann, "").await, "bob maria", "who cannot be named is not offered");
    change(&chat, &ann, room, remove(&maria)).await.unwrap();
    assert_eq!(find(&ann, "").await, "bob");
    assert_eq!(find(&ben, "").await, "bob ann c_l", "who may only read may look");
    for outsider in [&eve, &maria] {
        assert_refused(chat.find_members(outsider, room, "").await, Code::NotFound);
    }
    let direct = chat.direct_room(&ann, "ben").await.unwrap();
    assert_eq!(chat.find_members(&ann, direct, "").await.unwrap(), [ben.person()]);
    chat.close().await;
}
