//! Blocking, and who sees whom. Rule: a block is heard of by nobody, and cuts both ways.

use crate::support::{
    ear::{self, Ear},
    scene::{change, chat, circle, fast, found, invite},
    talk::{person, say},
    world::{self, Place, assert_refused, open},
};
use domain::{Attachment, Change, Chat, Next, Viewer};
use futures::future::join_all;
use std::collections::BTreeSet;
use wire::frame::ServerFrame;
use wire::{Code, Seq, UserId};

async fn sees(chat: &Chat, viewer: &Viewer, other: &Viewer) -> bool {
    chat.presence(viewer).await.unwrap().iter().any(|row| row.user == other.user && row.online)
}

pub async fn a_block_cuts_both_ways_and_leaves_the_history(place: &Place) {
    for anyone in [false, true] {
        let name = if anyone { "blocks_anyone" } else { "blocks" };
        let chat = open(place, name, |settings| {
            fast(settings);
            settings.direct_anyone = anyone;
        })
        .await;
        let [ann, bob] = circle(&chat, ["ann", "bob"]).await;
        let room = chat.direct_room(&ann, "bob").await.unwrap();
        say(&chat, ann.clone(), room, "hello").await.unwrap();
        chat.mark_read(&bob, room, Seq(1)).await.unwrap();
        let _ears = [Ear::of(&chat, &ann).await, Ear::of(&chat, &bob).await];
        assert!(sees(&chat, &ann, &bob).await && sees(&chat, &bob, &ann).await);
        assert_refused(chat.block(&bob, "bob").await, Code::Yourself);
        assert_refused(chat.block(&bob, "nobody").await, Code::NoSuchPerson);
        chat.block(&bob, "ANN").await.unwrap();
        chat.block(&bob, "ann").await.unwrap();
        assert_eq!(chat.blocked(&bob).await.unwrap(), [ann.person()]);
        assert_eq!(chat.blocked(&ann).await.unwrap(), []);
        for (viewer, other) in [(&ann, &bob), (&bob, &ann)] {
            assert!(!sees(&chat, viewer, other).await);
            assert_refused(say(&chat, viewer.clone(), room, "still there?").await, Code::NotConnected);
            assert_refused(chat.typing(viewer, room, true).await, Code::NotConnected);
            let summary = chat.room(viewer, room).await.unwrap();
            assert_eq!((summary.writable, summary.cursors.len(), summary.head), (false, 1, Seq(1)));
            assert_eq!(chat.room_page(viewer, room).await.unwrap().page.events.len(), 1, "the history stays");
            assert_eq!(chat.inbox(viewer).await.unwrap().rooms[0].cursors.len(), 1);
        }
        assert_refused(chat.request_connection(&ann, "bob").await, Code::NoSuchPerson);
        assert_refused(chat.request_connection(&bob, "ann").await, Code::Blocked);
        assert_eq!(chat.find_people(&ann, "bob").await.unwrap(), []);
        chat.unblock(&ann, "bob").await.unwrap();
        assert!(!chat.room(&ann, room).await.unwrap().writable, "only who blocked lifts it");
        chat.unblock(&bob, "ann").await.unwrap();
        assert_eq!(chat.room(&ann, room).await.unwrap().writable, anyone, "the connection does not come back");
        world::connect(&chat, &ann, &bob).await;
        say(&chat, ann.clone(), room, "hello again").await.unwrap();
        let eve = person(&chat, "eve").await;
        chat.block(&eve, "ann").await.unwrap();
        assert_refused(chat.direct_room(&ann, "eve").await, Code::NotFound);
        assert_refused(chat.direct_room(&eve, "ann").await, Code::NotFound);
        let group = found(&chat, &ann, "Tea", false).await;
        assert_refused(change(&chat, &ann, group, invite(&eve)).await, Code::NotInvitable);
        chat.close().await;
    }
}

