//! What goes into the core and what comes out of it. Rule: plain data; whoever runs the core only carries it.

use wire::frame::{ClientFrame, ServerFrame};
use wire::{Act, Cid, Epoch, HistoryPage, Refusal, RoomId, Seq, Time, UserId, read::Tree};

use crate::view::Line;

/// Something that happened outside. Each is handed over with the time, in milliseconds since 1970.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The page is ready: connect. Also after signing in again.
    Start,
    /// The socket asked for by [`Output::Connect`] is open (the core still waits for `welcome`).
    SocketOpened,
    /// A frame came. Nothing of a socket may be reported after [`Output::CloseSocket`] or its own end.
    SocketFrame(ServerFrame),
    /// Something came that is not a frame.
    SocketGarbage,
    /// The socket ended or never opened; 1006 when no code is known.
    SocketClosed {
        /// The close code, see [`wire::frame::close`].
        code: u16,
    },
    /// The time named by `deadline_ms` has come. Too early or too late does no harm.
    Tick,
    /// The browser says that there is a network (also for `pageshow` and waking up).
    Online,
    /// The browser says that there is none.
    Offline,
    /// Whether the tab can be seen.
    Visible(bool),
    /// Whether the window has the focus.
    Focused(bool),
    /// "Try now" was pressed.
    TryNow,
    /// This room is on screen now, or none.
    Open(Option<RoomId>),
    /// The event at `seq`, and with it everything before, is on screen. The core looks itself whether tab and window
    /// are such that it counts as read.
    Shown {
        /// Where.
        room: RoomId,
        /// Up to here.
        seq: Seq,
    },
    /// The user sends this text. Answered by [`Output::Store`], or [`Output::Returned`] when it cannot be taken.
    Compose {
        /// Where.
        room: RoomId,
        /// The text, not trimmed.
        content: String,
        /// The message that it answers.
        reply_to: Option<Seq>,
    },
    /// A script sends something that is more than a text, under an id of its own: what is known already is not sent again.
    /// Answered as [`Input::Compose`] is.
    Send {
        /// Its id.
        cid: Cid,
        /// Where.
        room: RoomId,
        /// The text, not trimmed; may be empty.
        content: String,
        /// The message that it answers.
        reply_to: Option<Seq>,
        /// What it carries besides, as [`wire::Message::more`].
        more: Tree,
    },
    /// The user does something to a message that is held. Answered as [`Input::Compose`] is; it is shown at once. What is so
    /// already is ignored, and a reaction that was not tried yet and is taken back never happened.
    Amend {
        /// Where.
        room: RoomId,
        /// The message.
        target: Seq,
        /// What: anything but [`Act::Say`].
        act: Act,
        /// The new text, or the emoji.
        content: String,
    },
    /// The user typed something into the composer.
    Keystroke {
        /// Where.
        room: RoomId,
    },
    /// "Retry": a refused message goes out again as a new one (new cid: what was refused never appears), unless it is too
    /// long. So does a refused change of a message.
    Retry {
        /// Which.
        cid: Cid,
    },
    /// "Edit": the text goes back to the composer by [`Output::Returned`], the bubble goes away. Only while the message
    /// is surely not stored: refused, or not kept by the browser yet.
    Edit {
        /// Which.
        cid: Cid,
    },
    /// "Discard": the bubble goes away. Only while the message is surely not stored, as above.
    Discard {
        /// Which.
        cid: Cid,
    },
    /// The user scrolls towards the old end.
    OlderWanted {
        /// Where.
        room: RoomId,
    },
    /// The row in the place of missing messages ([`crate::Gap`]) is near the view, or its button was pressed.
    GapSeen {
        /// Where.
        room: RoomId,
    },
    /// The user wants to go to the first message that was unread at opening ([`crate::Opened`]): it shall be held. A page
    /// around it is loaded unless it is; while that is on its way [`crate::Opened::loading`] says so.
    UnreadWanted {
        /// Where; nothing happens unless it is the open room.
        room: RoomId,
    },
    /// The user dismisses the divider: what was unread at opening is nothing new any more.
    DividerDone {
        /// Where.
        room: RoomId,
    },
    /// The answer to [`Output::FetchOlder`] or [`Output::FetchNewer`]. One that nobody waits for any more does no harm.
    HistoryLoaded {
        /// Where.
        room: RoomId,
        /// What was asked for.
        part: Part,
        /// The life of the database that it was read from.
        epoch: Epoch,
        /// What there is.
        page: HistoryPage,
    },
    /// [`Output::FetchOlder`] or [`Output::FetchNewer`] did not work.
    HistoryFailed {
        /// Where.
        room: RoomId,
        /// What was asked for.
        part: Part,
        /// Why.
        trouble: HttpTrouble,
    },
    /// The answer to [`Output::Poll`]: `welcome` first, then the answers to `resume`.
    PollAnswered(Vec<ServerFrame>),
    /// [`Output::Poll`] did not work.
    PollFailed(HttpTrouble),
    /// The answer to [`Output::SendOverHttp`]: `ack`, `refused` or `slow_down`, as on the socket.
    SendAnswered {
        /// Which.
        cid: Cid,
        /// The answer, or why there is none.
        answer: Result<ServerFrame, HttpTrouble>,
    },
    /// Whether [`Output::Store`] is kept by something durable; said at the start, before anything else. Until this says so
    /// (the default is no), a message counts as stored at once; afterwards it is sent only after [`Input::Stored`].
    Durable(bool),
    /// [`OutboxChange::Put`] is on disk.
    Stored {
        /// Which.
        cid: Cid,
    },
    /// [`OutboxChange::Put`] did not work (full, blocked): the text goes back to the composer unless it was sent.
    NotStored {
        /// Which.
        cid: Cid,
    },
    /// Everything that the durable outbox holds now, in its order: at the start, and whenever another tab has written it.
    /// It is the truth for all that is not being stored just now: what is missing in it has been settled or taken back
    /// elsewhere. To be read after everything that was reported as stored; others' are ignored.
    OutboxRestored(Vec<Waiting>),
    /// Another tab heard that this is in the log, and took it out of the durable outbox.
    SettledElsewhere {
        /// Which.
        cid: Cid,
        /// Where.
        room: RoomId,
        /// Its position.
        seq: Seq,
        /// When it was stored.
        at: Time,
    },
    /// The user has read up to here in another tab ([`Output::ReadHere`]).
    ReadElsewhere {
        /// Where.
        room: RoomId,
        /// Up to here.
        seq: Seq,
    },
    /// Whether this tab is the one that sends and notifies (several tabs share one outbox). The default is yes.
    Drain(bool),
    /// The page goes into the cache for "back" and "forward": its socket will be dead without saying so.
    /// [`Input::Online`] brings it back.
    Frozen,
    /// The page is about to go (`pagehide`).
    Leaving,
}

