//! Making groups, finding them, and what is written of them. Rule: what one server stores, the log tells everybody alike.

use crate::support::{
    ear::Ear,
    scene::{ban, change, chat, circle, fast, found, fresh_cid, group, invite, mute, remove, role, seen, story},
    talk::{self, say},
    world::{Place, assert_refused},
};
use domain::{Change, Chat, NewGroup, Settings};
use futures::future::join_all;
use wire::frame::{RoomChange, ServerFrame};
use wire::{Code, EventKind, Role, RoomId, RoomKind, Seq, Unread};

pub async fn a_group_begins_with_its_creation(place: &Place) {
    let chat = chat(place, "creation").await;
    let [ann, bob] = circle(&chat, ["ann", "bob"]).await;
    let mut ann_hears = Ear::of(&chat, &ann).await;
    let new = NewGroup { title: " Tea Room ".to_owned(), topic: " Leaves ".to_owned(), is_public: false };
    let cid = fresh_cid();
    let room = chat.create_group(&ann, cid, new.clone()).await.unwrap();
    let pick = |frame: &ServerFrame| match frame {
        ServerFrame::Room(RoomChange::Added { summary }) => Some((**summary).clone()),
        _ => None,
    };
    let row = ann_hears.wait(pick).await;
    assert_eq!(row, chat.room(&ann, room).await.unwrap());
    assert_eq!((row.kind, row.title.as_str(), row.writable, row.archived), (RoomKind::Group, "Tea Room", true, false));
    assert_eq!(
        (row.head, row.first, row.unread),
        (Seq(1), Seq(1), Unread { count: 0, read: Seq(1), as_of: Seq(1), mentions: 0 })
    );
    assert_eq!(ann_hears.event().await, 1);
    assert_eq!(story(&chat, &ann, room).await, [(1, EventKind::Created, "Tea Room".to_owned())]);
    assert_eq!(chat.create_group(&ann, cid, new.clone()).await.unwrap(), room, "the same again");
    ann_hears.is_silent().await;
    let other = NewGroup { topic: String::new(), ..new };
    assert_refused(chat.create_group(&ann, cid, other).await, Code::CidConflict);
    for (new, code) in [
        (group("", false), Code::BadRoomName),
        (group("\u{200b}\u{3164}", true), Code::BadRoomName),
        (group(&"x".repeat(65), true), Code::BadRoomName),
        (NewGroup { topic: "x".repeat(5_000), ..group("Tea", true) }, Code::TopicTooLong),
    ] {
        assert_refused(chat.create_group(&bob, fresh_cid(), new).await, code);
    }
    assert_eq!(chat.inbox(&ann).await.unwrap().rooms.len(), 1);
    assert_eq!(chat.inbox(&bob).await.unwrap().rooms.len(), 0);
    assert_eq!(chat.room_details(&ann, room, 0).await.unwrap().topic, "Leaves");
    chat.close().await;
}

pub async fn public_names_are_unique_however_they_are_written(place: &Place) {
    let one = chat(place, "names").await;
    let [ann, bob] = circle(&one, ["ann", "bob"]).await;
    let mut settings = Settings::new(talk::url(place, "names"));
    fast(&mut settings);
    let two = Chat::open(settings).await.unwrap();
    let alike =
        ["Tea Room", "tea room", "TEA\u{a0}ROOM", "Tea\u{2003}\u{200b}Room", "Ｔｅａ Ｒｏｏｍ", "Tea\u{3164}Room"];
    let tries = alike.iter().enumerate().map(|(number, title)| {
        let chat = if number % 2 == 0 { &one } else { &two };
        chat.create_group(&ann, fresh_cid(), group(title, true))
    });
    let results = join_all(tries).await;
    let rooms: Vec<RoomId> = results.iter().filter_map(|result| result.as_ref().ok()).copied().collect();
    assert_eq!(rooms.len(), 1, "{results:?}");
    let refused = results.iter().filter_map(|result| result.as_ref().err());
    assert!(refused.into_iter().all(|error| error.code() == Code::RoomNameTaken), "{results:?}");

    let private = found(&one, &bob, "tea room", false).await;
    found(&one, &bob, "Tea Room", false).await;
    let coffee = found(&one, &bob, "Coffee", true).await;
    let rename = |title: &str| Change::Rename { title: title.to_owned() };
    assert_refused(change(&one, &bob, coffee, rename("TEA room")).await, Code::RoomNameTaken);
    change(&one, &bob, coffee, rename("COFFEE")).await.unwrap();
    change(&one, &bob, private, rename("Coffee")).await.unwrap();
    change(&one, &ann, rooms[0], Change::Archive { notice: String::new() }).await.unwrap();
    change(&two, &bob, coffee, rename("Tea Room")).await.unwrap();
    assert_refused(change(&one, &ann, rooms[0], Change::Reopen).await, Code::RoomNameTaken);
    change(&one, &bob, coffee, rename("Coffee")).await.unwrap();
    change(&one, &ann, rooms[0], Change::Reopen).await.unwrap();
    two.close().await;
    one.close().await;
}

