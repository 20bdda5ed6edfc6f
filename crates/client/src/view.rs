//! What the screen shows, as values. Rule: derived from log, cursors and outbox at the moment of asking, never kept.

use wire::{Act, Cid, EventKind, Level, Message, Person, Refusal, RoomId, RoomKind, Seq, Tally, Time};

/// A row of the inbox.
#[derive(Clone, Debug, PartialEq)]
pub struct RoomView {
    /// The room.
    pub id: RoomId,
    /// What it is for.
    pub kind: RoomKind,
    /// What it is called.
    pub title: String,
    /// In a direct room: the other person.
    pub peer: Option<Person>,
    /// In a subject room: what it is about, in words.
    pub about: Option<String>,
    /// Whether the user may send now.
    pub writable: bool,
    /// Whether the room is closed for everybody.
    pub archived: bool,
    /// The newest line, own ones that still wait included.
    pub last: Option<Line>,
    /// Others' messages after `read`; beyond 99 "99+" is shown.
    pub unread: i64,
    /// Those of them that mention the user.
    pub mentions: i64,
    /// How much of the room the user wants to hear: what of these two is told.
    pub level: Level,
    /// The user has read everything up to here.
    pub read: Seq,
    /// When something last happened; rows are sorted by it, newest first.
    pub active_at: Time,
    /// Own messages that are not stored yet.
    pub waiting: usize,
    /// Whether the server is known to have more than is held.
    pub catching_up: bool,
}

/// A conversation: what is held of the log, then own messages that are not part of it yet. What is held is contiguous, or
/// two such parts with a gap between them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// In the order of the screen, each cid once.
    pub lines: Vec<Line>,
    /// What there is before the first line.
    pub older: Older,
    /// Where messages are missing within the log, if they are.
    pub gap: Option<Gap>,
    /// Whether messages are missing between the log's held end and the lines that wait: "loading missed messages".
    pub catching_up: bool,
    /// While catching up: the first line that waits, before which they are missing; none if they are missing at the end.
    pub missing_before: Option<Cid>,
    /// "New messages" stands before the first line of somebody else after this position: where the user had read to
    /// when the room was opened. Only while that place is held, and not before the very first message of a room: there
    /// is nothing to divide from. It goes when [`Timeline::opened`] does.
    pub divider: Option<Seq>,
    /// What was unread when the room was opened, if anything was. It stays as it was until the user sends, dismisses it or
    /// opens another room.
    pub opened: Option<Opened>,
}

/// What was unread when a room was opened: "↑ 37 unread since 09:12".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Others' messages; beyond 99 "99+" is shown.
    pub unread: i64,
    /// The user had read everything up to here.
    pub read: Seq,
    /// The first unread message, while it is held; else [`crate::Input::UnreadWanted`] loads it.
    pub first: Option<Cid>,
    /// When that was sent.
    pub since: Option<Time>,
    /// Whether it is on its way. If it is neither held nor on its way after it was wanted, loading it failed.
    pub loading: bool,
}

/// Missing messages in the middle of a conversation: too many to be caught up with one by one. [`crate::Input::GapSeen`]
/// loads the next of them, from the old side on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The line before which they are missing; none if there is none after them yet.
    pub before: Option<Cid>,
    /// What is done about them.
    pub state: GapState,
}

/// What is done about missing messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GapState {
    /// They are loaded when somebody comes near.
    More,
    /// Some are on their way.
    Loading,
    /// Loading them failed; `GapSeen` tries again.
    Failed,
    /// Memory holds no further page of this room; the plain page of the history has them.
    Full,
}

/// What there is before the first line of a timeline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Older {
    /// Not known: nothing of the room is held yet, though there is something.
    #[default]
    Unknown,
    /// Nothing: the first line is the beginning.
    Beginning,
    /// More, to be asked for by `OlderWanted`.
    More,
    /// More, on its way.
    Loading,
    /// More, but loading it failed; `OlderWanted` tries again.
    Failed,
    /// More, but memory holds no further page of this room; the plain page of the history has it.
    Full,
}