pub async fn in_a_group_the_blocked_hear_messages_and_nothing_else_of_each_other(place: &Place) {
    let chat = chat(place, "apart").await;
    let [ann, bob, cal] = circle(&chat, ["ann", "bob", "cal"]).await;
    let room = found(&chat, &ann, "Tea", true).await;
    for viewer in [&bob, &cal] {
        change(&chat, viewer, room, Change::Join).await.unwrap();
    }
    let mut ears = [Ear::of(&chat, &ann).await, Ear::of(&chat, &bob).await, Ear::of(&chat, &cal).await];
    say(&chat, ann.clone(), room, "before").await.unwrap();
    chat.block(&cal, "bob").await.unwrap();
    let said = say(&chat, bob.clone(), room, "after").await.unwrap();
    for ear in &mut ears {
        ear.skip_to(said.seq).await;
    }
    chat.typing(&cal, room, true).await.unwrap();
    chat.mark_read(&cal, room, said.seq).await.unwrap();
    let [ann_hears, bob_hears, cal_hears] = &mut ears;
    assert_eq!(ann_hears.typing().await, (cal.user, true));
    assert_eq!(ann_hears.cursors().await.0.user, cal.user);
    assert_eq!(cal_hears.cursors().await.0.user, cal.user);
    bob_hears.is_silent().await;
    let users = async |viewer: &Viewer| {
        let summary = chat.room(viewer, room).await.unwrap();
        summary.cursors.iter().map(|cursors| cursors.user).collect::<Vec<_>>()
    };
    assert_eq!(users(&ann).await, [ann.user, bob.user, cal.user]);
    assert_eq!((users(&bob).await, users(&cal).await), (vec![ann.user, bob.user], vec![ann.user, cal.user]));
    assert!(!sees(&chat, &bob, &cal).await && !sees(&chat, &cal, &bob).await);
    assert!(sees(&chat, &ann, &cal).await && sees(&chat, &bob, &ann).await);
    chat.close().await;
}

/// Everybody's frames about presence: how many, and who was said to be online.
async fn heard(ear: &Attachment, expected: &BTreeSet<UserId>) -> usize {
    let (mut frames_count, mut online) = (0, BTreeSet::new());
    while !expected.is_subset(&online) {
        let Next::Frames(frames) = ear.next().await else { panic!("the socket was closed") };
        for frame in frames.iter().map(|text| serde_json::from_str::<ServerFrame>(text).unwrap()) {
            let people = match frame {
                ServerFrame::Presence(one) => vec![one],
                ServerFrame::Presences { people } => people,
                _ => continue,
            };
            frames_count += 1;
            online.extend(people.iter().filter(|one| one.online).map(|one| one.user));
        }
    }
    frames_count
}

pub async fn many_who_come_at_once_are_told_together(place: &Place) {
    const PEOPLE: usize = 60;
    let chat = chat(place, "crowd").await;
    let owner = person(&chat, "owner").await;
    let room = found(&chat, &owner, "Tea", true).await;
    let people = join_all((0..PEOPLE).map(|number| person(&chat, format!("guest{number}")))).await;
    for result in join_all(people.iter().map(|guest| change(&chat, guest, room, Change::Join))).await {
        result.unwrap();
    }
    let stranger = person(&chat, "stranger").await;
    let (watcher, outside) = (chat.attach(&owner).await.unwrap(), chat.attach(&stranger).await.unwrap());
    let sockets = join_all(people.iter().map(|guest| chat.attach(guest))).await;
    let expected: BTreeSet<UserId> = people.iter().map(|guest| guest.user).collect();
    let frames_count = tokio::time::timeout(ear::PATIENCE, heard(&watcher, &expected)).await.expect("in time");
    assert!(frames_count <= PEOPLE / 4, "{frames_count} frames for {PEOPLE} people");
    outside.push(&ServerFrame::Pong { n: 77, at: wire::Time(0) });
    let Next::Frames(frames) = outside.next().await else { panic!("the socket was closed") };
    assert_eq!(frames.len(), 1, "a stranger hears nothing of it");
    drop(sockets);
    chat.close().await;
}

pub async fn the_details_tell_who_is_here_and_not_to_the_blocked(place: &Place) {
    let chat = chat(place, "details_presence").await;
    let [ann, bob, cal, dot] = circle(&chat, ["ann", "bob", "cal", "dot"]).await;
    let group = found(&chat, &ann, "Tea", false).await;
    for other in [&bob, &cal, &dot] {
        change(&chat, &ann, group, invite(other)).await.unwrap();
    }
    let _ears = [Ear::of(&chat, &ann).await, Ear::of(&chat, &bob).await];
    chat.block(&dot, "bob").await.unwrap();
    let seen = async |viewer: &Viewer| {
        let members = chat.room_details(viewer, group, 0).await.unwrap().members;
        let of = |member: wire::Member| (member.person.username, member.presence.map(|presence| presence.online));
        members.into_iter().map(of).collect::<Vec<_>>()
    };
    let row = |name: &str, online| (name.to_owned(), online);
    let (here, away) = (Some(true), Some(false));
    assert_eq!(seen(&bob).await, [row("ann", here), row("bob", None), row("cal", away), row("dot", None)]);
    assert_eq!(seen(&dot).await, [row("ann", here), row("bob", None), row("cal", away), row("dot", None)]);
    assert_eq!(seen(&cal).await, [row("ann", here), row("bob", here), row("cal", None), row("dot", away)]);
    chat.close().await;
}
