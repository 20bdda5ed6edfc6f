//! Receipts and typing in rooms of many. Rule: what a room's members are told does not grow with the square of their number,
//! and everybody learns all the same how far the others are.

use crate::support::{
    ear::{Ear, PATIENCE},
    scene::{change, chat, circle, found, remove},
    talk::{self, person, say},
    world::{self, Place},
};
use domain::{Attachment, Change, Chat, Next, Viewer};
use futures::future::join_all;
use std::collections::BTreeSet;
use std::time::Instant;
use tokio::time::timeout;
use wire::frame::{RoomChange, ServerFrame};
use wire::limits::{CURSORS_MEMBERS_MAX, TYPING_ONLINE_MAX};
use wire::{CursorState, EVERYBODY_ELSE, RoomId, Seq, Tally, UserId};

const ALL: &str = "insert into members (room_id, user_id, role, delivered_seq, read_seq, joined_seq)
    select rooms.id, users.id, 'member', 1, 1, 1
    from rooms cross join users
    where users.username like 'guest%';
    insert into intervals (room_id, user_id, from_seq)
    select rooms.id, users.id, 1
    from rooms cross join users
    where users.username like 'guest%';
    update rooms set members_rev = members_rev + 1;";

/// A public room of its owner and so many guests.
async fn crowd(place: &Place, name: &str, guests: usize) -> (Chat, RoomId, Viewer, Vec<Viewer>) {
    let chat = chat(place, name).await;
    let owner = person(&chat, "owner").await;
    let room = found(&chat, &owner, "Square", true).await;
    let guests = join_all((0..guests).map(|number| person(&chat, format!("guest{number}")))).await;
    world::change(&talk::url(place, name), ALL).await;
    (chat, room, owner, guests)
}

/// What a socket was told until now, with the place of its bytes.
async fn told(socket: &Attachment) -> Vec<(usize, ServerFrame)> {
    socket.push(&ServerFrame::Pong { n: 77, at: wire::Time(0) });
    let mut told = Vec::new();
    loop {
        let Next::Frames(frames) = socket.next().await else { panic!("the socket was closed") };
        for text in frames {
            match serde_json::from_str(&text).unwrap() {
                ServerFrame::Pong { n: 77, .. } => return told,
                frame => told.push((text.as_ptr() as usize, frame)),
            }
        }
    }
}

/// Waits for what a socket is told of everybody else, until both cursors stand here. The counts, and how often it was told.
async fn everybody(socket: &Attachment, delivered: Seq, read: Seq) -> (Tally, usize) {
    let wanted = [CursorState { user: EVERYBODY_ELSE, delivered, read, joined: Seq(0) }];
    let mut times = 0;
    let mut found = None;
    let hear = world::hear(socket, |frame| {
        if let ServerFrame::Receipts { cursors, tally, .. } = frame {
            times += 1;
            found = tally.filter(|_| *cursors == wanted);
        }
        found.is_some()
    });
    timeout(PATIENCE, hear).await.unwrap_or_else(|_| panic!("nobody told that all are at {delivered} and {read}"));
    (found.unwrap(), times)
}

