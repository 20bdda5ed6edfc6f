//! The frames of `/ws` (SPEC 9), JSON text. Rule: unknown frames and fields never crash either side; every frame has an
//! example in docs/protocol.md and a golden in tests/golden.

mod client;

pub use client::{ClientFrame, Held};

use crate::{
    Cid, CursorState, Epoch, Event, Foyer, HistoryPage, Level, Person, PersonRow, Presence, Refusal, RoomId,
    RoomSummary, Seq, SessionId, Tally, Time, Unread, UserId,
    read::{Read, Tree},
    readable,
};
use serde::Serialize;

/// Close codes of `/ws` (SPEC 8), beside 1001 "the server goes away" and 1012 "it restarts".
pub mod close {
    /// The server goes away; come back.
    pub const GOING_AWAY: u16 = 1001;
    /// The server restarts; come back.
    pub const RESTART: u16 = 1012;
    /// Not signed in, or the session ended: do not come back before signing in.
    pub const SIGNED_OUT: u16 = 4001;
    /// Not allowed or banned: do not come back.
    pub const FORBIDDEN: u16 = 4003;
    /// Too slow; nothing is lost, come back and resume.
    pub const TOO_SLOW: u16 = 4008;
    /// Too much is missing for the script socket to tell; come back for the last messages.
    pub const GAP: u16 = 4010;
    /// Abuse; come back later.
    pub const ABUSE: u16 = 4029;
}

/// What the server sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    /// The first frame of every socket.
    Welcome {
        /// This browser's session.
        session: SessionId,
        /// Who is signed in.
        user: Person,
        /// The life of the database.
        epoch: Epoch,
        /// The figures a client must keep to.
        limits: Limits,
        /// Every room of the user with its last position.
        rooms: Vec<Head>,
        /// Who is online now among the people the user may see; the others are offline.
        presence: Vec<Presence>,
        /// The site that this server serves: a page made of another one is outdated. Absent where there is no site.
        #[serde(skip_serializing_if = "Option::is_none")]
        build: Option<String>,
    },
    /// The message is on disk (C1).
    Ack {
        /// Which.
        cid: Cid,
        /// Where it went.
        room: RoomId,
        /// Its position.
        seq: Seq,
        /// When it was stored.
        at: Time,
    },
    /// The message was refused and will never appear.
    Refused {
        /// Which.
        cid: Cid,
        /// Why.
        #[serde(flatten)]
        refusal: Refusal,
    },
    /// Not now: send the same again after `wait_ms`.
    SlowDown {
        /// Which.
        cid: Cid,
        /// Milliseconds to wait.
        wait_ms: i64,
    },
    /// Something happened in one of the user's rooms.
    Event(Event),
    /// An answer to `resume`: what comes after the position that the client named.
    MessageHistory {
        /// The part of the log.
        #[serde(flatten)]
        page: HistoryPage,
        /// False: ask again from `to`.
        complete: bool,
        /// Where all members stand; see [`RoomSummary::cursors`].
        cursors: Vec<CursorState>,
        /// The user's own unread figure.
        unread: Unread,
    },
    /// An answer to `resume`: too much is missing, or the position does not exist. Load the last page instead.
    Gap {
        /// The room.
        room: RoomId,
        /// Its last position.
        head: Seq,
        /// Whether some of what the client holds may have lost its content since; absent when it has not.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        erased: bool,
    },
    /// A member's cursors moved.
    Cursors {
        /// Where.
        room: RoomId,
        /// Who and how far.
        #[serde(flatten)]
        cursors: CursorState,
        /// To the member's own sessions: the unread figure.
        #[serde(skip_serializing_if = "Option::is_none")]
        unread: Option<Unread>,
    },
    /// Others' cursors: of several members whose moves were stored together, or, in a large room, the least of all.
    Receipts {
        /// Where.
        room: RoomId,
        /// Who and how far; the receiver may be among them.
        cursors: Vec<CursorState>,
        /// In a large room: how many have come as far as its last event.
        #[serde(skip_serializing_if = "Option::is_none")]
        tally: Option<Tally>,
    },
    /// Somebody types, or stopped; forgotten after five seconds.
    Typing {
        /// Where.
        room: RoomId,
        /// Who.
        user: UserId,
        /// What they are called; absent from an older server.
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Whether.
        is_typing: bool,
    },
    /// Somebody came or went.
    Presence(Presence),
    /// Several came or went at once; the receiver may be among them.
    Presences {
        /// Who.
        people: Vec<Presence>,
    },
    /// The user's list of rooms changed.
    Room(RoomChange),
    /// A few of the public rooms, the same for everybody: after `welcome`, and when they have changed.
    Lobby(Foyer),
    /// How many people wait for the user's answer, after `welcome`; and what somebody is to the user now, when that has
    /// changed.
    People {
        /// How many.
        requests: i64,
        /// Who, and what.
        #[serde(skip_serializing_if = "Option::is_none")]
        row: Option<PersonRow>,
    },
    /// How people whom the user may read show themselves now: each time one of them changes that, and as the answer to `profiles`.
    Profiles {
        /// Who; with the status.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        people: Vec<Person>,
        /// In an answer: since when to ask the next time.
        #[serde(skip_serializing_if = "Option::is_none")]
        at: Option<Time>,
    },
    /// Something that the user should know, without consequence for the socket.
    Warning {
        /// A stable word and a sentence.
        #[serde(flatten)]
        refusal: Refusal,
    },
    /// A frame was refused, or the socket is about to be closed.
    Error {
        /// A stable word and a sentence.
        #[serde(flatten)]
        refusal: Refusal,
    },
    /// The answer to `ping`.
    Pong {
        /// The same number.
        n: u64,
        /// The server's time.
        at: Time,
    },
    /// A frame of a newer server.
    Unknown,
}

