//! The contract of the fan-out: who is told what, and when a socket ends. Rule: every case holds on SQLite and on Postgres
//! alike.

use crate::support::{
    ear::{Ear, PATIENCE},
    on_both,
    talk::{self, cid, draft, pair, say},
    world::{Place, assert_refused, change, connect, login_by_name, open},
};
use domain::{Chat, CloseReason, Settings};
use futures::future::join_all;
use std::time::Duration;
use tokio::time::timeout;
use wire::{
    Code, CursorState, Presence, Seq, Unread,
    frame::{RoomChange, ServerFrame, close},
};

/// C9: within two seconds on another server.
const REVOKED_WITHIN: Duration = Duration::from_secs(2);

on_both!(contract);

async fn contract(place: &Place) {
    an_event_reaches_every_socket_of_the_room_in_order(place).await;
    the_interval_decides_who_gets_an_event(place).await;
    cursors_are_told_once_and_the_reader_hears_the_figure(place).await;
    a_slow_socket_is_ended_and_costs_the_others_nothing(place).await;
    an_ended_session_takes_its_sockets_with_it(place).await;
    another_servers_revocation_arrives_in_time(place).await;
    typing_is_told_to_the_others_only(place).await;
    presence_is_told_to_connected_people_only(place).await;
    a_user_has_so_many_sockets(place).await;
    a_server_that_goes_away_says_so(place).await;
}

fn fast(settings: &mut Settings) {
    settings.passwordless = true;
    settings.sends_per_window_max = 1_000_000;
    settings.offline_grace_ms = 100;
}

async fn an_event_reaches_every_socket_of_the_room_in_order(place: &Place) {
    let chat = open(place, "told", fast).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    let eve = talk::person(&chat, "eve").await;
    connect(&chat, &ann, &eve).await;
    let mut ears = vec![Ear::of(&chat, &ann).await, Ear::of(&chat, &ann).await, Ear::of(&chat, &bob).await];
    let mut stranger = Ear::of(&chat, &eve).await;
    let sends =
        (0..100).map(|number| say(&chat, if number % 2 == 0 { ann.clone() } else { bob.clone() }, room, "hello"));
    assert!(join_all(sends).await.iter().all(Result::is_ok));
    for ear in &mut ears {
        for expected in 1..=100 {
            assert_eq!(ear.event().await, expected);
        }
    }
    chat.append(&ann, draft(cid(1), room, "last")).await.unwrap();
    chat.append(&ann, draft(cid(1), room, "last")).await.unwrap();
    for ear in &mut ears {
        assert_eq!(ear.event().await, 101);
        ear.is_silent().await;
    }
    stranger.is_silent().await;
    let ServerFrame::Welcome { rooms, presence, .. } = chat.welcome(&bob).await.unwrap() else { panic!("no welcome") };
    assert_eq!(rooms, [wire::frame::Head { room, head: Seq(101), level: wire::Level::All }]);
    assert_eq!(presence, [Presence { user: ann.user, online: true, last_seen: None }]);
    chat.close().await;
}

async fn the_interval_decides_who_gets_an_event(place: &Place) {
    let chat = open(place, "fence", fast).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    let (mut ann_hears, mut bob_hears) = (Ear::of(&chat, &ann).await, Ear::of(&chat, &bob).await);
    say(&chat, ann.clone(), room, "both").await.unwrap();
    assert_eq!((ann_hears.event().await, bob_hears.event().await), (1, 1));
    let url = talk::url(place, "fence");
    change(&url, "update intervals set to_seq = 1 where user_id = (select id from users where username = 'bob')").await;
    change(&url, "update rooms set members_rev = members_rev + 1").await;
    say(&chat, ann.clone(), room, "one").await.unwrap();
    assert_eq!(ann_hears.event().await, 2);
    bob_hears.is_silent().await;
    assert_refused(chat.append(&bob, draft(cid(1), room, "gone")).await, Code::NotFound);
    chat.close().await;
}

