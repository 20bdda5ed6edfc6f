//! Rooms about something outside. Rule: one room for each thing and thread, whoever asks and however many at once.

use crate::support::{
    ear::Ear,
    scene::{self, change, chat, circle, fast, fresh_cid, remove, seen, story},
    talk::{self, person, say},
    world::{Place, assert_refused},
};
use domain::{Change, Chat, NewSubject, Settings};
use futures::future::join_all;
use wire::frame::{RoomChange, ServerFrame};
use wire::{Code, EventKind, MessageType, Role, RoomId, RoomKind, Seq, Subject};

fn job(id: &str, thread: &str, participants: &[(&str, &str)]) -> NewSubject {
    let link = Some("https://jobs.example/42".to_owned());
    let subject = Subject { kind: "job".to_owned(), id: id.to_owned(), thread: thread.to_owned(), link };
    let participants = participants.iter().map(|(name, part)| ((*name).to_owned(), (*part).to_owned())).collect();
    let notice = "Job 'Paint the fence' accepted. This chat is now open.".to_owned();
    let (title, part) = ("Paint the fence".to_owned(), "client".to_owned());
    NewSubject { subject, title, notice, part, participants }
}

pub async fn a_subject_opens_with_a_notice_for_those_who_take_part(place: &Place) {
    let chat = chat(place, "subject").await;
    let [ann, bob, cal] = circle(&chat, ["ann", "bob", "cal"]).await;
    let mut bob_hears = Ear::of(&chat, &bob).await;
    let room = chat.open_subject(&ann, fresh_cid(), job("42", "", &[("Bob", "worker")])).await.unwrap();
    let pick = |frame: &ServerFrame| match frame {
        ServerFrame::Room(RoomChange::Added { summary }) => Some((**summary).clone()),
        _ => None,
    };
    let row = bob_hears.wait(pick).await;
    assert_eq!(
        (row.id, row.kind, row.title.as_str(), row.writable),
        (room, RoomKind::Subject, "Paint the fence", true)
    );
    assert_eq!((row.head, row.unread.count), (Seq(1), 1), "the notice counts as unread");
    assert_eq!(bob_hears.event().await, 1);
    assert_eq!(chat.room(&ann, room).await.unwrap().unread.count, 0);
    let first = &seen(&chat, &bob, room).await[0];
    let message = first.message.as_ref().unwrap();
    assert_eq!((first.kind, message.kind), (EventKind::Message, MessageType::System));
    assert_eq!(message.content, "Job 'Paint the fence' accepted. This chat is now open.");
    let details = chat.room_details(&bob, room, 0).await.unwrap();
    assert_eq!(details.subject, Some(job("42", "", &[]).subject));
    let parts: Vec<_> =
        details.members.iter().map(|one| (one.person.username.as_str(), one.role, one.part.as_str())).collect();
    assert_eq!(parts, [("ann", Role::Owner, "client"), ("bob", Role::Member, "worker")]);
    assert_refused(chat.room(&cal, room).await, Code::NotFound);
    assert_refused(change(&chat, &cal, room, Change::Join).await, Code::NotFound);

    let notice = |text: &str| Change::Notice { text: text.to_owned() };
    change(&chat, &ann, room, notice("The trip is cancelled")).await.unwrap().unwrap();
    assert_eq!(chat.room(&bob, room).await.unwrap().unread.count, 2);
    assert_refused(change(&chat, &bob, room, notice("Hello")).await, Code::RoleTooLow);
    let system = domain::Draft { kind: MessageType::System, ..talk::draft(fresh_cid(), room, "Fake") };
    assert_refused(chat.append(&bob, system).await, Code::UnknownType);
    let add = |name: &str| Change::Invite { username: name.to_owned(), with_history: false, part: "helper".to_owned() };
    assert_refused(change(&chat, &bob, room, add("cal")).await, Code::RoleTooLow);
    change(&chat, &ann, room, add("cal")).await.unwrap().unwrap();
    say(&chat, cal.clone(), room, "Hello").await.unwrap();
    change(&chat, &ann, room, remove(&cal)).await.unwrap().unwrap();
    change(&chat, &ann, room, Change::Archive { notice: "Done".to_owned() }).await.unwrap().unwrap();
    assert_refused(say(&chat, bob.clone(), room, "wait").await, Code::RoomClosed);
    change(&chat, &ann, room, notice("Paid")).await.unwrap().unwrap();
    change(&chat, &ann, room, Change::Reopen).await.unwrap().unwrap();
    say(&chat, bob.clone(), room, "thanks").await.unwrap();
    let told: Vec<_> = story(&chat, &ann, room).await.into_iter().skip(2).map(|(_, kind, text)| (kind, text)).collect();
    let line = |kind, text: &str| (kind, text.to_owned());
    let expected = [
        line(EventKind::Joined, "helper"),
        line(EventKind::Message, "Hello"),
        line(EventKind::Removed, ""),
        line(EventKind::Archived, "Done"),
        line(EventKind::Message, "Paid"),
        line(EventKind::Reopened, ""),
        line(EventKind::Message, "thanks"),
    ];
    assert_eq!(told, expected);
    chat.close().await;
}

pub async fn a_thing_has_one_room_however_many_open_it(place: &Place) {
    let one = chat(place, "things").await;
    let [ann, bob, cal] = circle(&one, ["ann", "bob", "cal"]).await;
    let eve = person(&one, "eve").await;
    let mut settings = Settings::new(talk::url(place, "things"));
    fast(&mut settings);
    let two = Chat::open(settings).await.unwrap();
    let opened = (0..12).map(|number| {
        let chat = if number % 2 == 0 { &one } else { &two };
        chat.open_subject(&ann, fresh_cid(), job("42", "", &[("bob", "worker")]))
    });
    let rooms: Vec<RoomId> = join_all(opened).await.into_iter().map(Result::unwrap).collect();
    assert!(rooms.iter().all(|room| *room == rooms[0]), "{rooms:?}");
    assert_eq!(one.room(&bob, rooms[0]).await.unwrap().head, Seq(1), "and one notice");
    let open = async |viewer, id: &str, thread: &str| one.open_subject(viewer, fresh_cid(), job(id, thread, &[])).await;
    let others = [
        open(&ann, "42", "cal").await.unwrap(),
        open(&ann, "43", "").await.unwrap(),
        open(&bob, "42", "").await.unwrap(),
    ];
    assert!(others.iter().all(|room| *room != rooms[0]), "another thread, thing or owner is another room");
    let cid = fresh_cid();
    let again = async |new| one.open_subject(&cal, cid, new).await;
    let room = again(job("7", "", &[])).await.unwrap();
    assert_eq!(again(job("7", "", &[])).await.unwrap(), room);
    assert_refused(again(job("8", "", &[])).await, Code::CidConflict);
    for (participant, code) in [("nobody", Code::NoSuchPerson), ("cal", Code::Yourself), ("eve", Code::NotInvitable)] {
        let new = job("9", "", &[("ann", "worker"), (participant, "worker")]);
        assert_refused(one.open_subject(&cal, fresh_cid(), new).await, code);
    }
    assert_eq!(one.inbox(&eve).await.unwrap().rooms, []);
    assert_eq!(one.inbox(&cal).await.unwrap().rooms.len(), 1, "nothing is left of what was refused");
    change(&one, &ann, rooms[0], scene::role(&bob, Role::Owner)).await.unwrap();
    change(&one, &ann, rooms[0], Change::Leave).await.unwrap();
    assert_refused(open(&ann, "42", "").await, Code::NotFound);
    two.close().await;
    one.close().await;
}
