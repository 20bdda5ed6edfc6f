//! Keeping order: what is refused, muting, closing. Rule: a refusal leaves no trace in the log.

use crate::support::{
    ear::Ear,
    scene::{ban, change, chat, circle, found, fresh_cid, group, invite, mute, remove, role, story},
    talk::{draft, person, say},
    world::{Place, assert_refused, connect},
};
use domain::Change;
use wire::frame::{RoomChange, ServerFrame};
use wire::{Code, EventKind, Role, RoomId, RoomSummary, Seq};

pub async fn what_is_not_allowed_is_refused_and_changes_nothing(place: &Place) {
    let chat = chat(place, "refused").await;
    let [ann, bob, cal, dan] = circle(&chat, ["ann", "bob", "cal", "dan"]).await;
    let eve = person(&chat, "eve").await;
    let private = found(&chat, &ann, "Private", false).await;
    let public = found(&chat, &ann, "Public", true).await;
    let closed = found(&chat, &ann, "Closed", true).await;
    for other in [&bob, &cal] {
        change(&chat, &ann, private, invite(other)).await.unwrap();
    }
    change(&chat, &ann, private, role(&bob, Role::Admin)).await.unwrap();
    change(&chat, &ann, public, ban(&eve)).await.unwrap();
    change(&chat, &ann, private, ban(&dan)).await.unwrap();
    change(&chat, &ann, closed, Change::Archive { notice: String::new() }).await.unwrap();
    connect(&chat, &bob, &dan).await;
    connect(&chat, &bob, &eve).await;
    chat.block(&eve, "bob").await.unwrap();
    let direct = chat.direct_room(&ann, "bob").await.unwrap();
    let before =
        [story(&chat, &ann, private).await, story(&chat, &ann, public).await, story(&chat, &ann, closed).await];
    let named = |name: &str| Change::Invite { username: name.to_owned(), with_history: true, part: String::new() };
    let rename = || Change::Rename { title: "Mine".to_owned() };
    for (viewer, room, wanted, code) in [
        (&bob, private, invite(&eve), Code::NotInvitable),
        (&cal, private, invite(&eve), Code::NotInvitable),
        (&bob, private, invite(&dan), Code::BannedFromRoom),
        (&bob, private, named("nobody"), Code::NoSuchPerson),
        (&bob, private, remove(&ann), Code::RoleTooLow),
        (&bob, private, ban(&ann), Code::RoleTooLow),
        (&bob, private, mute(&ann), Code::RoleTooLow),
        (&cal, private, remove(&bob), Code::RoleTooLow),
        (&bob, private, remove(&bob), Code::Yourself),
        (&bob, private, remove(&eve), Code::NotAMember),
        (&cal, private, rename(), Code::RoleTooLow),
        (&bob, private, Change::Archive { notice: String::new() }, Code::RoleTooLow),
        (&bob, private, role(&cal, Role::Admin), Code::RoleTooLow),
        (&ann, private, role(&cal, Role::Unknown), Code::UnknownRole),
        (&ann, private, role(&eve, Role::Admin), Code::NotAMember),
        (&ann, private, role(&ann, Role::Member), Code::LastOwner),
        (&ann, private, Change::Leave, Code::LastOwner),
        (&ann, private, Change::Topic { topic: "x".repeat(5_000) }, Code::TopicTooLong),
        (&ann, private, Change::Rename { title: "\u{200b}".to_owned() }, Code::BadRoomName),
        (&eve, private, Change::Join, Code::NotFound),
        (&dan, private, Change::Join, Code::NotFound),
        (&eve, public, Change::Join, Code::BannedFromRoom),
        (&bob, closed, Change::Join, Code::RoomClosed),
        (&ann, closed, invite(&bob), Code::RoomClosed),
        (&ann, closed, rename(), Code::RoomClosed),
        (&eve, private, remove(&cal), Code::NotFound),
        (&eve, private, named("nobody"), Code::NotFound),
        (&bob, public, rename(), Code::NotFound),
        (&eve, RoomId(9_999), Change::Join, Code::NotFound),
        (&ann, direct, rename(), Code::NotAllowed),
        (&ann, direct, Change::Leave, Code::NotAllowed),
        (&eve, direct, Change::Join, Code::NotFound),
    ] {
        match change(&chat, viewer, room, wanted.clone()).await {
            Err(domain::Error::Refused(refusal)) => assert_eq!(refusal.code, code, "{} {wanted:?}", viewer.username),
            other => panic!("{} {wanted:?}: {other:?}", viewer.username),
        }
    }
    let after = [story(&chat, &ann, private).await, story(&chat, &ann, public).await, story(&chat, &ann, closed).await];
    assert_eq!(before, after);
    assert_eq!(chat.room_details(&ann, private, 0).await.unwrap().count, 3);
    chat.ban("bob").await.unwrap();
    assert_refused(change(&chat, &bob, private, rename()).await, Code::Banned);
    assert_refused(chat.create_group(&bob, fresh_cid(), group("Mine", false)).await, Code::Banned);
    chat.close().await;
}