async fn cursors_are_told_once_and_the_reader_hears_the_figure(place: &Place) {
    let chat = open(place, "moves", fast).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    let (mut ann_hears, mut bob_hears) = (Ear::of(&chat, &ann).await, Ear::of(&chat, &bob).await);
    for expected in 1..=3 {
        say(&chat, ann.clone(), room, "hello").await.unwrap();
        assert_eq!((ann_hears.event().await, bob_hears.event().await), (expected, expected));
    }
    let state =
        |delivered, read| CursorState { user: bob.user, delivered: Seq(delivered), read: Seq(read), joined: Seq(0) };
    chat.mark_delivered(&bob, room, Seq(2)).await.unwrap();
    assert_eq!(ann_hears.cursors().await, (state(2, 0), None));
    assert_eq!(bob_hears.cursors().await, (state(2, 0), None));
    chat.mark_read(&bob, room, Seq(2)).await.unwrap();
    chat.mark_read(&bob, room, Seq(1)).await.unwrap();
    chat.mark_delivered(&bob, room, Seq(2)).await.unwrap();
    assert_eq!(ann_hears.cursors().await, (state(2, 2), None));
    let unread = Unread { count: 1, read: Seq(2), as_of: Seq(3), mentions: 0 };
    assert_eq!(bob_hears.cursors().await, (state(2, 2), Some(unread)));
    ann_hears.is_silent().await;
    bob_hears.is_silent().await;
    chat.close().await;
}

async fn a_slow_socket_is_ended_and_costs_the_others_nothing(place: &Place) {
    let chat = open(place, "slow", fast).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    let (mut quick, mut slow) = (Ear::of(&chat, &bob).await, Ear::of(&chat, &bob).await);
    let text = "x".repeat(10_000);
    for expected in 1..=110 {
        say(&chat, ann.clone(), room, &text).await.unwrap();
        assert_eq!(quick.event().await, expected);
    }
    assert_eq!(slow.next().await, Err(CloseReason { code: close::TOO_SLOW, refusal: None }));
    timeout(PATIENCE, slow.attachment.has_room()).await.expect("nobody waits for a socket that ended");
    chat.close().await;
}

async fn an_ended_session_takes_its_sockets_with_it(place: &Place) {
    let chat = open(place, "ended", fast).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    let elsewhere = chat.log_in(login_by_name("bob")).await.unwrap().viewer;
    let (mut here, mut there) = (Ear::of(&chat, &bob).await, Ear::of(&chat, &elsewhere).await);
    say(&chat, ann.clone(), room, "not yet read").await.unwrap();
    chat.log_out(&bob).await.unwrap();
    let reason = here.next().await.unwrap_err();
    assert_eq!((reason.code, reason.refusal.unwrap().code), (close::SIGNED_OUT, Code::SignedOut));
    assert_eq!(there.event().await, 1, "the other session goes on");
    assert_refused(chat.attach(&bob).await, Code::SignedOut);
    chat.ban("bob").await.unwrap();
    let reason = there.next().await.unwrap_err();
    assert_eq!((reason.code, reason.refusal.unwrap().code), (close::FORBIDDEN, Code::Banned));
    chat.unban("bob").await.unwrap();
    let again = chat.log_in(login_by_name("bob")).await.unwrap().viewer;
    let mut back = Ear::of(&chat, &again).await;
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    back.is_silent().await;
    chat.close().await;
}

async fn another_servers_revocation_arrives_in_time(place: &Place) {
    let chat = open(place, "revoked", fast).await;
    let (_, ann, bob) = pair(&chat, "ann", "bob").await;
    let command_line = Chat::open(Settings::new(talk::url(place, "revoked"))).await.unwrap();
    let (mut ann_hears, mut bob_hears) = (Ear::of(&chat, &ann).await, Ear::of(&chat, &bob).await);
    command_line.ban("bob").await.unwrap();
    let reason = timeout(REVOKED_WITHIN, bob_hears.closed()).await.expect("within two seconds");
    assert_eq!(reason.code, close::FORBIDDEN);
    command_line.log_out(&ann).await.unwrap();
    let reason = timeout(REVOKED_WITHIN, ann_hears.closed()).await.expect("within two seconds");
    assert_eq!(reason.code, close::SIGNED_OUT);
    command_line.close().await;
    chat.close().await;
}

