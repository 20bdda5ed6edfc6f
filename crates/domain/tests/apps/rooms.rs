//! Rooms about an application's things. Rule: the application says who is in them and what they are called; whoever is in them talks as in
//! any other.

use super::{fresh_cid, host, host_with};
use crate::support::{
    ear::Ear,
    talk,
    world::{Place, assert_refused, connect, open, people},
};
use domain::{
    AppChange, AppParticipant, AppPerson, AppUserWish, AuditOf, Change, Chat, Draft, Error, Host, NewAppSubject,
    NewSubject, Page, Settings, Viewer,
};
use wire::apps::Scope;
use wire::frame::{RoomChange, ServerFrame};
use wire::{Code, Event, EventKind, MessageType, Role, RoomId, Seq, Subject};

/// A chat in which nobody is held up.
pub async fn chat(place: &Place, name: &str) -> Chat {
    open(place, name, fast).await
}

pub fn fast(settings: &mut Settings) {
    settings.sends_per_window_max = 1_000_000;
    settings.host_calls_per_window_max = 1_000_000;
}

/// A user of the application, signed in.
pub async fn user(chat: &Chat, host: &Host, name: &str) -> Viewer {
    let wish =
        AppUserWish { external_id: format!("id of {name}"), username: Some(name.to_owned()), display_name: None };
    chat.upsert_app_user(host, wish).await.unwrap();
    chat.mint_tokens(host, &format!("id of {name}")).await.unwrap().viewer
}

/// By what the application calls them.
pub fn known_as(name: &str) -> AppPerson {
    AppPerson::ExternalId(format!("id of {name}"))
}

pub fn guest(name: &str, part: &str) -> AppParticipant {
    AppParticipant { person: known_as(name), part: part.to_owned(), with_history: false }
}

pub fn job(id: &str, participants: &[(&str, &str)]) -> NewAppSubject {
    let subject = Subject {
        kind: "job".to_owned(),
        id: id.to_owned(),
        thread: String::new(),
        link: Some("https://jobs.example/42".to_owned()),
    };
    let participants = participants.iter().map(|(name, part)| guest(name, part)).collect();
    NewAppSubject { subject, title: "Paint the fence".to_owned(), notice: String::new(), participants }
}

pub fn edit(add: Vec<AppParticipant>, remove: &[&str]) -> AppChange {
    AppChange::Edit { title: None, link: None, add, remove: remove.iter().map(|name| known_as(name)).collect() }
}

async fn change(chat: &Chat, host: &Host, room: RoomId, change: AppChange) -> Result<Option<Seq>, Error> {
    chat.change_app_subject(host, fresh_cid(), room, change).await.map(|ack| ack.map(|ack| ack.seq))
}

fn notice(text: &str) -> AppChange {
    AppChange::Notice { text: text.to_owned() }
}

async fn seen(chat: &Chat, viewer: &Viewer, room: RoomId) -> Vec<Event> {
    chat.history(viewer, room, Page::After(Seq(0)), 200).await.unwrap().events
}

/// What the viewer sees, as (kind, about whom, text).
async fn story(chat: &Chat, viewer: &Viewer, room: RoomId) -> Vec<(EventKind, String, String)> {
    let line = |event: Event| {
        let about = event.about.map(|about| about.username).unwrap_or_default();
        (event.kind, about, event.message.map(|message| message.content).unwrap_or_default())
    };
    seen(chat, viewer, room).await.into_iter().map(line).collect()
}

fn line(kind: EventKind, about: &str, text: &str) -> (EventKind, String, String) {
    (kind, about.to_owned(), text.to_owned())
}