/// Which page of a room's log was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The one that ends just before this position.
    Before(Seq),
    /// The one that begins just after this position.
    After(Seq),
}

/// Why an HTTP exchange gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpTrouble {
    /// No connection, a timeout, 429 or 5xx: it is not known what the server did. Tried again.
    Unreachable,
    /// 401: the session has ended.
    SignedOut,
    /// 403: banned.
    Forbidden,
}

/// Something to be done outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Open a socket to `/ws`.
    Connect,
    /// Close the socket and report nothing more of it.
    CloseSocket,
    /// Send this on the socket.
    Send(ClientFrame),
    /// Carry these over HTTP: cursors and at most one `resume`, the last of them. Every answer begins with `welcome`.
    Poll {
        /// The frames, as they would go over the socket.
        frames: Vec<ClientFrame>,
    },
    /// Carry this over HTTP. Answered by [`Input::SendAnswered`].
    SendOverHttp(Waiting),
    /// Load the page of events that ends just before `before`. Answered by `HistoryLoaded` or `HistoryFailed` with
    /// [`Part::Before`].
    FetchOlder {
        /// Where.
        room: RoomId,
        /// The oldest position held.
        before: Seq,
    },
    /// Load the page of events that begins just after `after`. Answered by `HistoryLoaded` or `HistoryFailed` with
    /// [`Part::After`].
    FetchNewer {
        /// Where.
        room: RoomId,
        /// The last position before the gap.
        after: Seq,
    },
    /// Change the durable outbox.
    Store(OutboxChange),
    /// Put this text back into the room's composer.
    Returned {
        /// Where.
        room: RoomId,
        /// The text.
        content: String,
        /// Why, unless the user asked for it.
        refusal: Option<Refusal>,
        /// The message that it was: take it out of the durable outbox in the same step, so that the text is always in one
        /// of the two.
        taken_out: Option<Cid>,
    },
    /// The user has read up to here in this tab: tell the others ([`Input::ReadElsewhere`]).
    ReadHere {
        /// Where.
        room: RoomId,
        /// Up to here.
        seq: Seq,
    },
    /// Others wrote, and nobody looks: show a desktop notification, in place of an earlier one of the room. Only the tab
    /// that drains says so, once for each room and input.
    Notify {
        /// Where.
        room: RoomId,
        /// The position of the newest of them.
        seq: Seq,
        /// What the room is called.
        title: String,
        /// The newest one's text, or its beginning.
        text: String,
        /// How many are new.
        count: usize,
    },
    /// What the room's notification was about has been read, here or elsewhere: take it away.
    Unnotify {
        /// Where.
        room: RoomId,
    },
    /// Something that the screen shows has changed.
    Changed(Change),
    /// The server has something to say to the user.
    Notice(Refusal),
    /// Offer to sign in again; nothing more is tried until [`Input::Start`] or [`Input::TryNow`].
    SignedOut,
}

