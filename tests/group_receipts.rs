//! Receipts and typing in groups, at the doors. Rule: who has read a message is told to those who may see it, with the time in
//! their own zone; how far everybody has come is told of a large room without saying who.

use crate::support::{Member, TestApp, socket::fresh_cid};
use domain::{Change, NewAccount, NewGroup};
use futures::future::join_all;
use wire::{
    CursorState, EVERYBODY_ELSE, Epoch, RoomId, Seq, Tally,
    frame::{ClientFrame, RoomChange, ServerFrame},
};

/// Ana's public room, with those in it who are named.
async fn room_of(app: &TestApp, ana: &Member, guests: &[&Member]) -> RoomId {
    let group = NewGroup { title: "Garden".to_owned(), topic: String::new(), is_public: true };
    let viewer = app.chat().viewer(ana.token()).await.unwrap().expect("a session");
    let room = app.chat().create_group(&viewer, fresh_cid(), group).await.unwrap();
    for guest in guests {
        let answer = guest.browser.post(&format!("/r/{room}/change/join"), &[]).await;
        assert_eq!(answer.status, 303, "{answer:?}");
    }
    room
}

#[tokio::test]
async fn who_types_in_a_group_is_named() {
    let app = TestApp::start().await;
    let (ana, ben, _) = app.pair().await;
    let cyd = app.person("cyd").await;
    let room = room_of(&app, &ana, &[&ben, &cyd]).await;
    let mut stranger = app.person("dan").await.socket().await;
    let (mut hers, mut his, mut theirs) = (ana.socket().await, ben.socket().await, cyd.socket().await);
    his.send(&ClientFrame::Typing { room, is_typing: true }).await;
    for socket in [&mut hers, &mut theirs] {
        let name = socket.expect("who types", |frame| match frame {
            ServerFrame::Typing { name, is_typing: true, .. } => name.clone(),
            _ => None,
        });
        assert_eq!(name.await, "ben");
    }
    for socket in [&mut his, &mut stranger] {
        let heard = socket.hush().await;
        assert!(!heard.iter().any(|frame| matches!(frame, ServerFrame::Typing { .. })), "{heard:?}");
    }
}

/// The part of a page between two of its words.
fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let rest = page.split_once(from).unwrap_or_else(|| panic!("no {from} in {page}")).1;
    rest.split_once(to).map_or(rest, |(part, _)| part)
}

#[tokio::test]
async fn the_page_of_a_message_says_who_has_read_it_and_when() {
    let app = TestApp::start().await;
    let (ana, ben, _) = app.pair().await;
    let (cyd, dan) = (app.person("cyd").await, app.person("dan").await);
    let room = room_of(&app, &ana, &[&ben, &cyd, &dan]).await;
    let (_, seq) = ana.socket().await.say_acked(room, "Who takes <the> beans?").await;
    let path = format!("/r/{room}/receipts/{seq}");
    let page = ana.browser.get(&path).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("<h1>Not read yet</h1>") && page.body.contains("3 people have not received it yet."));
    assert!(page.body.contains("Who takes &lt;the&gt; beans?"), "{}", page.body);

    let (mut his, mut theirs) = (ben.socket().await, cyd.socket().await);
    his.send(&ClientFrame::MarkAsRead { room, seq }).await;
    his.hush().await;
    theirs.send(&ClientFrame::Delivered { room, seq }).await;
    theirs.hush().await;
    let page = ana.browser.get(&path).await.body;
    assert!(page.contains("<h1>Read by 1 of 3</h1>") && page.contains("One person has not received it yet."), "{page}");
    let read = between(&page, "Read · 1", "</section>");
    assert!(read.contains("data-member=\"ben\"") && !read.contains("cyd"), "{read}");
    let delivered = between(&page, "Delivered, not read yet · 1", "</section>");
    assert!(delivered.contains("data-member=\"cyd\"") && !delivered.contains("data-member=\"dan\""), "{delivered}");

    let viewer = app.chat().viewer(ana.token()).await.unwrap().expect("a session");
    let at = app.chat().receipts(&viewer, room, seq).await.unwrap().read[0].at;
    assert!(read.contains(&format!("datetime=\"{at}\"")), "{at} in {read}");
    let minutes = |offset: i64| (at.as_ms() / 60_000 + offset).rem_euclid(24 * 60);
    let clock = |offset| format!("at {:02}:{:02}</time>", minutes(offset) / 60, minutes(offset) % 60);
    assert!(read.contains(&clock(0)), "UTC while the zone is not known: {read}");
    let mut elsewhere = ana.browser.clone();
    elsewhere.cookie = Some(format!("{}; zone=330", ana.browser.cookie.as_deref().unwrap()));
    let page = elsewhere.get(&path).await.body;
    assert!(between(&page, "Read · 1", "</section>").contains(&clock(330)), "half past five hours ahead: {page}");
}

