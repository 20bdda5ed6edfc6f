//! Who sees what of a room that people come to and go from (C9). Rule: the interval decides, and only of those who are in.

use crate::support::{
    ear::Ear,
    scene::{ban, change, chat, circle, found, invite, remove, story},
    talk::{draft, say},
    world::{self, Place, assert_refused},
};
use domain::{CatchUp, Change, Chat, Page, Viewer};
use wire::frame::{Held, RoomChange, ServerFrame};
use wire::{Code, EventKind, RoomId, Seq, Unread};

pub async fn who_is_removed_hears_of_it_and_then_nothing(place: &Place) {
    let chat = chat(place, "removed").await;
    let [ann, bob, cal] = circle(&chat, ["ann", "bob", "cal"]).await;
    let room = found(&chat, &ann, "Tea", false).await;
    for other in [&bob, &cal] {
        change(&chat, &ann, room, invite(other)).await.unwrap();
    }
    let mut ears = [Ear::of(&chat, &bob).await, Ear::of(&chat, &bob).await];
    let mut cal_hears = Ear::of(&chat, &cal).await;
    let said = say(&chat, ann.clone(), room, "all of us").await.unwrap();
    for ear in ears.iter_mut().chain([&mut cal_hears]) {
        ear.skip_to(said.seq).await;
    }
    chat.typing(&cal, room, true).await.unwrap();
    let ack = change(&chat, &ann, room, remove(&bob)).await.unwrap().unwrap();
    chat.typing(&cal, room, false).await.unwrap();
    say(&chat, ann.clone(), room, "among us").await.unwrap();
    chat.mark_read(&cal, room, Seq(6)).await.unwrap();
    let removed = ServerFrame::Room(RoomChange::Removed { room });
    for ear in &mut ears {
        assert_eq!(ear.typing().await, (cal.user, true));
        assert_eq!(ear.event().await, ack.seq.0);
        ear.wait(|frame| (*frame == removed).then_some(())).await;
        ear.is_silent().await;
    }
    assert_eq!((cal_hears.event().await, cal_hears.event().await), (5, 6));
    assert_eq!(chat.room(&cal, room).await.unwrap().cursors.len(), 2, "nobody waits for who has gone");
    chat.close().await;
}

/// Every way to a room that `viewer` is not in.
async fn assert_stranger(chat: &Chat, viewer: &Viewer, room: RoomId) {
    for page in [Page::Latest, Page::Before(Seq(3)), Page::After(Seq(0)), Page::Around(Seq(2))] {
        assert_refused(chat.history(viewer, room, page, 50).await, Code::NotFound);
    }
    assert_refused(chat.room(viewer, room).await, Code::NotFound);
    assert_refused(chat.room_page(viewer, room).await, Code::NotFound);
    assert_refused(chat.room_details(viewer, room, 0).await, Code::NotFound);
    assert_refused(chat.mark_read(viewer, room, Seq(1)).await, Code::NotFound);
    assert_refused(chat.mark_delivered(viewer, room, Seq(1)).await, Code::NotFound);
    assert_refused(chat.typing(viewer, room, true).await, Code::NotFound);
    assert_refused(say(chat, viewer.clone(), room, "still here").await, Code::NotFound);
    for after in [None, Some(Seq(0)), Some(Seq(2)), Some(Seq(999))] {
        let answer = chat.catch_up(viewer, &Held { room, after }, chat.epoch()).await.unwrap();
        assert_eq!(answer, CatchUp::Removed(room));
    }
    let ServerFrame::Welcome { rooms, .. } = chat.welcome(viewer).await.unwrap() else { panic!("no welcome") };
    assert!(rooms.iter().all(|head| head.room != room));
    assert!(chat.inbox(viewer).await.unwrap().rooms.iter().all(|summary| summary.id != room));
}

pub async fn a_former_member_is_a_stranger_who_may_come_back(place: &Place) {
    let chat = chat(place, "former").await;
    let [ann, bob] = circle(&chat, ["ann", "bob"]).await;
    let room = found(&chat, &ann, "Tea", false).await;
    change(&chat, &ann, room, invite(&bob)).await.unwrap();
    let told = say(&chat, bob.clone(), room, "three").await.unwrap();
    chat.mark_read(&bob, room, Seq(3)).await.unwrap();
    change(&chat, &bob, room, Change::Leave).await.unwrap();
    assert_stranger(&chat, &bob, room).await;
    assert_refused(change(&chat, &bob, room, Change::Join).await, Code::NotFound);
    assert_eq!(chat.append(&bob, draft(told.cid, room, "three")).await.unwrap(), told, "a retry is no entry");
    say(&chat, ann.clone(), room, "five").await.unwrap();
    change(&chat, &ann, room, invite(&bob)).await.unwrap();
    say(&chat, ann.clone(), room, "seven").await.unwrap();
    let seqs: Vec<i64> = story(&chat, &bob, room).await.iter().map(|(seq, ..)| *seq).collect();
    assert_eq!(seqs, [2, 3, 4, 6, 7], "what was seen before, and nothing of the time between");
    let unread = Unread { count: 1, read: Seq(6), as_of: Seq(7), mentions: 0 };
    assert_eq!(chat.room(&bob, room).await.unwrap().unread, unread);
    change(&chat, &ann, room, ban(&bob)).await.unwrap();
    assert_stranger(&chat, &bob, room).await;
    assert_refused(change(&chat, &ann, room, invite(&bob)).await, Code::BannedFromRoom);
    change(&chat, &ann, room, Change::Unban { username: "BOB".to_owned() }).await.unwrap();
    let with_history = Change::Invite { username: "bob".to_owned(), with_history: true, part: String::new() };
    change(&chat, &ann, room, with_history).await.unwrap();
    assert_eq!(story(&chat, &bob, room).await.len(), 9, "all of it now");
    chat.close().await;
}