impl ServerFrame {
    /// A `welcome` with the site that its server serves; any other frame as it is.
    pub fn of_build(mut self, site: Option<&str>) -> Self {
        if let Self::Welcome { build, .. } = &mut self {
            *build = site.map(str::to_owned);
        }
        self
    }
}

impl Read for ServerFrame {
    fn read(mut tree: Tree) -> Option<Self> {
        let kind = tree.take("type").text()?;
        Some(match kind.as_str() {
            "welcome" => Self::Welcome {
                session: tree.read("session")?,
                user: tree.read("user")?,
                epoch: tree.read("epoch")?,
                limits: tree.read("limits")?,
                rooms: tree.read("rooms")?,
                presence: tree.read("presence")?,
                build: tree.read("build")?,
            },
            "ack" => Self::Ack {
                cid: tree.read("cid")?,
                room: tree.read("room")?,
                seq: tree.read("seq")?,
                at: tree.read("at")?,
            },
            "refused" => Self::Refused { cid: tree.read("cid")?, refusal: Refusal::read(tree)? },
            "slow_down" => Self::SlowDown { cid: tree.read("cid")?, wait_ms: tree.read("wait_ms")? },
            "event" => Self::Event(Event::read(tree)?),
            "message_history" => Self::MessageHistory {
                complete: tree.read("complete")?,
                cursors: tree.read("cursors")?,
                unread: tree.read("unread")?,
                page: HistoryPage::read(tree)?,
            },
            "gap" => Self::Gap {
                room: tree.read("room")?,
                head: tree.read("head")?,
                erased: tree.read::<Option<_>>("erased")?.unwrap_or_default(),
            },
            "cursors" => Self::Cursors {
                room: tree.read("room")?,
                unread: tree.read("unread")?,
                cursors: CursorState::read(tree)?,
            },
            "receipts" => {
                Self::Receipts { room: tree.read("room")?, cursors: tree.read("cursors")?, tally: tree.read("tally")? }
            }
            "typing" => Self::Typing {
                room: tree.read("room")?,
                user: tree.read("user")?,
                name: tree.read("name")?,
                is_typing: tree.read("is_typing")?,
            },
            "presence" => Self::Presence(Presence::read(tree)?),
            "presences" => Self::Presences { people: tree.read("people")? },
            "room" => Self::Room(RoomChange::read(tree)?),
            // In the browser scripts take them (public/keys.js): the module goes without a reader for them.
            #[cfg(not(target_arch = "wasm32"))]
            "lobby" => Self::Lobby(Foyer::read(tree)?),
            #[cfg(not(target_arch = "wasm32"))]
            "people" => Self::People { requests: tree.read("requests")?, row: tree.read("row")? },
            "profiles" => {
                Self::Profiles { people: tree.read::<Option<_>>("people")?.unwrap_or_default(), at: tree.read("at")? }
            }
            "warning" => Self::Warning { refusal: Refusal::read(tree)? },
            "error" => Self::Error { refusal: Refusal::read(tree)? },
            "pong" => Self::Pong { n: tree.read("n")?, at: tree.read("at")? },
            _ => Self::Unknown,
        })
    }
}

readable!(@serde ServerFrame);

/// What happened to a room in the user's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum RoomChange {
    /// The room is the user's now, or was asked for, or its row changed.
    Added {
        /// The row.
        summary: Box<RoomSummary>,
    },
    /// The room is not the user's any more, or never was.
    Removed {
        /// Which.
        room: RoomId,
    },
    /// A change of a newer server.
    Unknown,
}

impl Read for RoomChange {
    fn read(mut tree: Tree) -> Option<Self> {
        Some(match tree.take("change").text()?.as_str() {
            "added" => Self::Added { summary: tree.read("summary")? },
            "removed" => Self::Removed { room: tree.read("room")? },
            _ => Self::Unknown,
        })
    }
}

readable!(@serde RoomChange);

/// A room and its last position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Head {
    /// The room.
    pub room: RoomId,
    /// Its last position.
    pub head: Seq,
    /// How much of it the user wants to hear; absent when that is all.
    #[serde(skip_serializing_if = "Level::is_all")]
    pub level: Level,
}

readable!(Head { room, head, [level] });

/// The figures that the server tells its clients.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Characters of a message.
    pub body_chars_max: usize,
    /// Bytes of a frame.
    pub frame_bytes_max: usize,
    /// Rooms in one `resume`.
    pub resume_rooms_max: usize,
    /// Shortest time between two `typing: true`.
    pub typing_interval_ms: i64,
}

readable!(Limits { body_chars_max, frame_bytes_max, resume_rooms_max, typing_interval_ms });

impl Default for Limits {
    fn default() -> Self {
        use crate::limits::{BODY_CHARS_MAX, FRAME_BYTES_MAX, RESUME_ROOMS_MAX, TYPING_INTERVAL_MS};
        Self {
            body_chars_max: BODY_CHARS_MAX,
            frame_bytes_max: FRAME_BYTES_MAX,
            resume_rooms_max: RESUME_ROOMS_MAX,
            typing_interval_ms: TYPING_INTERVAL_MS,
        }
    }
}
