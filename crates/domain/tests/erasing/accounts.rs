//! Deleted accounts. Rule: the log keeps where their messages stood, and nothing of what they said.

use super::erase_all;
use crate::support::{
    ear::Ear,
    scene::{change, chat, circle, fast, found, invite, role, seen},
    talk::{self, draft, say},
    world::{self, Place, assert_refused},
};
use domain::{Change, Chat, Settings, Viewer};
use futures::future::join_all;
use wire::frame::ServerFrame;
use wire::limits::ERASE_POSITIONS_MAX;
use wire::{Code, Event, EventKind, MessageType, Role, RoomId, Seq};

const SECRET: &str = "the cake is in the cellar";

/// What somebody sees: position, kind, text, and whether it is deleted.
async fn story(chat: &Chat, viewer: &Viewer, room: RoomId) -> Vec<(i64, EventKind, String, bool)> {
    let line = |event: Event| {
        let (text, deleted) = event.message.map(|message| (message.content, message.deleted)).unwrap_or_default();
        (event.seq.0, event.kind, text, deleted)
    };
    seen(chat, viewer, room).await.into_iter().map(line).collect()
}

pub async fn a_deleted_account_leaves_its_rooms_and_what_it_wrote_is_gone(place: &Place) {
    let chat = chat(place, "gone").await;
    let [ann, bob, cyd] = circle(&chat, ["ann", "bob", "cyd"]).await;
    let room = found(&chat, &ann, "Tea", true).await;
    change(&chat, &bob, room, Change::Join).await.unwrap();
    let kept = talk::cid(77);
    let ack = chat.append(&bob, draft(kept, room, SECRET)).await.unwrap();
    say(&chat, ann.clone(), room, "hers stays").await.unwrap();
    let left = found(&chat, &ann, "Coffee", true).await;
    change(&chat, &bob, left, Change::Join).await.unwrap();
    say(&chat, bob.clone(), left, "said before leaving").await.unwrap();
    change(&chat, &bob, left, Change::Leave).await.unwrap();

    chat.delete_account("BOB").await.unwrap();
    assert_refused(say(&chat, bob.clone(), room, "one more").await, Code::Banned);
    erase_all(&chat).await;
    let expected = [
        (1, EventKind::Created, "Tea", false),
        (2, EventKind::Joined, "", false),
        (3, EventKind::Message, "", true),
        (4, EventKind::Message, "hers stays", false),
        (5, EventKind::Left, "", false),
        (6, EventKind::Erased, "", false),
    ];
    let expected: Vec<_> = expected.map(|(seq, kind, text, deleted)| (seq, kind, text.to_owned(), deleted)).to_vec();
    assert_eq!(story(&chat, &ann, room).await, expected);
    let events = seen(&chat, &ann, room).await;
    assert!(events.iter().all(|event| event.author.id == ann.user || event.author.display_name == "Deleted account"));
    let (erased, message) = (&events[5], &events[2]);
    assert_eq!((erased.about.as_ref().unwrap().id, erased.target), (bob.user, None));
    assert_eq!((message.cid, message.author.id, message.at), (kept, bob.user, ack.at), "the log keeps where it stood");
    assert_eq!(chat.append(&bob, draft(kept, room, SECRET)).await.unwrap(), ack, "C2: the same again has the same ack");
    assert_refused(chat.append(&bob, draft(kept, room, "something else")).await, Code::CidConflict);
    assert!(story(&chat, &ann, left).await.iter().any(|(_, kind, _, deleted)| *kind == EventKind::Message && *deleted));

    let summary = chat.room(&ann, room).await.unwrap();
    assert_eq!(summary.last.map(|event| event.seq), Some(Seq(5)), "what shows no line is not the last one");
    assert_eq!(chat.find_people(&cyd, "bob").await.unwrap(), []);
    assert!(chat.people(&ann).await.unwrap().iter().all(|row| row.person.id != bob.user));
    assert_refused(chat.unban("bob").await, Code::NoSuchPerson);
    assert_refused(chat.unban(&format!("~deleted-{}", bob.user)).await, Code::NoSuchPerson);
    assert!(chat.accounts().await.unwrap().iter().all(|account| !account.username.contains("deleted")));
    let again = talk::person(&chat, "bob").await;
    assert_ne!(again.user, bob.user, "the name is free, and leads to nothing of the one before");
    assert!(chat.inbox(&again).await.unwrap().rooms.is_empty());
    assert!(!chat.erase_part().await.unwrap(), "nothing is left to do");
    chat.close().await;
}