#[tokio::test]
async fn who_has_read_a_message_is_told_to_nobody_who_may_not_see_it() {
    let app = TestApp::start().await;
    let (ana, ben, _) = app.pair().await;
    let eve = app.person("eve").await;
    let room = room_of(&app, &ana, &[&ben]).await;
    let (_, seq) = ana.socket().await.say_acked(room, "Among us").await;
    let path = format!("/r/{room}/receipts/{seq}");
    assert_eq!(ben.browser.get(&path).await.status, 200, "every member may ask");
    assert_eq!(eve.browser.get(&path).await.status, 404);
    // What is no message has no page, nor has what does not exist or is no number.
    for other in ["1", "0", "-1", "999", "9223372036854775807", "x"] {
        assert_eq!(ana.browser.get(&format!("/r/{room}/receipts/{other}")).await.status, 404, "{other}");
    }
    let removal = ana.browser.post(&format!("/r/{room}/change/remove"), &[("username", "ben")]).await;
    assert_eq!(removal.status, 303);
    assert_eq!(ben.browser.get(&path).await.status, 404, "a former member");
    assert!(ana.browser.get(&path).await.body.contains("Nobody else was here"), "who was removed is not counted");
}

#[tokio::test]
async fn of_a_large_room_the_least_is_told_and_nobody_is_named() {
    let app = TestApp::start_with(|config| config.passwordless = true).await;
    let (ana, ben, _) = app.pair().await;
    let room = room_of(&app, &ana, &[&ben]).await;
    let chat = app.chat();
    let account = |number| NewAccount { username: format!("guest{number}"), display_name: None, password: None };
    let guests = join_all((0..70).map(|number| chat.register(account(number)))).await;
    let guests: Vec<_> = guests.into_iter().map(|guest| guest.unwrap().viewer).collect();
    for guest in &guests {
        chat.change_room(guest, fresh_cid(), room, Change::Join).await.unwrap();
    }
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    let (_, seq) = hers.say_acked(room, "Good morning, everybody").await;
    join_all(guests.iter().map(|guest| chat.mark_read(guest, room, seq))).await;
    his.send(&ClientFrame::MarkAsRead { room, seq }).await;
    let told = hers.expect("that everybody has read it", |frame| match frame {
        ServerFrame::Receipts { cursors, tally: Some(tally), .. } if tally.read == tally.of => {
            Some((cursors.clone(), *tally))
        }
        _ => None,
    });
    let everybody = CursorState { user: EVERYBODY_ELSE, delivered: seq, read: seq, joined: Seq(0) };
    assert_eq!(told.await, (vec![everybody], Tally { seq, of: 71, delivered: 71, read: 71 }));
    let others = |frame: &ServerFrame| matches!(frame, ServerFrame::Cursors { .. });
    assert!(!hers.hush().await.iter().any(others), "she moved no cursor of her own");
    match hers.resume(&app.epoch(), room, Some(seq)).await {
        ServerFrame::MessageHistory { cursors, .. } => assert_eq!(cursors.first(), Some(&everybody)),
        other => panic!("no cursors: {other:?}"),
    }
    let page = ana.browser.get(&format!("/r/{room}")).await.body;
    assert!(page.contains("Read by all") && page.contains(&format!("href=\"/r/{room}/receipts/{seq}\"")), "{page}");
    app.stop().await;
}

#[tokio::test]
async fn what_was_missed_behind_a_gap_stands_in_the_row() {
    let app = TestApp::start().await;
    let (ana, ben, _) = app.pair().await;
    let room = room_of(&app, &ana, &[&ben]).await;
    for (what, field, value) in [("rename", "title", "Tea room"), ("archive", "notice", "")] {
        let answer = ana.browser.post(&format!("/r/{room}/change/{what}"), &[(field, value)]).await;
        assert_eq!(answer.status, 303, "{what}: {answer:?}");
    }
    let mut his = ben.socket().await;
    // What he held was of another life of the database: none of the events between is told.
    let answer = his.resume(&Epoch("another life".to_owned()), room, Some(Seq(2))).await;
    assert_eq!(answer, ServerFrame::Gap { room, head: Seq(4), erased: false });
    match his.resume(&app.epoch(), room, None).await {
        ServerFrame::Room(RoomChange::Added { summary }) => {
            let row = (summary.title.as_str(), summary.writable, summary.archived, summary.head);
            assert_eq!(row, ("Tea room", false, true, Seq(4)));
        }
        other => panic!("no row: {other:?}"),
    }
}