pub async fn newcomers_see_from_their_join_on_unless_they_are_shown_more(place: &Place) {
    let chat = chat(place, "newcomers").await;
    let [ann, bob, cal, dan] = circle(&chat, ["ann", "bob", "cal", "dan"]).await;
    world::connect(&chat, &cal, &dan).await;
    let private = found(&chat, &ann, "Tea", false).await;
    for text in ["two", "three"] {
        say(&chat, ann.clone(), private, text).await.unwrap();
    }
    change(&chat, &ann, private, invite(&cal)).await.unwrap();
    say(&chat, ann.clone(), private, "five").await.unwrap();
    let with_history =
        |other: &Viewer| Change::Invite { username: other.username.clone(), with_history: true, part: String::new() };
    change(&chat, &cal, private, with_history(&dan)).await.unwrap();
    change(&chat, &ann, private, with_history(&bob)).await.unwrap();
    let first = async |viewer: &Viewer, room| {
        let summary = chat.room(viewer, room).await.unwrap();
        assert_eq!(story(&chat, viewer, room).await[0].0, summary.first.0);
        (summary.first.0, summary.unread.count)
    };
    assert_eq!(first(&cal, private).await, (4, 1), "from the join on");
    assert_eq!(first(&dan, private).await, (4, 0), "nobody shows more than they see");
    assert_eq!(first(&bob, private).await, (1, 0), "nothing is unread from before");
    let summary = chat.room(&bob, private).await.unwrap();
    assert_eq!(summary.unread, Unread { count: 0, read: Seq(7), as_of: Seq(7), mentions: 0 });

    let public = found(&chat, &ann, "Coffee", true).await;
    say(&chat, ann.clone(), public, "two").await.unwrap();
    change(&chat, &bob, public, Change::Join).await.unwrap();
    change(&chat, &ann, public, invite(&cal)).await.unwrap();
    assert_eq!((first(&bob, public).await, first(&cal, public).await), ((1, 0), (1, 0)));
    change(&chat, &bob, public, Change::Leave).await.unwrap();
    say(&chat, ann.clone(), public, "six").await.unwrap();
    change(&chat, &bob, public, Change::Join).await.unwrap();
    let seqs: Vec<i64> = story(&chat, &bob, public).await.iter().map(|(seq, ..)| *seq).collect();
    assert_eq!(seqs, (1..=7).collect::<Vec<_>>(), "a public room is open from the start");
    chat.close().await;
}

pub async fn a_newcomer_learns_of_the_room_before_anything_in_it(place: &Place) {
    let chat = chat(place, "learns").await;
    let [ann, bob] = circle(&chat, ["ann", "bob"]).await;
    let room = found(&chat, &ann, "Tea", false).await;
    let (mut ann_hears, mut bob_hears) = (Ear::of(&chat, &ann).await, Ear::of(&chat, &bob).await);
    let joined = change(&chat, &ann, room, invite(&bob)).await.unwrap().unwrap();
    let pick = |frame: &ServerFrame| match frame {
        ServerFrame::Room(RoomChange::Added { summary }) => Some((**summary).clone()),
        _ => None,
    };
    let summary = bob_hears.wait(pick).await;
    assert_eq!(summary, chat.room(&bob, room).await.unwrap());
    assert_eq!((summary.title.as_str(), summary.head, summary.first), ("Tea", Seq(2), Seq(2)));
    assert_eq!(bob_hears.event().await, 2);
    ann_hears.skip_to(joined.seq).await;
    change(&chat, &ann, room, Change::Rename { title: "Green tea".to_owned() }).await.unwrap();
    for ear in [&mut ann_hears, &mut bob_hears] {
        let pick = |frame: &ServerFrame| match frame {
            ServerFrame::Event(event) => Some((event.kind, event.message.clone().map(|said| said.content))),
            _ => None,
        };
        assert_eq!(ear.wait(pick).await, (EventKind::Renamed, Some("Green tea".to_owned())));
        ear.is_silent().await;
    }
    chat.close().await;
}