pub async fn others_hear_of_it_and_their_figures_follow(place: &Place) {
    let chat = chat(place, "heard").await;
    let [ann, bob] = circle(&chat, ["ann", "bob"]).await;
    let room = found(&chat, &ann, "Tea", true).await;
    change(&chat, &bob, room, Change::Join).await.unwrap();
    for text in ["one", "two"] {
        say(&chat, bob.clone(), room, text).await.unwrap();
    }
    assert_eq!(chat.room(&ann, room).await.unwrap().unread.count, 2);
    let mut hers = Ear::of(&chat, &ann).await;
    chat.delete_account("bob").await.unwrap();
    erase_all(&chat).await;
    // A change is answered before it is told: the figure may come first.
    let (mut kinds, mut figure) = (Vec::new(), None);
    while kinds.len() < 2 || figure.is_none() {
        match hers.next().await.unwrap() {
            ServerFrame::Event(event) => kinds.push(event.kind),
            ServerFrame::Cursors { cursors, unread, .. } if cursors.user == ann.user => figure = unread,
            _ => {}
        }
    }
    assert_eq!(kinds, [EventKind::Left, EventKind::Erased]);
    assert_eq!(figure.map(|unread| unread.count), Some(0));
    assert_eq!(chat.room(&ann, room).await.unwrap().unread.count, 0);
    chat.close().await;
}

pub async fn a_room_never_stays_without_an_owner(place: &Place) {
    let chat = chat(place, "heirs").await;
    let [ann, bob, cyd, dan] = circle(&chat, ["ann", "bob", "cyd", "dan"]).await;
    let room = found(&chat, &ann, "Tea", true).await;
    for other in [&bob, &cyd, &dan] {
        change(&chat, other, room, Change::Join).await.unwrap();
    }
    change(&chat, &ann, room, role(&dan, Role::Admin)).await.unwrap();
    let alone = found(&chat, &ann, "Alone", true).await;
    chat.delete_account("ann").await.unwrap();
    erase_all(&chat).await;
    let members = chat.room_details(&bob, room, 0).await.unwrap().members;
    let roles: Vec<_> = members.iter().map(|member| (member.person.id, member.role)).collect();
    assert_eq!(roles, [(dan.user, Role::Owner), (bob.user, Role::Member), (cyd.user, Role::Member)]);
    let kinds: Vec<_> = seen(&chat, &bob, room).await.into_iter().map(|event| event.kind).collect();
    assert_eq!(kinds[5..], [EventKind::Role, EventKind::Left], "nothing was said, so nothing is told to be erased");
    assert!(chat.lobby(&bob, None).await.unwrap().rooms.iter().all(|room| room.id != alone), "an empty room is closed");
    found(&chat, &bob, "Alone", true).await;
    chat.close().await;
}

pub async fn a_direct_room_stays_with_the_other(place: &Place) {
    let settings = |settings: &mut Settings| {
        fast(settings);
        settings.direct_anyone = true;
    };
    let chat = world::open(place, "direct_gone", settings).await;
    let (room, ann, bob) = talk::pair(&chat, "ann", "bob").await;
    say(&chat, bob.clone(), room, SECRET).await.unwrap();
    say(&chat, ann.clone(), room, "mine").await.unwrap();
    chat.delete_account("bob").await.unwrap();
    erase_all(&chat).await;
    let summary = chat.room(&ann, room).await.unwrap();
    assert_eq!((summary.title.as_str(), summary.writable, summary.unread.count), ("Deleted account", false, 0));
    assert_eq!(summary.last.and_then(|event| event.message).map(|message| message.content), Some("mine".to_owned()));
    let told: Vec<_> = story(&chat, &ann, room).await.into_iter().map(|(_, kind, text, _)| (kind, text)).collect();
    let message = |text: &str| (EventKind::Message, text.to_owned());
    assert_eq!(told, [message(""), message("mine"), (EventKind::Erased, String::new())]);
    assert_refused(say(&chat, ann.clone(), room, "are you there?").await, Code::RoomClosed);
    assert_eq!(chat.direct_room(&ann, &format!("~deleted-{}", bob.user)).await.unwrap(), room);
    chat.close().await;
}

