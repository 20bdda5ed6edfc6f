//! Ticks, unread figures, typing and presence. Rule: cursors only go forward, unread is derived from them, and what is not
//! durable reaches the others and nobody else (C8, SPEC 6).

use crate::support::{Member, Socket, TestApp};
use wire::{
    CursorState, RoomId, Seq, Unread, UserId,
    frame::{ClientFrame, RoomChange, ServerFrame},
};

#[tokio::test]
async fn delivered_and_read_reach_the_author_as_they_move() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    let user = peer_of(&app, &ana, room).await;
    hers.say_acked(room, "One").await;
    hers.say_acked(room, "Two").await;
    his.send(&ClientFrame::Delivered { room, seq: Seq(2) }).await;
    assert_eq!(cursors(&mut hers, user, Seq(2), Seq(0)).await, None);
    his.send(&ClientFrame::MarkAsRead { room, seq: Seq(1) }).await;
    assert_eq!(cursors(&mut hers, user, Seq(2), Seq(1)).await, None);
    his.send(&ClientFrame::MarkAsRead { room, seq: Seq(2) }).await;
    assert_eq!(cursors(&mut hers, user, Seq(2), Seq(2)).await, None);
}

#[tokio::test]
async fn reading_moves_delivered_along_and_tells_the_readers_other_tabs_the_figure() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let mut hers = ana.socket().await;
    let (mut his, mut his_phone) = (ben.socket().await, ben.log_in_again().await.socket().await);
    let user = peer_of(&app, &ana, room).await;
    for number in 0..3 {
        hers.say_acked(room, &format!("number {number}")).await;
    }
    his.send(&ClientFrame::MarkAsRead { room, seq: Seq(2) }).await;
    for socket in [&mut his, &mut his_phone] {
        let unread = cursors(socket, user, Seq(2), Seq(2)).await.expect("a figure of his own");
        assert_eq!(unread, Unread { count: 1, read: Seq(2), as_of: Seq(3), mentions: 0 });
    }
    assert_eq!(cursors(&mut hers, user, Seq(2), Seq(2)).await, None);
}

#[tokio::test]
async fn cursors_never_go_back() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    let user = peer_of(&app, &ana, room).await;
    for number in 0..3 {
        hers.say_acked(room, &format!("number {number}")).await;
    }
    his.send(&ClientFrame::MarkAsRead { room, seq: Seq(3) }).await;
    cursors(&mut hers, user, Seq(3), Seq(3)).await;
    his.send(&ClientFrame::MarkAsRead { room, seq: Seq(1) }).await;
    his.send(&ClientFrame::Delivered { room, seq: Seq(2) }).await;
    his.send(&ClientFrame::MarkAsRead { room, seq: Seq(-5) }).await;
    his.hush().await;
    match ben.socket().await.resume(&app.epoch(), room, Some(Seq(3))).await {
        ServerFrame::MessageHistory { cursors, unread, .. } => {
            let own = cursors.iter().find(|state| state.user == user).copied();
            assert_eq!(own, Some(CursorState { user, delivered: Seq(3), read: Seq(3), joined: Seq(0) }));
            assert_eq!(unread.count, 0);
        }
        other => panic!("no cursors: {other:?}"),
    }
}

#[tokio::test]
async fn unread_counts_what_others_wrote_and_survives_signing_in_again() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    hers.say_acked(room, "One").await;
    his.say_acked(room, "Two").await;
    hers.say_acked(room, "Three").await;
    assert_eq!(unread(&app, &ben, room).await.count, 2);
    assert_eq!(unread(&app, &ana, room).await.count, 1);
    his.send(&ClientFrame::MarkAsRead { room, seq: Seq(1) }).await;
    his.hush().await;
    assert_eq!(
        unread(&app, &ben.log_in_again().await, room).await,
        Unread { count: 1, read: Seq(1), as_of: Seq(3), mentions: 0 }
    );
}