pub async fn a_thing_of_an_application_is_talked_about_by_its_users(place: &Place) {
    let chat = chat(place, "hosted").await;
    let jobs = host(&chat, "jobs").await;
    let (ana, ben) = (user(&chat, &jobs, "ana").await, user(&chat, &jobs, "ben").await);
    let mut ben_hears = Ear::of(&chat, &ben).await;
    let cid = fresh_cid();
    let room = chat.open_app_subject(&jobs, cid, job("42", &[("ana", "client"), ("ben", "worker")])).await.unwrap();
    let row = ben_hears
        .wait(|frame| match frame {
            ServerFrame::Room(RoomChange::Added { summary }) => Some((**summary).clone()),
            _ => None,
        })
        .await;
    assert_eq!((row.id, row.title.as_str(), row.about.as_deref()), (room, "Paint the fence", Some("job 42")));
    assert_eq!((row.writable, row.head, row.unread.count), (true, Seq(1), 1), "nobody had to be connected");
    assert_eq!(ben_hears.event().await, 1);
    let first = seen(&chat, &ana, room).await.remove(0);
    let message = first.message.unwrap();
    assert_eq!((first.author.username.as_str(), first.author.display_name.as_str()), ("~app-jobs", "jobs"));
    assert_eq!((first.cid, message.kind), (cid, MessageType::System));
    assert_eq!(message.content, "Job 'Paint the fence': this chat is now open.");
    let details = chat.room_details(&ben, room, 0).await.unwrap();
    let parts: Vec<_> =
        details.members.iter().map(|one| (one.person.username.as_str(), one.role, one.part.as_str())).collect();
    assert_eq!(parts, [("ana", Role::Member, "client"), ("ben", Role::Member, "worker")], "and nobody owns it");

    for (cid, again) in [(cid, job("42", &[("ana", "client"), ("ben", "worker")])), (fresh_cid(), job("42", &[]))] {
        assert_eq!(chat.open_app_subject(&jobs, cid, again).await.unwrap(), room);
    }
    assert_refused(chat.open_app_subject(&jobs, cid, job("43", &[])).await, Code::CidConflict);
    talk::say(&chat, ana.clone(), room, "Hello").await.unwrap();
    let cid = fresh_cid();
    let told = chat.change_app_subject(&jobs, cid, room, notice("It rains")).await.unwrap().unwrap();
    let again = chat.change_app_subject(&jobs, cid, room, notice("It rains")).await.unwrap().unwrap();
    assert_eq!((told, told.seq), (again, Seq(3)), "a notice is told once");
    assert_refused(chat.change_app_subject(&jobs, cid, room, notice("It snows")).await, Code::CidConflict);
    assert_eq!(chat.room(&ben, room).await.unwrap().unread.count, 3);

    let found = chat.app_subject(&jobs, room, None).await.unwrap();
    assert_eq!((found.title.as_str(), found.is_closed, found.head), ("Paint the fence", false, Seq(3)));
    assert_eq!(found.subject, job("42", &[]).subject);
    let ids: Vec<_> = found.participants.iter().map(|one| one.external_id.as_deref().unwrap()).collect();
    assert_eq!((ids, found.next), (vec!["id of ana", "id of ben"], None));
    chat.close().await;
}