async fn typing_is_told_to_the_others_only(place: &Place) {
    let chat = open(place, "typing", fast).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    let (mut ann_hears, mut bob_hears) = (Ear::of(&chat, &ann).await, Ear::of(&chat, &bob).await);
    let other_tab = Ear::of(&chat, &ann).await;
    for is_typing in [true, true, false] {
        chat.typing(&ann, room, is_typing).await.unwrap();
    }
    assert_eq!(bob_hears.typing().await, (ann.user, true));
    assert_eq!(bob_hears.typing().await, (ann.user, false));
    bob_hears.is_silent().await;
    ann_hears.is_silent().await;
    tokio::time::sleep(Duration::from_millis(1_000)).await;
    chat.typing(&ann, room, true).await.unwrap();
    assert_eq!(bob_hears.typing().await, (ann.user, true));
    drop((ann_hears, other_tab));
    assert_eq!(bob_hears.typing().await, (ann.user, false), "who has gone does not type");
    chat.remove_connection(&bob, "ann").await.unwrap();
    assert_refused(chat.typing(&bob, room, true).await, Code::NotConnected);
    chat.close().await;
}

async fn presence_is_told_to_connected_people_only(place: &Place) {
    let chat = open(place, "presence", fast).await;
    let (_, ann, bob) = pair(&chat, "ann", "bob").await;
    let eve = talk::person(&chat, "eve").await;
    let (mut ann_hears, mut eve_hears) = (Ear::of(&chat, &ann).await, Ear::of(&chat, &eve).await);
    let (first, second) = (Ear::of(&chat, &bob).await, Ear::of(&chat, &bob).await);
    let online = Presence { user: bob.user, online: true, last_seen: None };
    assert_eq!(ann_hears.presence().await, online);
    assert_eq!(chat.presence(&ann).await.unwrap(), [online]);
    drop(first);
    drop(second);
    let offline = ann_hears.presence().await;
    assert!(!offline.online && offline.last_seen.is_some());
    let stored = async || loop {
        let presence = chat.presence(&ann).await.unwrap();
        if !presence.is_empty() {
            return presence;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(timeout(PATIENCE, stored()).await.expect("in time"), [offline]);

    let _bob_hears = Ear::of(&chat, &bob).await;
    assert_eq!(ann_hears.presence().await, online);
    chat.remove_connection(&ann, "bob").await.unwrap();
    assert!(
        matches!(ann_hears.next().await, Ok(ServerFrame::Room(RoomChange::Added { summary })) if !summary.writable)
    );
    assert!(!ann_hears.presence().await.online);
    assert_eq!(chat.presence(&ann).await.unwrap(), []);
    eve_hears.attachment.push(&ServerFrame::Pong { n: 1, at: wire::Time(0) });
    assert!(matches!(eve_hears.next().await, Ok(ServerFrame::Pong { .. })), "a stranger hears nothing");
    chat.close().await;
}

async fn a_user_has_so_many_sockets(place: &Place) {
    let chat = open(place, "sockets", |settings| {
        fast(settings);
        settings.sockets_per_user_max = 3;
    })
    .await;
    let (_, ann, bob) = pair(&chat, "ann", "bob").await;
    let ears = [Ear::of(&chat, &ann).await, Ear::of(&chat, &ann).await, Ear::of(&chat, &ann).await];
    assert_refused(chat.attach(&ann).await, Code::TooManySockets);
    assert_eq!(chat.sockets_count(), 3);
    drop(ears);
    let _bob_hears = Ear::of(&chat, &bob).await;
    let _ann_hears = Ear::of(&chat, &ann).await;
    assert_eq!(chat.sockets_count(), 2);
    chat.close().await;
}

async fn a_server_that_goes_away_says_so(place: &Place) {
    let chat = open(place, "away", fast).await;
    let (room, ann, _) = pair(&chat, "ann", "bob").await;
    let mut ear = Ear::of(&chat, &ann).await;
    ear.attachment.push(&ServerFrame::Typing { room, user: ann.user, name: None, is_typing: true });
    let away = CloseReason { code: close::GOING_AWAY, refusal: None };
    chat.close_all(&away);
    assert_eq!(ear.typing().await, (ann.user, true), "what was queued is still told");
    assert_eq!(ear.next().await, Err(away.clone()));
    assert_eq!(Ear::of(&chat, &ann).await.next().await, Err(away));
    chat.close().await;
}