fn row(frame: &ServerFrame) -> Option<RoomSummary> {
    match frame {
        ServerFrame::Room(RoomChange::Added { summary }) => Some((**summary).clone()),
        _ => None,
    }
}

pub async fn a_muted_member_reads_and_does_not_write(place: &Place) {
    let chat = chat(place, "muted").await;
    let [ann, bob, cal] = circle(&chat, ["ann", "bob", "cal"]).await;
    let room = found(&chat, &ann, "Tea", true).await;
    for viewer in [&bob, &cal] {
        change(&chat, viewer, room, Change::Join).await.unwrap();
    }
    let (mut bob_hears, mut cal_hears) = (Ear::of(&chat, &bob).await, Ear::of(&chat, &cal).await);
    let said = say(&chat, ann.clone(), room, "first").await.unwrap();
    bob_hears.skip_to(said.seq).await;
    cal_hears.skip_to(said.seq).await;
    chat.typing(&bob, room, true).await.unwrap();
    assert_eq!(cal_hears.typing().await, (bob.user, true));
    assert_eq!(change(&chat, &ann, room, mute(&bob)).await.unwrap(), None);
    assert!(!bob_hears.wait(row).await.writable);
    cal_hears.is_silent().await;
    assert_refused(say(&chat, bob.clone(), room, "hello").await, Code::Muted);
    assert_refused(chat.typing(&bob, room, true).await, Code::Muted);
    assert_refused(change(&chat, &bob, room, invite(&cal)).await, Code::Muted);
    let said = say(&chat, ann.clone(), room, "hello").await.unwrap();
    assert_eq!((bob_hears.event().await, cal_hears.event().await), (said.seq.0, said.seq.0));
    assert_eq!(chat.mark_read(&bob, room, said.seq).await.unwrap().count, 0);

    change(&chat, &bob, room, Change::Leave).await.unwrap();
    change(&chat, &bob, room, Change::Join).await.unwrap();
    assert!(!chat.room(&bob, room).await.unwrap().writable, "coming back does not help");
    assert_refused(say(&chat, bob.clone(), room, "hello").await, Code::Muted);
    change(&chat, &ann, room, Change::Archive { notice: String::new() }).await.unwrap();
    change(&chat, &ann, room, Change::Reopen).await.unwrap();
    assert!(!chat.room(&bob, room).await.unwrap().writable);
    change(&chat, &ann, room, Change::Unmute { username: "bob".to_owned() }).await.unwrap();
    assert!(chat.room(&bob, room).await.unwrap().writable);
    say(&chat, bob.clone(), room, "hello").await.unwrap();
    chat.close().await;
}

pub async fn a_closed_room_is_read_only_until_it_is_reopened(place: &Place) {
    let chat = chat(place, "closed").await;
    let [ann, bob, cal] = circle(&chat, ["ann", "bob", "cal"]).await;
    let room = found(&chat, &ann, "Tea", true).await;
    for viewer in [&bob, &cal] {
        change(&chat, viewer, room, Change::Join).await.unwrap();
    }
    change(&chat, &ann, room, mute(&cal)).await.unwrap();
    let said = say(&chat, bob.clone(), room, "before").await.unwrap();
    change(&chat, &ann, room, Change::Archive { notice: String::new() }).await.unwrap();
    for viewer in [&ann, &bob] {
        let summary = chat.room(viewer, room).await.unwrap();
        assert_eq!((summary.writable, summary.archived), (false, true));
        assert_refused(say(&chat, viewer.clone(), room, "after").await, Code::RoomClosed);
        assert_refused(chat.typing(viewer, room, true).await, Code::RoomClosed);
    }
    let again = chat.append(&bob, draft(said.cid, room, "before")).await.unwrap();
    assert_eq!(again, said, "what is stored stays so");
    assert_eq!(chat.mark_read(&ann, room, Seq(5)).await.unwrap().count, 0);
    let mut cal_hears = Ear::of(&chat, &cal).await;
    let reopened = change(&chat, &ann, room, Change::Reopen).await.unwrap().unwrap();
    cal_hears.skip_to(reopened.seq).await;
    let summary = cal_hears.wait(row).await;
    assert_eq!((summary.writable, summary.archived), (false, false), "the muted hear that they still are");
    say(&chat, bob.clone(), room, "again").await.unwrap();
    chat.close().await;
}

pub async fn an_empty_room_is_archived(place: &Place) {
    let chat = chat(place, "empty").await;
    let [ann, bob] = circle(&chat, ["ann", "bob"]).await;
    let room = found(&chat, &ann, "Tea", true).await;
    change(&chat, &bob, room, Change::Join).await.unwrap();
    change(&chat, &ann, room, role(&bob, Role::Owner)).await.unwrap();
    change(&chat, &ann, room, Change::Leave).await.unwrap();
    assert_eq!(story(&chat, &bob, room).await.last().unwrap().1, EventKind::Left);
    change(&chat, &bob, room, Change::Leave).await.unwrap();
    assert_eq!(chat.lobby(&ann, None).await.unwrap().rooms, []);
    assert_refused(change(&chat, &ann, room, Change::Join).await, Code::RoomClosed);
    found(&chat, &bob, "Tea", true).await;
    chat.close().await;
}