pub async fn a_message_to_a_crowd_costs_as_many_frames_as_there_are_people(place: &Place, people: usize) {
    let (chat, room, owner, guests) = crowd(place, "square", people - 1).await;
    let watcher = chat.attach(&owner).await.unwrap();
    let sockets = join_all(guests.iter().map(|guest| chat.attach(guest))).await;
    let mut sockets: Vec<Attachment> = sockets.into_iter().map(Result::unwrap).collect();
    let begun = Instant::now();
    let said = say(&chat, owner.clone(), room, "hello everybody").await.unwrap();
    chat.typing(&guests[0], room, true).await.unwrap();
    join_all(guests.iter().map(|guest| chat.mark_delivered(guest, room, said.seq))).await;
    join_all(guests.iter().map(|guest| chat.mark_read(guest, room, said.seq))).await;
    let others = guests.len() as i64;
    let (tally, times) = everybody(&watcher, said.seq, said.seq).await;
    assert_eq!(tally, Tally { seq: said.seq, of: others, delivered: others, read: others });
    let seconds = usize::try_from(begun.elapsed().as_secs()).unwrap();
    assert!(times <= seconds + 2, "{times} frames in {seconds} s");

    let (mut events, mut receipts, mut frames) = (BTreeSet::new(), BTreeSet::new(), 0);
    for (guest, socket) in guests.iter().zip(&sockets) {
        let mut seen = 0;
        for (place, frame) in told(socket).await {
            match frame {
                ServerFrame::Event(event) => {
                    assert_eq!(event.seq, said.seq);
                    events.insert(place);
                    seen += 1;
                }
                ServerFrame::Receipts { .. } => _ = receipts.insert(place),
                ServerFrame::Cursors { cursors, .. } => {
                    assert_eq!(cursors.user, guest.user, "others' steps are not told")
                }
                ServerFrame::Presence(_) | ServerFrame::Presences { .. } => continue,
                // Of a hundred and more nobody is told who types.
                other => panic!("unexpected: {other:?}"),
            }
            frames += 1;
        }
        assert_eq!(seen, 1);
    }
    println!("{frames} frames for {people} people, in {:?}", begun.elapsed());
    assert_eq!(events.len(), 1, "the message is encoded once");
    assert!(receipts.len() <= 3 * times, "{} texts told {times} times", receipts.len());
    // The event, two own steps, and what is told once a second.
    assert!(frames <= guests.len() * (3 + times), "{frames} frames for {people} people");

    sockets.truncate(TYPING_ONLINE_MAX - 1);
    chat.typing(&guests[1], room, true).await.unwrap();
    let typing = told(&watcher).await.into_iter().find_map(|(_, frame)| match frame {
        ServerFrame::Typing { user, name, is_typing, .. } => Some((user, name, is_typing)),
        _ => None,
    });
    assert_eq!(typing, Some((guests[1].user, Some(guests[1].display_name.clone()), true)), "a hundred are no crowd");
    chat.close().await;
}

fn users(cursors: &[CursorState]) -> Vec<UserId> {
    cursors.iter().map(|state| state.user).collect()
}

/// The next row of the room that this socket is told.
async fn row(ear: &mut Ear) -> wire::RoomSummary {
    loop {
        if let ServerFrame::Room(RoomChange::Added { summary }) = ear.next().await.unwrap() {
            return *summary;
        }
    }
}

pub async fn a_room_that_passes_the_limit_is_told_anew(place: &Place) {
    let (chat, room, owner, guests) = crowd(place, "passing", CURSORS_MEMBERS_MAX - 1).await;
    let late = person(&chat, "late").await;
    let mut ear = Ear::of(&chat, &owner).await;
    let all = chat.room(&owner, room).await.unwrap().cursors;
    assert_eq!(all.len(), CURSORS_MEMBERS_MAX);
    let first = say(&chat, owner.clone(), room, "hello").await.unwrap().seq;
    ear.skip_to(first).await;
    chat.mark_read(&guests[0], room, first).await.unwrap();
    assert_eq!(ear.cursors().await.0.user, guests[0].user);

    let joined = change(&chat, &late, room, Change::Join).await.unwrap().unwrap().seq;
    everybody(&ear.attachment, Seq(1), Seq(1)).await;
    let row_of_owner = chat.room(&owner, room).await.unwrap();
    assert_eq!(users(&row_of_owner.cursors), [EVERYBODY_ELSE, owner.user]);
    assert_eq!(row_of_owner.cursors[0].read, Seq(1));
    join_all(guests.iter().map(|guest| chat.mark_read(guest, room, first))).await;
    let (tally, _) = everybody(&ear.attachment, first, first).await;
    assert_eq!(
        tally,
        Tally { seq: joined, of: guests.len() as i64 + 1, delivered: 0, read: 0 },
        "who joined is not counted"
    );
    let last = say(&chat, owner.clone(), room, "welcome").await.unwrap().seq;
    join_all(guests.iter().map(|guest| chat.mark_read(guest, room, last))).await;
    everybody(&ear.attachment, joined, joined).await;

    change(&chat, &owner, room, remove(&late)).await.unwrap();
    let told = timeout(PATIENCE, row(&mut ear)).await.expect("a row in time");
    assert_eq!(told.cursors, chat.room(&owner, room).await.unwrap().cursors);
    assert_eq!(told.cursors.len(), CURSORS_MEMBERS_MAX);
    chat.close().await;
}