/// One line of a conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The key of the line: it does not change when the message is acked.
    pub cid: Cid,
    /// Its position, as soon as the server gave it one.
    pub seq: Option<Seq>,
    /// What it is; an unknown kind shows as a neutral line.
    pub kind: EventKind,
    /// Who.
    pub author: Person,
    /// When: by the server's clock once it is stored, else by this machine's.
    pub at: Time,
    /// What was said, or what a change of the room is in words.
    pub message: Option<Message>,
    /// For the user's own messages, and for nothing else: how far they have come.
    pub tick: Option<Tick>,
    /// For those of them in a room of more than two: how many of the others have them, as far as it is known. Boxed, for most
    /// lines have none.
    pub tally: Option<Box<Tally>>,
    /// Whether it mentions the user.
    pub mentions_me: bool,
    /// What the user is doing to it, shown already and not in the log. Boxed, for most lines have none.
    pub changing: Option<Box<Changing>>,
}

/// A change of a message that waits, or was refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Changing {
    /// Its id, for [`crate::Input::Retry`] and [`crate::Input::Discard`].
    pub cid: Cid,
    /// What it is.
    pub act: Act,
    /// How far it has come. One that is refused is not shown any more.
    pub tick: Tick,
}

/// How far an own message has come (SPEC 6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tick {
    /// Clock: waits for a connection, for its turn, or because the server asked for patience.
    Waiting,
    /// Clock: handed to a connection, no answer yet.
    Sending,
    /// ✓ on disk.
    Sent,
    /// ✓✓ everybody else's device holds it.
    Delivered,
    /// ✓✓ blue: everybody else has read it.
    Read,
    /// Red: it will never appear as it is. Retry, edit, discard.
    Refused(Refusal),
}

/// The connection, for the line above the composer.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkView {
    /// The state of the socket.
    pub link: Link,
    /// What messages travel on now.
    pub transport: Transport,
    /// What to say, if anything.
    pub banner: Option<Banner>,
    /// Whether the server is of another build than the page: it is time to load the page anew.
    pub outdated: bool,
}

/// The state of the socket (SPEC 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Being opened.
    Connecting,
    /// Live.
    Connected,
    /// The next attempt is at this time, in milliseconds since 1970.
    Waiting {
        /// When.
        until_ms: i64,
    },
    /// Given up for now; a poll that succeeds tries again.
    Failed,
    /// The session has ended.
    SignedOut,
    /// Banned, or not allowed.
    Refused,
}

/// What messages travel on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// The socket.
    Socket,
    /// Polling and sending over HTTP.
    Polling,
    /// Nothing works.
    None,
}

/// The connection line. `waiting` counts own messages that are not stored yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Banner {
    /// "Reconnecting… what you write is kept and will be sent", never in the first five seconds.
    Reconnecting {
        /// "3 waiting to be sent".
        waiting: usize,
    },
    /// "Live updates limited": polling works, and the socket is tried again.
    Limited {
        /// "3 waiting to be sent".
        waiting: usize,
    },
    /// "Real-time chat unavailable. Using standard messaging."
    Standard {
        /// Whether that works.
        reached: bool,
        /// "3 waiting to be sent".
        waiting: usize,
    },
    /// "Sign in again. What you wrote is kept."
    SignedOut {
        /// "3 waiting to be sent".
        waiting: usize,
    },
    /// "You no longer have access."
    Refused,
    /// "Back online · 12 messages caught up", for four seconds.
    BackOnline {
        /// Others' messages that came by catching up.
        caught_up: usize,
        /// "3 waiting to be sent".
        waiting: usize,
    },
}

/// Whether somebody is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PresenceView {
    /// Nothing is heard from the server.
    Unknown,
    /// Online.
    Online,
    /// Offline, since then if known.
    Offline {
        /// When the last socket went.
        last_seen: Option<Time>,
    },
}
