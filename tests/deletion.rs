//! Accounts and rooms that are deleted. Rule: what was said is gone from every screen, at once or on coming back, and the log
//! keeps where it stood.

use crate::support::{
    Answer, Member, Socket, TestApp, Visitor,
    process::{Process, twotick},
    socket::fresh_cid,
};
use std::time::{Duration, Instant};
use wire::{
    Code, Event, EventKind, RoomId, Seq,
    frame::{RoomChange, ServerFrame, close},
};

/// SPEC 2, C9.
const FENCE: Duration = Duration::from_secs(2);
const SECRET: &str = "the cake is in the cellar";

async fn delete(operator: &Member, name: &str, confirm: &str) -> Answer {
    operator.browser.post("/admin/users/delete", &[("username", name), ("confirm", confirm)]).await
}

async fn make_room(owner: &Member, title: &str, others: &[&Member]) -> RoomId {
    let made = owner.browser.post("/rooms", &[("title", title), ("public", "on")]).await;
    let room: RoomId = made.location.as_deref().unwrap().trim_start_matches("/r/").parse().unwrap();
    for other in others {
        assert_eq!(other.browser.post(&format!("/r/{room}/change/join"), &[]).await.status, 303);
    }
    room
}

async fn erased(socket: &mut Socket, room: RoomId) -> Event {
    let is_it = |event: &Event| event.room == room && event.kind == EventKind::Erased;
    let pick = |frame: &ServerFrame| match frame {
        ServerFrame::Event(event) if is_it(event) => Some(event.clone()),
        _ => None,
    };
    socket.expect("content to be erased", pick).await
}

#[tokio::test]
async fn a_deleted_account_is_gone_from_its_own_sockets_and_its_words_from_those_of_others() {
    let app = TestApp::start().await;
    let (ana, ben, direct) = app.pair().await;
    let room = make_room(&ana, "Tea", &[&ben]).await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    his.say_acked(room, SECRET).await;
    his.say_acked(direct, SECRET).await;
    hers.say_acked(room, "hers").await;
    let wrong = delete(&ana, "ben", "bn").await;
    assert!(
        wrong.status == 422
            && wrong.body.contains("data-code=\"not_confirmed\"")
            && wrong.body.contains("value=\"bn\"")
    );
    hers.hush().await;

    let begun = Instant::now();
    assert_eq!(delete(&ana, "ben", "ben").await.location.as_deref(), Some("/admin"));
    let closed = his.closed().await;
    assert!(begun.elapsed() < FENCE);
    assert_eq!(closed.code, Some(close::FORBIDDEN));
    assert!(
        !closed
            .frames
            .iter()
            .any(|frame| matches!(frame, ServerFrame::Event(event) if event.kind != EventKind::Message))
    );
    assert_eq!(ben.browser.get("/").await.status, 303);
    assert_eq!(ben.log_in_fails().await.status, 401);

    let left = hers.expect("him to leave", |frame| match frame {
        ServerFrame::Event(event) if event.kind == EventKind::Left => Some(event.clone()),
        _ => None,
    });
    assert_eq!(left.await.author.display_name, "Deleted account");
    let told = erased(&mut hers, room).await;
    assert_eq!(told.about.map(|about| about.id), Some(told.author.id));
    erased(&mut hers, direct).await;
    hers.hush().await;
    let epoch = app.epoch();
    for room in [room, direct] {
        let page = hers.resume(&epoch, room, Some(Seq(0))).await;
        let ServerFrame::MessageHistory { page, .. } = &page else { panic!("no page: {page:?}") };
        assert!(page.events.iter().any(|event| event.message.as_ref().is_some_and(|message| message.deleted)));
        let html = ana.browser.get(&format!("/r/{room}")).await.body;
        assert!(html.contains("Message deleted") && !html.contains(SECRET), "{html}");
        assert!(!html.contains("@ben"), "{html}");
    }
    assert!(ana.browser.get(&format!("/r/{direct}")).await.body.contains("Deleted account"));
    let after = hers.resume(&epoch, room, Some(Seq(4))).await;
    let ServerFrame::MessageHistory { page, unread, .. } = after else { panic!("no page") };
    assert_eq!(page.events.iter().map(|event| event.kind).collect::<Vec<_>>(), [EventKind::Left, EventKind::Erased]);
    assert_eq!(unread.count, 0);
    let again = app.person("ben").await;
    let inbox = again.browser.get("/").await.body;
    assert!(!inbox.contains(&format!("data-room=\"{room}\"")), "the name is free, and leads to nothing: {inbox}");
    let log = ana.browser.get("/admin/audit").await.body;
    assert!(log.contains("deleted an account") && log.contains("Deleted account"), "{log}");
}

#[tokio::test]
async fn a_deletion_from_the_command_line_is_carried_out_by_the_server_that_runs() {
    let app = TestApp::start().await;
    let (ana, ben, direct) = app.pair().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    his.say_acked(direct, SECRET).await;
    let said = twotick(app.data_dir(), &["user", "delete", "ben", "--yes"]).await;
    assert!(said.starts_with("ben is deleted"), "{said}");
    assert_eq!(his.closed().await.code, Some(close::FORBIDDEN));
    erased(&mut hers, direct).await;
    assert!(!twotick(app.data_dir(), &["user", "list"]).await.contains("deleted"));
    let refuse = async |arguments: &[&str], part: &str| {
        let command = tokio::process::Command::new(env!("CARGO_BIN_EXE_twotick"))
            .args(["user", "delete"])
            .args(arguments)
            .env("TWOTICK_DATA_DIR", app.data_dir())
            .stdin(std::process::Stdio::null())
            .output();
        let output = command.await.unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains(part), "{told}");
    };
    refuse(&["ana"], "say --yes").await;
    refuse(&["ana", "--yes"], "only operator").await;
    refuse(&["ben", "--yes"], "nobody of that name").await;
}