pub async fn in_a_large_room_nobody_waits_for_who_has_gone_or_is_banned(place: &Place) {
    let (chat, room, owner, guests) = crowd(place, "gone", CURSORS_MEMBERS_MAX + 4).await;
    let watcher = chat.attach(&owner).await.unwrap();
    let said = say(&chat, owner.clone(), room, "hello").await.unwrap().seq;
    let [leaves, removed, banned, rest @ ..] = guests.as_slice() else { panic!("a crowd") };
    join_all(rest.iter().map(|guest| chat.mark_read(guest, room, said))).await;
    chat.mark_delivered(banned, room, said).await.unwrap();
    change(&chat, leaves, room, Change::Leave).await.unwrap();
    change(&chat, &owner, room, remove(removed)).await.unwrap();
    everybody(&watcher, said, Seq(1)).await;
    assert_eq!(chat.room(&owner, room).await.unwrap().cursors[0].read, Seq(1));
    chat.ban(&banned.username).await.unwrap();
    everybody(&watcher, said, said).await;
    assert_eq!(chat.room(&owner, room).await.unwrap().cursors[0].read, said);
    chat.unban(&banned.username).await.unwrap();
    everybody(&watcher, said, Seq(1)).await;
    // Whoever is the last is told of those before.
    let [last, ..] = rest else { panic!("a crowd") };
    let theirs = chat.room(last, room).await.unwrap().cursors;
    let owners = theirs.iter().find(|state| state.user == EVERYBODY_ELSE).unwrap();
    assert_eq!((owners.delivered, owners.read), (Seq(1), Seq(1)));
    chat.close().await;
}

pub async fn in_a_small_room_many_steps_are_told_together(place: &Place) {
    const READERS: usize = 30;
    let (chat, room, owner, guests) = crowd(place, "together", READERS).await;
    let watcher = chat.attach(&owner).await.unwrap();
    let said = say(&chat, owner.clone(), room, "hello").await.unwrap().seq;
    join_all(guests.iter().map(|guest| chat.mark_read(guest, room, said))).await;
    let (mut frames, mut read) = (0, BTreeSet::new());
    let hear = world::hear(&watcher, |frame| {
        let states = match frame {
            ServerFrame::Cursors { cursors, .. } => std::slice::from_ref(cursors),
            ServerFrame::Receipts { cursors, tally: None, .. } => cursors.as_slice(),
            _ => return false,
        };
        frames += 1;
        read.extend(states.iter().filter(|state| state.read == said).map(|state| state.user));
        read.len() == READERS
    });
    timeout(PATIENCE, hear).await.expect("everybody has read it");
    // The first may go alone, those that come while it is stored go together.
    assert!(frames <= 5, "{frames} frames for {READERS} readers");
    chat.close().await;
}

pub async fn a_ban_ends_the_waiting_and_its_end_begins_it_again(place: &Place) {
    let chat = chat(place, "waiting").await;
    let [ann, bob, cal] = circle(&chat, ["ann", "bob", "cal"]).await;
    let direct = chat.direct_room(&ann, "bob").await.unwrap();
    let room = found(&chat, &ann, "Tea", true).await;
    for guest in [&bob, &cal] {
        change(&chat, guest, room, Change::Join).await.unwrap();
    }
    let mut ear = Ear::of(&chat, &ann).await;
    let members = async || users(&chat.room(&ann, room).await.unwrap().cursors);
    assert_eq!(members().await, [ann.user, bob.user, cal.user]);
    chat.ban("bob").await.unwrap();
    assert_eq!(members().await, [ann.user, cal.user]);
    let told = timeout(PATIENCE, row(&mut ear)).await.expect("a row in time");
    assert_eq!((told.id, users(&told.cursors)), (room, vec![ann.user, cal.user]));
    assert_eq!(chat.room(&ann, direct).await.unwrap().cursors.len(), 2, "there is nobody else to wait for");
    chat.unban("bob").await.unwrap();
    let told = timeout(PATIENCE, row(&mut ear)).await.expect("a row in time");
    assert_eq!((told.id, users(&told.cursors)), (room, vec![ann.user, bob.user, cal.user]));
    chat.close().await;
}