#[tokio::test]
async fn own_messages_are_never_unread_and_do_not_read_what_was_not() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    hers.say_acked(room, "One").await;
    hers.say_acked(room, "Two").await;
    assert_eq!(unread(&app, &ana, room).await.count, 0);
    his.say_acked(room, "Not read yet, but answered").await;
    assert_eq!(unread(&app, &ben, room).await, Unread { count: 2, read: Seq(0), as_of: Seq(3), mentions: 0 });
}

#[tokio::test]
async fn typing_reaches_the_other_and_is_not_echoed() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    let mut her_phone = ana.socket().await;
    let user = peer_of(&app, &ben, room).await;
    for is_typing in [true, false] {
        hers.send(&ClientFrame::Typing { room, is_typing }).await;
        let seen = his
            .expect("typing", |frame| match frame {
                ServerFrame::Typing { room, user, is_typing, .. } => Some((*room, *user, *is_typing)),
                _ => None,
            })
            .await;
        assert_eq!(seen, (room, user, is_typing));
    }
    for socket in [&mut hers, &mut her_phone] {
        assert!(!socket.hush().await.iter().any(|frame| matches!(frame, ServerFrame::Typing { .. })));
    }
}

#[tokio::test]
async fn who_comes_and_goes_is_seen_by_the_connected_and_by_nobody_else() {
    let app = TestApp::start_with(|config| config.offline_grace_ms = 50).await;
    let (ana, ben, room) = app.pair().await;
    let eve = app.person("eve").await;
    let user = peer_of(&app, &ana, room).await;
    let (mut hers, mut theirs) = (ana.socket().await, eve.socket().await);
    let his = ben.socket().await;
    assert!(presence(&mut hers, user, true).await.is_none());
    drop(his);
    assert!(presence(&mut hers, user, false).await.is_some());
    let his_again = ben.socket().await;
    presence(&mut hers, user, true).await;
    drop(his_again);
    presence(&mut hers, user, false).await;
    let seen = theirs.hush().await;
    assert!(!seen.iter().any(|frame| matches!(frame, ServerFrame::Presence(seen) if seen.user == user)), "{seen:?}");
}

#[tokio::test]
async fn a_second_tab_keeps_a_person_online() {
    let app = TestApp::start_with(|config| config.offline_grace_ms = 20).await;
    let (ana, ben, room) = app.pair().await;
    let user = peer_of(&app, &ana, room).await;
    let mut hers = ana.socket().await;
    let (first, second) = (ben.socket().await, ben.socket().await);
    presence(&mut hers, user, true).await;
    drop(first);
    let mut third = ben.socket().await;
    third.say_acked(room, "Still here").await;
    hers.event(room).await;
    assert!(!hers.hush().await.iter().any(|frame| matches!(frame, ServerFrame::Presence(_))));
    drop((second, third));
    presence(&mut hers, user, false).await;
}

async fn presence(socket: &mut Socket, of: UserId, is_online: bool) -> Option<wire::Time> {
    socket
        .expect("presence", |frame| match frame {
            ServerFrame::Presence(seen) if seen.user == of && seen.online == is_online => Some(seen.last_seen),
            _ => None,
        })
        .await
}

/// Waits for a cursor frame that says exactly this; the figure in it.
async fn cursors(socket: &mut Socket, user: UserId, delivered: Seq, read: Seq) -> Option<Unread> {
    let wanted = CursorState { user, delivered, read, joined: Seq(0) };
    socket
        .expect("cursors", |frame| match frame {
            ServerFrame::Cursors { cursors, unread, .. } if *cursors == wanted => Some(*unread),
            _ => None,
        })
        .await
}

async fn unread(app: &TestApp, member: &Member, room: RoomId) -> Unread {
    match member.socket().await.resume(&app.epoch(), room, None).await {
        ServerFrame::Room(RoomChange::Added { summary }) => summary.unread,
        other => panic!("no row: {other:?}"),
    }
}

/// The number of the other one in a room, as `member` sees it.
async fn peer_of(app: &TestApp, member: &Member, room: RoomId) -> UserId {
    match member.socket().await.resume(&app.epoch(), room, None).await {
        ServerFrame::Room(RoomChange::Added { summary }) => summary.peer.expect("a direct room").id,
        other => panic!("no row: {other:?}"),
    }
}