pub async fn people_come_and_go_as_the_application_says(place: &Place) {
    let chat = chat(place, "coming").await;
    let jobs = host(&chat, "jobs").await;
    let (ana, ben, cal) =
        (user(&chat, &jobs, "ana").await, user(&chat, &jobs, "ben").await, user(&chat, &jobs, "cal").await);
    let room = chat.open_app_subject(&jobs, fresh_cid(), job("42", &[("ana", "client")])).await.unwrap();
    talk::say(&chat, ana.clone(), room, "Who can come?").await.unwrap();
    let whole = AppParticipant { with_history: true, ..guest("cal", "friend") };
    let named = AppParticipant { person: AppPerson::Username("BEN".to_owned()), ..guest("ben", "worker") };
    let all = AppChange::Edit {
        title: Some("Paint the gate".to_owned()),
        link: Some(String::new()),
        add: vec![named, whole, guest("ana", "owner")],
        remove: Vec::new(),
    };
    let mut ana_hears = Ear::of(&chat, &ana).await;
    let mut ben_hears = Ear::of(&chat, &ben).await;
    let cid = fresh_cid();
    let told = chat.change_app_subject(&jobs, cid, room, all.clone()).await.unwrap().unwrap();
    assert_eq!(told.seq, Seq(3));
    ana_hears.skip_to(Seq(3)).await;
    assert_eq!([ana_hears.event().await, ana_hears.event().await], [4, 5]);
    let is_row = |frame: &ServerFrame| matches!(frame, ServerFrame::Room(RoomChange::Added { .. })).then_some(());
    ben_hears.wait(is_row).await;
    assert_eq!([ben_hears.event().await, ben_hears.event().await], [4, 5], "the room, then what is in it");
    let again = chat.change_app_subject(&jobs, cid, room, all.clone()).await.unwrap().unwrap();
    assert_eq!(again, told, "the same again changes nothing");
    assert_eq!(change(&chat, &jobs, room, all).await.unwrap(), None, "as it is so already");
    let expected = [
        line(EventKind::Message, "", "Job 'Paint the fence': this chat is now open."),
        line(EventKind::Message, "", "Who can come?"),
        line(EventKind::Renamed, "", "Paint the gate"),
        line(EventKind::Joined, "ben", "worker"),
        line(EventKind::Joined, "cal", "friend"),
    ];
    assert_eq!(story(&chat, &ana, room).await, expected);
    assert_eq!(story(&chat, &cal, room).await, expected, "with the history");
    assert_eq!(story(&chat, &ben, room).await, expected[3..], "from the coming on");
    assert_eq!(chat.room(&ben, room).await.unwrap().unread.count, 0);
    let found = chat.app_subject(&jobs, room, None).await.unwrap();
    assert_eq!((found.subject.link, found.participants[0].part.as_str()), (None, "owner"));

    change(&chat, &jobs, room, edit(vec![], &["ben"])).await.unwrap().unwrap();
    assert_eq!(ben_hears.event().await, 6);
    let gone = |frame: &ServerFrame| matches!(frame, ServerFrame::Room(RoomChange::Removed { .. })).then_some(());
    ben_hears.wait(gone).await;
    talk::say(&chat, ana.clone(), room, "He was slow").await.unwrap();
    assert_refused(talk::say(&chat, ben.clone(), room, "Was I?").await, Code::NotFound);
    assert_refused(chat.room(&ben, room).await, Code::NotFound);
    assert_eq!(change(&chat, &jobs, room, edit(vec![], &["ben"])).await.unwrap(), None);
    change(&chat, &jobs, room, edit(vec![guest("ben", "worker")], &[])).await.unwrap().unwrap();
    let positions: Vec<_> = seen(&chat, &ben, room).await.iter().map(|event| event.seq.0).collect();
    assert_eq!(positions, [4, 5, 6, 8], "nothing from between");
    chat.close().await;
}

pub async fn nobody_in_it_governs_it_and_nobody_is_needed(place: &Place) {
    let chat = chat(place, "governed").await;
    let [ann] = people(&chat, ["ann"]).await;
    let jobs = host(&chat, "jobs").await;
    let (ana, ben) = (user(&chat, &jobs, "ana").await, user(&chat, &jobs, "ben").await);
    connect(&chat, &ana, &ann).await;
    let room = chat.open_app_subject(&jobs, fresh_cid(), job("42", &[("ana", ""), ("ben", "")])).await.unwrap();
    let by = |name: &str| name.to_owned();
    for refused in [
        Change::Rename { title: by("Mine") },
        Change::Invite { username: by("ann"), with_history: true, part: String::new() },
        Change::Remove { username: by("ben") },
        Change::Ban { username: by("ben") },
        Change::Mute { username: by("ben") },
        Change::Role { username: by("ana"), role: Role::Owner },
        Change::Archive { notice: String::new() },
        Change::Notice { text: by("Cancelled") },
    ] {
        assert_refused(chat.change_room(&ana, fresh_cid(), room, refused).await, Code::RoleTooLow);
    }
    change(&chat, &jobs, room, AppChange::Close { notice: "Done".to_owned() }).await.unwrap().unwrap();
    assert_eq!(change(&chat, &jobs, room, AppChange::Close { notice: String::new() }).await.unwrap(), None);
    assert_refused(talk::say(&chat, ana.clone(), room, "Wait").await, Code::RoomClosed);
    assert_refused(chat.change_room(&ana, fresh_cid(), room, Change::Reopen).await, Code::RoleTooLow);
    change(&chat, &jobs, room, notice("Paid")).await.unwrap().unwrap();
    assert!(chat.app_subject(&jobs, room, None).await.unwrap().is_closed);
    change(&chat, &jobs, room, AppChange::Reopen).await.unwrap().unwrap();
    assert_eq!(change(&chat, &jobs, room, AppChange::Reopen).await.unwrap(), None);
    talk::say(&chat, ana.clone(), room, "Thanks").await.unwrap();

    for member in [&ana, &ben] {
        chat.change_room(member, fresh_cid(), room, Change::Leave).await.unwrap().unwrap();
        assert_refused(chat.room(member, room).await, Code::NotFound);
    }
    let empty = chat.app_subject(&jobs, room, None).await.unwrap();
    assert!(empty.participants.is_empty() && !empty.is_closed, "the application may let others in");
    change(&chat, &jobs, room, notice("Anybody?")).await.unwrap().unwrap();
    change(&chat, &jobs, room, edit(vec![guest("ben", "worker")], &[])).await.unwrap().unwrap();
    talk::say(&chat, ben.clone(), room, "Back again").await.unwrap();
    let told: Vec<_> = chat.admin_audit(&ann, AuditOf::Room(room), None).await.unwrap().rows;
    let told: Vec<_> = told.iter().map(|row| row.action.as_str()).collect();
    assert_eq!(told, ["room_invited", "room_reopened", "room_archived"]);

    chat.delete_room_as(&ann, room, "Paint the fence").await.unwrap();
    assert_refused(chat.app_subject(&jobs, room, None).await, Code::NotFound);
    assert_refused(change(&chat, &jobs, room, notice("Hello?")).await, Code::NotFound);
    let next = chat.open_app_subject(&jobs, fresh_cid(), job("42", &[])).await.unwrap();
    assert_ne!(next, room);
    chat.close().await;
}

