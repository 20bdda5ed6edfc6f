//! A room is a log (SPEC 1). Rule: an event is acked only after the commit that stored it, and told to others only after
//! that (C1).

pub(crate) mod amend;
mod attaching;
mod bids;
pub(crate) mod catch_up;
pub(crate) mod change;
pub(crate) mod check;
pub(crate) mod decide;
pub(crate) mod erasure;
mod found;
mod govern;
pub(crate) mod group;
pub(crate) mod history;
pub(crate) mod mentions;
mod parts;
mod places;
mod replies;
pub(crate) mod sends;
pub(crate) mod veil;
pub(crate) mod writer;

use crate::{Chat, Error, Viewer, store};
use change::{Wanted, What};
use wire::{Amendment, Cid, Code, MessageType, Refusal, RoomId, Seq, Time, frame::ServerFrame, read::Tree};

/// What a client wants to have stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The client's id for it, the same in every retry.
    pub cid: Cid,
    /// Where.
    pub room: RoomId,
    /// Of which type.
    pub kind: MessageType,
    /// The text, as it was typed.
    pub content: String,
    /// The position of the message of the same room that it answers.
    pub reply_to: Option<Seq>,
    /// What it carries besides, as it came: fields of [`wire::Parts`], or nothing.
    pub more: Tree,
}

impl Draft {
    /// One of words alone, that answers nothing.
    pub fn text(cid: Cid, room: RoomId, content: String) -> Self {
        Self { cid, room, kind: MessageType::Text, content, reply_to: None, more: Tree::Nothing }
    }
}

/// It is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ack {
    /// Which.
    pub cid: Cid,
    /// Where.
    pub room: RoomId,
    /// Its position, for ever.
    pub seq: Seq,
    /// When it was stored.
    pub at: Time,
}

impl Ack {
    /// As it travels.
    pub fn into_frame(self) -> ServerFrame {
        let Self { cid, room, seq, at } = self;
        ServerFrame::Ack { cid, room, seq, at }
    }
}

impl Chat {
    /// Stores a message, once per (author, cid), and returns when it is on disk. The same again gives the same ack,
    /// whatever has changed since (C2). Requests are stored in the order in which they are first polled.
    ///
    /// # Errors
    /// Refused for good: `empty_message`, `message_too_long`, `unknown_type`, `malformed`, `not_found`, `banned`,
    /// `not_connected`, `cid_conflict`, and of an answer `no_such_message`, `message_deleted`. To be sent again with the same cid: `slow_down` (after `wait_ms`), `overloaded`,
    /// [`Error::Unknown`] and [`Error::Internal`]; a door must not tell these as a failure (C3).
    pub async fn append(&self, viewer: &Viewer, draft: Draft) -> Result<Ack, Error> {
        let draft = check::check(draft)?;
        let cid = draft.cid;
        self.admit(viewer, cid).await?;
        let result = self.inner.live.writer.append(self.inner.live.profiles.author(viewer), draft).await;
        if result.as_ref().is_err_and(|error| !error.is_passing()) {
            self.inner.live.sends.forget(viewer.user, cid);
        }
        result
    }

    /// Edits, deletes, or reacts to a message, once per (author, cid) as [`Chat::append`] stores one.
    ///
    /// # Errors
    /// Those of [`Chat::append`], and `no_such_message`, `not_author`, `message_deleted`, `unchanged`, `bad_emoji`,
    /// `too_many_reactions`.
    pub async fn amend(
        &self,
        viewer: &Viewer,
        cid: Cid,
        room: RoomId,
        target: Seq,
        amendment: Amendment,
    ) -> Result<Ack, Error> {
        let checked = amend::check(target, amendment)?;
        self.admit(viewer, cid).await?;
        let wanted = Wanted { author: self.inner.live.profiles.author(viewer), cid, what: What::Amend(room, checked) };
        let result = self.inner.live.writer.change(wanted).await;
        if result.as_ref().is_err_and(|error| !error.is_passing()) {
            self.inner.live.sends.forget(viewer.user, cid);
        }
        // Whatever is stored here is an event.
        result?.ack.ok_or(Error::Unknown)
    }

    /// The limit of SPEC 10, from which a message that is stored already is exempt.
    pub(crate) async fn admit(&self, viewer: &Viewer, cid: Cid) -> Result<(), Error> {
        let (inner, user) = (&*self.inner, viewer.user);
        let sends = &inner.live.sends;
        if sends.is_admitted(user, cid) {
            return Ok(());
        }
        let Err(wait_ms) = self.take(&sends.limit, user).await else {
            sends.remember(user, cid, inner.clock.steady_ms());
            return Ok(());
        };
        let mut tx = inner.store.read_once().await?;
        if store::events::is_stored(&mut tx, viewer.user, cid).await? {
            return Ok(());
        }
        Err(Refusal::slow_down(wait_ms).into())
    }
}

impl Error {
    /// Whether the same request may succeed later, so that it counts as "waiting" and not as refused (C3).
    pub fn is_passing(&self) -> bool {
        matches!(self.code(), Code::TryAgain | Code::Overloaded | Code::SlowDown)
    }
}