pub async fn a_deletion_goes_on_after_a_kill_in_small_parts(place: &Place) {
    let url = place.database("parts").await;
    let open = async || {
        let mut settings = Settings::new(&url);
        fast(&mut settings);
        Chat::open(settings).await.unwrap()
    };
    let chat = open().await;
    let (direct, ann, bob) = talk::pair(&chat, "ann", "bob").await;
    let room = found(&chat, &ann, "Tea", true).await;
    change(&chat, &bob, room, Change::Join).await.unwrap();
    let count = usize::try_from(ERASE_POSITIONS_MAX).unwrap() + 100;
    let texts = (0..count).map(|_| say(&chat, bob.clone(), room, SECRET));
    assert!(join_all(texts).await.iter().all(Result::is_ok));
    say(&chat, bob.clone(), direct, SECRET).await.unwrap();
    chat.delete_account("bob").await.unwrap();
    chat.close().await;
    // Each life of the server does one part.
    let (mut lives, mut least) = (0, count);
    loop {
        let chat = open().await;
        let is_done = !chat.erase_part().await.unwrap();
        let left = seen(&chat, &ann, room).await.iter().filter(|event| says(event)).count();
        assert!(least - left <= usize::try_from(ERASE_POSITIONS_MAX).unwrap(), "{least} {left}: too much at once");
        (lives, least) = (lives + 1, left);
        chat.close().await;
        if is_done {
            break;
        }
        assert!(lives < 20, "it does not end");
    }
    let chat = open().await;
    assert_eq!(least, 0);
    for room in [direct, room] {
        let events = seen(&chat, &ann, room).await;
        assert!(events.iter().zip(1..).all(|(event, seq)| event.seq == Seq(seq)), "the log stays dense");
        assert_eq!(events.iter().filter(|event| event.kind == EventKind::Erased).count(), 1, "it is told once");
    }
    chat.close().await;
}

fn says(event: &Event) -> bool {
    event.message.as_ref().is_some_and(|message| message.kind == MessageType::Text && message.content == SECRET)
}

pub async fn an_operator_deletes_neither_themselves_nor_by_mistake(place: &Place) {
    let chat = world::open(place, "operators", |settings| settings.sends_per_window_max = 1_000).await;
    let [ann, bob] = world::people(&chat, ["ann", "bob"]).await;
    assert!(ann.is_operator && !bob.is_operator);
    assert_refused(chat.delete_account_as(&bob, "ann", "ann").await, Code::NotFound);
    assert_refused(chat.delete_account_as(&ann, "ann", "ann").await, Code::Yourself);
    assert_refused(chat.delete_account_as(&ann, "bob", "bo").await, Code::NotConfirmed);
    assert_refused(chat.delete_account_as(&ann, "nobody", "nobody").await, Code::NoSuchPerson);
    assert_refused(chat.delete_account("ann").await, Code::LastOperator);
    assert!(!chat.erase_part().await.unwrap(), "nothing has changed");
    let room = found(&chat, &bob, "Tea", false).await;
    assert_refused(change(&chat, &bob, room, invite(&ann)).await, Code::NotInvitable);
    chat.delete_account_as(&ann, "bob", " BOB ").await.unwrap();
    assert_refused(chat.log_in(world::login("bob", "password bob")).await, Code::WrongLogin);
    let log = chat.admin_audit(&ann, domain::AuditOf::All, None).await.unwrap().rows;
    assert_eq!(log.len(), 1);
    assert_eq!(log[0].about.as_ref().unwrap().display_name, "Deleted account");
    chat.close().await;
}