pub async fn a_key_reaches_no_other_room(place: &Place) {
    let chat = chat(place, "reach").await;
    let [ann, bob] = people(&chat, ["ann", "bob"]).await;
    let (jobs, trips) = (host(&chat, "jobs").await, host(&chat, "trips").await);
    let ana = user(&chat, &jobs, "ana").await;
    user(&chat, &trips, "ben").await;
    connect(&chat, &ann, &bob).await;
    connect(&chat, &ana, &bob).await;
    let subject = Subject { kind: "job".to_owned(), id: "42".to_owned(), thread: String::new(), link: None };
    let new = NewSubject {
        subject,
        title: "Paint".to_owned(),
        notice: String::new(),
        part: String::new(),
        participants: Vec::new(),
    };
    let closed_to_it = [
        chat.open_app_subject(&trips, fresh_cid(), job("42", &[("ben", "")])).await.unwrap(),
        chat.open_subject(&ana, fresh_cid(), new.clone()).await.unwrap(),
        chat.open_subject(&ann, fresh_cid(), new).await.unwrap(),
        chat.direct_room(&ann, "bob").await.unwrap(),
        chat.direct_room(&ana, "bob").await.unwrap(),
        chat.create_group(&ana, fresh_cid(), super::group("Tea")).await.unwrap(),
        RoomId(987_654_321),
        RoomId(0),
        RoomId(i64::MIN),
    ];
    let own = chat.open_app_subject(&jobs, fresh_cid(), job("42", &[("ana", "")])).await.unwrap();
    assert!(!closed_to_it.contains(&own), "its job 42 is its own");
    for room in closed_to_it {
        assert_refused(chat.app_subject(&jobs, room, None).await, Code::NotFound);
        for wish in [
            notice("Hello"),
            edit(vec![guest("ana", "")], &[]),
            edit(vec![], &["ana"]),
            AppChange::Edit { title: Some("Mine".to_owned()), link: None, add: vec![], remove: vec![] },
            AppChange::Close { notice: String::new() },
            AppChange::Reopen,
        ] {
            assert_refused(change(&chat, &jobs, room, wish).await, Code::NotFound);
        }
    }
    for person in [known_as("ben"), known_as("ann"), AppPerson::Username("ben".to_owned())] {
        let stranger = AppParticipant { person, part: String::new(), with_history: false };
        assert_refused(change(&chat, &jobs, own, edit(vec![stranger], &[])).await, Code::NoSuchPerson);
    }
    for name in ["ann", "bob", "~app-jobs", "~app-trips", "nobody", "an\0a"] {
        let person = AppPerson::Username(name.to_owned());
        let new = NewAppSubject {
            participants: vec![AppParticipant { person, part: String::new(), with_history: false }],
            ..job("44", &[])
        };
        assert_refused(chat.open_app_subject(&jobs, fresh_cid(), new).await, Code::NoSuchPerson);
    }
    let narrow = host_with(&chat, "jobs", &[Scope::Users, Scope::Tokens, Scope::Webhooks]).await;
    assert_refused(chat.open_app_subject(&narrow, fresh_cid(), job("45", &[])).await, Code::MissingScope);
    assert_refused(chat.app_subject(&narrow, own, None).await, Code::MissingScope);
    assert_refused(change(&chat, &narrow, own, notice("Hello")).await, Code::MissingScope);
    let teller = host_with(&chat, "jobs", &[Scope::Notices]).await;
    change(&chat, &teller, own, notice("Hello")).await.unwrap().unwrap();
    assert_refused(change(&chat, &teller, own, AppChange::Reopen).await, Code::MissingScope);
    assert_eq!(chat.room(&ana, own).await.unwrap().head, Seq(2), "nothing else was done");
    chat.close().await;
}

