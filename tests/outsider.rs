//! Whoever has no business in a room, at every door there is. Rule: each route, server function and frame has a case here
//! for somebody signed out, a stranger, somebody not connected any more, and somebody banned; a door without one fails.

mod api;
mod frames;
mod functions;
mod routes;

use crate::support::{Answer, Member, Program, Socket, TestApp, Visitor, process::twotick};
use wire::{
    Code, RoomId, Seq,
    frame::{RoomChange, ServerFrame},
};

/// What Ana wrote to Ben, and nobody else may see.
const SECRET: &str = "The key lies under the third stone";

/// Somebody who tries.
struct Outsider {
    who: Who,
    /// A session, as far as there is one.
    browser: Visitor,
    /// Another session of the same person, to be ended.
    spare: Visitor,
    /// The same person's program.
    program: Program,
    /// The room that is tried.
    room: RoomId,
    /// The person in it who is tried.
    username: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    SignedOut,
    Stranger,
    NotConnected,
    Banned,
}

/// What an outsider gets.
#[derive(Clone, Copy, Debug)]
enum Gets {
    /// The way to the login.
    Login,
    /// A refusal, and its status.
    Refused(Code),
    /// Something that is everybody's, or only about the outsider.
    Own,
    /// Which version of the upload protocol there is, and nothing else.
    Version,
}

/// What the four of them get, in the order of [`Who`].
type Row = [Gets; 4];

/// For doors that are open to everybody.
const PUBLIC: Row = [Gets::Own; 4];

/// The two who talk, and the four who do not.
struct Scene {
    app: TestApp,
    ana: Member,
    ben: Member,
    room: RoomId,
    outsiders: Vec<Outsider>,
}

impl Scene {
    async fn set() -> Self {
        let app = TestApp::start_with(|config| {
            (config.sends_per_window_max, config.api_requests_per_address_max) = (1_000, 10_000)
        })
        .await;
        let (ana, ben, room) = app.pair().await;
        let mut hers = ana.socket().await;
        hers.say_acked(room, SECRET).await;
        hers.hush().await;
        let (eve, dan, cyd) = (app.person("eve").await, app.person("dan").await, app.person("cyd").await);
        let (mut rooms, former) = (Vec::new(), [&dan, &cyd]);
        for other in former {
            ana.connect(other).await;
            rooms.push(ana.room_with(other).await);
            hers.say_acked(rooms[rooms.len() - 1], "Long ago").await;
        }
        ana.people("remove", &dan).await;
        let (browser, spare, program) = (app.visitor(), app.visitor(), Program::new(app.address));
        let nobody = Outsider { who: Who::SignedOut, browser, spare, program, room, username: "ana" };
        let mut outsiders = vec![nobody];
        let others = [
            (Who::Stranger, &eve, room, "ben"),
            (Who::NotConnected, &dan, rooms[0], "ana"),
            (Who::Banned, &cyd, rooms[1], "ana"),
        ];
        for (who, member, room, username) in others {
            let spare = member.log_in_again().await.browser;
            let program = app.program(&member.name).await;
            outsiders.push(Outsider { who, browser: member.browser.clone(), spare, program, room, username });
        }
        twotick(app.data_dir(), &["user", "ban", "cyd"]).await;
        Self { app, ana, ben, room, outsiders }
    }

    /// Nothing that the outsiders did has left a trace between Ana and Ben.
    async fn assert_untouched(&self) {
        for member in [&self.ana, &self.ben] {
            let mut socket = member.socket().await;
            let row = socket.resume(&self.app.epoch(), self.room, None).await;
            let ServerFrame::Room(RoomChange::Added { summary }) = row else { panic!("no row: {row:?}") };
            assert_eq!((summary.head, summary.writable), (Seq(1), true));
            let last = summary.last.and_then(|event| event.message).map(|message| message.content);
            assert_eq!(last.as_deref(), Some(SECRET));
            let positions: Vec<_> = summary.cursors.iter().map(|cursors| (cursors.delivered, cursors.read)).collect();
            assert_eq!(positions.len(), 2);
            assert!(positions.contains(&(Seq(0), Seq(0))), "somebody else moved Ben's cursors: {positions:?}");
        }
        for outsider in self.outsiders.iter().filter(|outsider| outsider.who == Who::NotConnected) {
            let mut hers: Socket = self.ana.socket().await;
            let row = hers.resume(&self.app.epoch(), outsider.room, None).await;
            let ServerFrame::Room(RoomChange::Added { summary }) = row else { panic!("no row: {row:?}") };
            assert_eq!((summary.head, summary.writable), (Seq(1), false));
        }
    }
}

/// The case for one outsider of a row.
fn gets(row: &Row, who: Who) -> Gets {
    row[who as usize]
}

/// Whether an answer is what this outsider should get.
fn check(door: &str, outsider: &Outsider, expected: Gets, answer: &Answer) {
    let who = outsider.who;
    assert!(!answer.body.contains(SECRET), "{door} tells {who:?} the secret");
    match expected {
        Gets::Login => {
            let location = answer.location.as_deref().unwrap_or_default();
            assert!(answer.status == 303 && location.starts_with("/login"), "{door}, {who:?}: {answer:?}");
        }
        Gets::Refused(code) => {
            assert_eq!(answer.status, code.status(), "{door}, {who:?}, expected {code}: {answer:?}");
        }
        Gets::Version => assert!(answer.status == 412 && answer.body.is_empty(), "{door}, {who:?}: {answer:?}"),
        Gets::Own => assert!((200..400).contains(&answer.status), "{door}, {who:?}: {answer:?}"),
    }
}