/// A change of the durable outbox.
#[derive(Clone, Debug, PartialEq)]
pub enum OutboxChange {
    /// Add at the end, or replace in its place the one with the same cid. Answered by [`Input::Stored`] or
    /// [`Input::NotStored`] if [`Input::Durable`] said so.
    Put(Waiting),
    /// In one step, take out the old one and add the new one at the end. Answered as [`OutboxChange::Put`] is.
    Replace {
        /// Refused.
        old: Cid,
        /// The same text, sent again.
        new: Waiting,
    },
    /// Replace in its place the one with the same cid, if it is there: another tab may have taken it out. Answered as
    /// [`OutboxChange::Put`] is.
    Update(Waiting),
    /// It is in the log: take it out, and tell the other tabs ([`Input::SettledElsewhere`]).
    Settled {
        /// Which.
        cid: Cid,
        /// Where.
        room: RoomId,
        /// Its position.
        seq: Seq,
        /// When it was stored.
        at: Time,
    },
    /// Discarded by the user: take it out.
    Remove(Cid),
}

/// A message in the outbox, or a change of one that is in the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// Its id, kept over every retry.
    pub cid: Cid,
    /// Who wrote it: another account never sends it (C7).
    pub user: UserId,
    /// Where it goes.
    pub room: RoomId,
    /// The text, trimmed; of a reaction the emoji.
    pub content: String,
    /// What it is.
    pub act: Act,
    /// The message that it answers or changes.
    pub target: Option<Seq>,
    /// What it carries besides, as [`wire::Message::more`].
    pub more: Tree,
    /// When it was written, by this machine's clock; for display only.
    pub at: Time,
    /// Whether it was ever handed to a connection: from then on it may be stored, whatever was heard.
    pub tried: bool,
    /// Why it was refused, if it was: it then waits for the user, not for the server.
    pub refusal: Option<Refusal>,
}

/// What has changed on the screen. Lines are told of the open room only.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Read `link()`.
    Link,
    /// Rows came, went or moved: read `rooms()`.
    Rooms,
    /// One row changed, for the open room perhaps also whether it is catching up and where: read `room()` and
    /// `missing_before()`.
    Room(RoomId),
    /// Many lines changed: read `timeline()`.
    Timeline(RoomId),
    /// One line came or changed. If its cid is there already it is replaced and moved.
    Line {
        /// Where.
        room: RoomId,
        /// The line.
        line: Box<Line>,
        /// It stands just before this one, or at the end.
        before: Option<Cid>,
    },
    /// One line went away.
    Gone {
        /// Where.
        room: RoomId,
        /// Which.
        cid: Cid,
    },
    /// Others have come further: read `receipts()` of the own lines that are stored.
    Ticks(RoomId),
    /// Read `typing()`.
    Typing(RoomId),
    /// Read `presence()` of this person, or of everybody.
    Presence(Option<UserId>),
}