pub async fn what_cannot_be_meant_changes_nothing(place: &Place) {
    let chat = chat(place, "nonsense").await;
    let jobs = host(&chat, "jobs").await;
    user(&chat, &jobs, "ana").await;
    user(&chat, &jobs, "ben").await;
    let long = "x".repeat(10_240);
    let bad = |change: &dyn Fn(&mut NewAppSubject)| {
        let mut new = job("42", &[("ana", "client")]);
        change(&mut new);
        new
    };
    for (new, code) in [
        (bad(&|new| new.subject.kind = String::new()), Code::BadKind),
        (bad(&|new| new.subject.kind = long.clone()), Code::BadKind),
        (bad(&|new| new.subject.id = long.clone()), Code::BadSubjectId),
        (bad(&|new| new.subject.thread = "a\nb".to_owned()), Code::BadThread),
        (bad(&|new| new.subject.link = Some("javascript:alert(1)".to_owned())), Code::BadLink),
        (bad(&|new| new.title = long.clone()), Code::BadRoomName),
        (bad(&|new| new.notice = long.clone()), Code::MessageTooLong),
        (bad(&|new| new.participants[0].part = long.clone()), Code::BadPart),
        (bad(&|new| new.participants = vec![guest("ana", ""); 51]), Code::TooManyPeople),
        (bad(&|new| new.participants[0].person = AppPerson::ExternalId(long.clone())), Code::BadExternalId),
        (bad(&|new| new.participants.push(guest("nobody", ""))), Code::NoSuchPerson),
    ] {
        assert_refused(chat.open_app_subject(&jobs, fresh_cid(), new).await, code);
    }
    chat.ban("ben").await.unwrap();
    assert_refused(chat.open_app_subject(&jobs, fresh_cid(), job("42", &[("ben", "")])).await, Code::Banned);
    let room = chat.open_app_subject(&jobs, fresh_cid(), job("42", &[("ana", "client")])).await.unwrap();
    let half = AppChange::Edit {
        title: Some("Renamed".to_owned()),
        link: None,
        add: vec![guest("ben", "worker")],
        remove: vec![known_as("ana")],
    };
    assert_refused(change(&chat, &jobs, room, half).await, Code::Banned);
    let found = chat.app_subject(&jobs, room, None).await.unwrap();
    assert_eq!((found.title.as_str(), found.participants.len(), found.head), ("Paint the fence", 1, Seq(1)));
    chat.close().await;
}

pub async fn whose_account_is_deleted_leaves_and_nobody_inherits(place: &Place) {
    let chat = chat(place, "hosted_deletion").await;
    let jobs = host(&chat, "jobs").await;
    let (ana, ben) = (user(&chat, &jobs, "ana").await, user(&chat, &jobs, "ben").await);
    let room = chat.open_app_subject(&jobs, fresh_cid(), job("42", &[("ana", ""), ("ben", "")])).await.unwrap();
    let draft = Draft::text(fresh_cid(), room, "A secret".to_owned());
    chat.append(&ana, draft).await.unwrap();
    chat.delete_account("ana").await.unwrap();
    while chat.erase_part().await.unwrap() {}
    let details = chat.room_details(&ben, room, 0).await.unwrap();
    assert_eq!((details.count, details.members[0].role), (1, Role::Member));
    assert!(!format!("{:?}", seen(&chat, &ben, room).await).contains("secret"));
    chat.delete_account("ben").await.unwrap();
    while chat.erase_part().await.unwrap() {}
    let found = chat.app_subject(&jobs, room, None).await.unwrap();
    assert!(found.participants.is_empty() && !found.is_closed);
    chat.close().await;
}