#[tokio::test]
async fn a_deletion_that_was_killed_is_gone_on_with_and_told_once() {
    const MESSAGES: usize = 3_500;
    let data = tempfile::tempdir().unwrap();
    let direct = fill(data.path(), MESSAGES).await;
    let server = Process::serve(data.path(), 0).await;
    let port = server.address.port();
    let ana = Member { name: "ana".to_owned(), browser: Visitor::new(server.address) }.log_in_again().await;
    assert_eq!(delete(&ana, "ben", "ben").await.status, 303);
    server.kill().await;
    let server = Process::serve(data.path(), port).await;
    let mut hers = ana.socket().await;
    let epoch = hers.epoch().clone();
    let ServerFrame::Room(RoomChange::Added { summary }) = hers.resume(&epoch, direct, None).await else {
        panic!("no row")
    };
    // Either it is told now, or it was before the socket came.
    if summary.head == Seq(MESSAGES as i64) {
        erased(&mut hers, direct).await;
    }
    // His leaving tells her the row anew, which is no answer to what is asked next.
    hers.hush().await;
    let (mut after, mut told) = (Seq(0), 0);
    loop {
        let ServerFrame::MessageHistory { page, complete, .. } = hers.resume(&epoch, direct, Some(after)).await else {
            panic!("no page")
        };
        for event in page.events {
            assert_eq!(event.seq, after.next(), "the log stays dense");
            after = event.seq;
            told += usize::from(event.kind == EventKind::Erased);
            assert!(event.message.is_none_or(|message| message.deleted && message.content.is_empty()));
        }
        if complete {
            break;
        }
    }
    assert_eq!((after, told), (Seq(MESSAGES as i64 + 1), 1));
    server.kill().await;
}

/// Ana, who runs the server, and Ben, who has written her so much.
async fn fill(folder: &std::path::Path, messages: usize) -> RoomId {
    let mut settings = domain::Settings::new(format!("sqlite:{}", folder.join("twotick.db").display()));
    settings.sends_per_window_max = u32::MAX;
    let chat = domain::Chat::open(settings).await.unwrap();
    let mut people = Vec::new();
    for name in ["ana", "ben"] {
        let password = Some("correct horse".to_owned());
        let account = domain::NewAccount { username: name.to_owned(), display_name: None, password };
        people.push(chat.register(account).await.unwrap().viewer);
    }
    let (ana, ben) = (&people[0], &people[1]);
    chat.request_connection(ana, "ben").await.unwrap();
    chat.accept_connection(ben, "ana").await.unwrap();
    let room = chat.direct_room(ana, "ben").await.unwrap();
    let mut sent = tokio::task::JoinSet::new();
    for number in 0..messages {
        if sent.len() >= 1_000 {
            sent.join_next().await.unwrap().unwrap();
        }
        let draft = domain::Draft::text(fresh_cid(), room, format!("{SECRET} {number}"));
        let (chat, ben) = (chat.clone(), ben.clone());
        sent.spawn(async move { chat.append(&ben, draft).await.map(drop).unwrap() });
    }
    sent.join_all().await;
    chat.close().await;
    room
}

#[tokio::test]
async fn a_deleted_room_is_gone_for_its_members_at_once() {
    let app = TestApp::start().await;
    let (ana, ben, _) = app.pair().await;
    let cyd = app.person("cyd").await;
    let room = make_room(&ben, "Garden shed", &[&cyd]).await;
    let (mut his, mut theirs) = (ben.socket().await, cyd.socket().await);
    his.say_acked(room, SECRET).await;
    theirs.event(room).await;
    his.hush().await;
    let form = |confirm: &'static str| [("room", room.to_string()), ("confirm", confirm.to_owned())];
    let wrong = ana.browser.post("/admin/rooms/delete", &borrowed(&form("Garden"))).await;
    assert!(wrong.status == 422 && wrong.body.contains("data-code=\"not_confirmed\""), "{wrong:?}");
    assert_eq!(ana.browser.post("/admin/rooms/delete", &[("confirm", "x")]).await.status, 404);
    let done = ana.browser.post("/admin/rooms/delete", &borrowed(&form("Garden shed"))).await;
    assert_eq!(done.location.as_deref(), Some("/admin/rooms"));
    for socket in [&mut his, &mut theirs] {
        let removed = |frame: &ServerFrame| {
            matches!(frame, ServerFrame::Room(RoomChange::Removed { room: gone }) if *gone == room).then_some(())
        };
        socket.expect("the room to be gone", removed).await;
        let after = socket.hush().await;
        assert!(
            !after.iter().any(|frame| matches!(frame, ServerFrame::Event(event) if event.room == room)),
            "{after:?}"
        );
        let row = socket.resume(&app.epoch(), room, Some(Seq(0))).await;
        assert_eq!(row, ServerFrame::Room(RoomChange::Removed { room }));
    }
    let cid = his.say(room, "anybody?").await;
    assert_eq!(his.refused(cid).await.code, Code::NotFound);
    for member in [&ana, &ben, &cyd] {
        for path in [format!("/r/{room}"), format!("/r/{room}/details")] {
            assert_eq!(member.browser.get(&path).await.status, 404, "{path}");
        }
    }
    let log = ana.browser.get("/admin/audit").await.body;
    assert!(log.contains("deleted the room “Garden shed”"), "{log}");
    make_room(&ben, "Garden shed", &[]).await;
}

fn borrowed<'a>(form: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    form.iter().map(|(name, value)| (*name, value.as_str())).collect()
}