pub async fn the_lobby_shows_open_public_rooms_by_title(place: &Place) {
    let chat = chat(place, "lobby").await;
    let [ann, bob] = circle(&chat, ["ann", "bob"]).await;
    let mut rooms = Vec::new();
    for number in (0..120).rev() {
        rooms.push(found(&chat, &ann, &format!("Room {number:03}"), true).await);
    }
    found(&chat, &ann, "Room of our own", false).await;
    change(&chat, &bob, rooms[0], Change::Join).await.unwrap();
    change(&chat, &ann, rooms[1], Change::Archive { notice: String::new() }).await.unwrap();
    let (mut shown, mut next) = (Vec::new(), None);
    loop {
        let page = chat.lobby(&bob, next.as_deref()).await.unwrap();
        assert!(page.rooms.len() <= 50);
        shown.extend(page.rooms);
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    let titles: Vec<String> = shown.iter().map(|room| room.title.clone()).collect();
    let expected = (0..120).filter(|number| *number != 118).map(|number| format!("Room {number:03}"));
    assert_eq!(titles, expected.collect::<Vec<_>>());
    let joined = |room: &wire::PublicRoom| (room.id, room.members, room.joined);
    assert_eq!(joined(shown.last().unwrap()), (rooms[0], 2, true));
    assert_eq!(joined(&shown[0]), (rooms[119], 1, false));
    chat.close().await;
}

pub async fn the_same_change_again_changes_nothing(place: &Place) {
    let chat = chat(place, "once").await;
    let [ann, bob, cal] = circle(&chat, ["ann", "bob", "cal"]).await;
    let (room, other) = (found(&chat, &ann, "Tea", false).await, found(&chat, &ann, "Coffee", false).await);
    let cid = fresh_cid();
    let again = || chat.change_room(&ann, cid, room, invite(&bob));
    let first = again().await.unwrap().unwrap();
    assert_eq!((first.cid, first.room, first.seq), (cid, room, Seq(2)));
    change(&chat, &bob, room, Change::Leave).await.unwrap();
    assert_eq!(again().await.unwrap(), Some(first), "whatever has changed since");
    assert_refused(chat.room(&bob, room).await, Code::NotFound);
    assert_refused(chat.change_room(&ann, cid, other, invite(&bob)).await, Code::CidConflict);
    assert_refused(chat.change_room(&ann, cid, room, invite(&cal)).await, Code::CidConflict);
    assert_refused(chat.append(&ann, talk::draft(cid, room, "hello")).await, Code::CidConflict);
    let said = say(&chat, ann.clone(), room, "hello").await.unwrap();
    assert_refused(
        chat.change_room(&ann, said.cid, room, Change::Archive { notice: String::new() }).await,
        Code::CidConflict,
    );
    assert_eq!(change(&chat, &ann, room, Change::Rename { title: "Tea".to_owned() }).await.unwrap(), None);
    assert_eq!(chat.room(&ann, room).await.unwrap().head, Seq(4));
    let storm = join_all((0..8).map(|_| chat.change_room(&ann, said_cid(9), room, invite(&cal)))).await;
    assert!(storm.iter().all(|result| result.as_ref().is_ok_and(|ack| ack.is_some_and(|ack| ack.seq == Seq(5)))));
    chat.close().await;
}

fn said_cid(number: u8) -> wire::Cid {
    talk::cid(number)
}

pub async fn every_change_is_an_event_that_nobody_has_to_read(place: &Place) {
    let chat = chat(place, "events").await;
    let [ann, bob, cal] = circle(&chat, ["ann", "bob", "cal"]).await;
    let room = found(&chat, &ann, "Tea", false).await;
    let mut ann_hears = Ear::of(&chat, &ann).await;
    for step in [
        invite(&bob),
        invite(&cal),
        role(&bob, Role::Admin),
        Change::Rename { title: "Green tea".to_owned() },
        Change::Topic { topic: "Leaves".to_owned() },
        Change::Archive { notice: String::new() },
        Change::Reopen,
    ] {
        change(&chat, &ann, room, step).await.unwrap().unwrap();
    }
    change(&chat, &bob, room, remove(&cal)).await.unwrap().unwrap();
    change(&chat, &bob, room, Change::Leave).await.unwrap().unwrap();
    assert_eq!(change(&chat, &ann, room, ban(&cal)).await.unwrap(), None, "of what members do not see");
    let events = seen(&chat, &ann, room).await;
    let row = |event: &wire::Event| {
        let about = event.about.as_ref().map(|about| about.username.clone()).unwrap_or_default();
        format!(
            "{:?} {} {} {}",
            event.kind,
            event.author.username,
            about,
            event.message.as_ref().map_or("", |said| said.content.as_str())
        )
    };
    let told = [
        "Created ann  Tea",
        "Joined ann bob ",
        "Joined ann cal ",
        "Role ann bob admin",
        "Renamed ann  Green tea",
        "Topic ann  Leaves",
        "Archived ann  ",
        "Reopened ann  ",
        "Removed bob cal ",
        "Left bob bob ",
    ];
    assert_eq!(events.iter().map(row).collect::<Vec<_>>(), told);
    ann_hears.skip_to(Seq(2)).await;
    for expected in &events[2..] {
        let pick = |frame: &ServerFrame| match frame {
            ServerFrame::Event(event) => Some(event.clone()),
            _ => None,
        };
        assert_eq!(&ann_hears.wait(pick).await, expected, "what is told is what is stored");
    }
    let row = chat.room(&ann, room).await.unwrap();
    assert_eq!((row.title.as_str(), row.head, row.unread.count), ("Green tea", Seq(10), 0));
    assert_eq!(row.last.as_ref(), events.last());
    assert_eq!(chat.mark_read(&ann, room, Seq(2)).await.unwrap().count, 0);
    assert!(events.iter().all(|event| !event.counts_for(bob.user)));
    chat.close().await;
}

pub async fn the_details_show_members_by_role(place: &Place) {
    let chat = chat(place, "details").await;
    let [zoe, bob, ann, cal, eve] = circle(&chat, ["zoe", "bob", "ann", "cal", "eve"]).await;
    let room = found(&chat, &zoe, "Tea", false).await;
    for other in [&bob, &ann, &cal] {
        change(&chat, &zoe, room, invite(other)).await.unwrap();
    }
    change(&chat, &zoe, room, role(&bob, Role::Admin)).await.unwrap();
    change(&chat, &bob, room, mute(&cal)).await.unwrap();
    change(&chat, &bob, room, ban(&eve)).await.unwrap();
    let details = chat.room_details(&bob, room, 0).await.unwrap();
    let members: Vec<_> =
        details.members.iter().map(|member| (member.person.username.as_str(), member.role, member.muted)).collect();
    let expected = [
        ("zoe", Role::Owner, false),
        ("bob", Role::Admin, false),
        ("ann", Role::Member, false),
        ("cal", Role::Member, true),
    ];
    assert_eq!(members, expected);
    assert_eq!((details.role, details.muted, details.count, details.public), (Role::Admin, false, 4, false));
    assert_eq!(details.banned, [eve.person()]);
    let details = chat.room_details(&cal, room, 3).await.unwrap();
    assert_eq!((details.muted, details.members.len(), details.banned.len()), (true, 1, 0));
    assert_refused(chat.room_details(&eve, room, 0).await, Code::NotFound);
    assert_refused(chat.room_details(&eve, RoomId(9_999), 0).await, Code::NotFound);
    chat.close().await;
}
