//! Telling people what happened. Rule: the hub knows who is here, the log's transaction knows who may see; nothing is
//! told before it is stored.

pub(crate) mod figures;
mod frame;
pub(crate) mod hub;
pub(crate) mod members;
mod queue;
pub(crate) mod roster;
pub(crate) mod typists;
pub(crate) mod untold;

pub use frame::Text;
pub use queue::{CloseReason, Next};

use crate::{
    Chat, Error, Settings, Viewer,
    chat::Inner,
    foyer::{self, Listing},
    log::sends::Sends,
    log::writer::{Desk, Writer},
    presence,
    profiles::{self, Profiles},
    push::Pushes,
    revocation, store,
    typing::Typing,
    webhooks::Webhooks,
};
use hub::{Hub, Socket};
use members::MembersCache;
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{sync::Notify, task::JoinHandle};
use tokio_util::task::AbortOnDropHandle;
use untold::Untold;
use wire::{
    Code, Time, UserId,
    frame::{Head, Limits, ServerFrame},
};

/// Everything of a chat that lives in memory only.
#[derive(Debug)]
pub(crate) struct Live {
    pub(crate) hub: Arc<Hub>,
    pub(crate) typing: Arc<Typing>,
    /// Who is in which room; shared by the writer and whoever asks who is here.
    pub(crate) members: Arc<MembersCache>,
    pub(crate) untold: Arc<Untold>,
    pub(crate) listing: Arc<Listing>,
    pub(crate) sends: Sends,
    pub(crate) profiles: Profiles,
    pub(crate) writer: Writer,
    pub(crate) pushes: Arc<Pushes>,
    pub(crate) webhooks: Arc<Webhooks>,
    /// There is something to be erased.
    pub(crate) erasing: Arc<Notify>,
    watchers: Mutex<Vec<AbortOnDropHandle<()>>>,
}

impl Live {
    /// Without sockets and without tasks.
    pub(crate) fn new(settings: &Settings) -> Self {
        let grace_ms = i64::try_from(settings.offline_grace_ms).unwrap_or(i64::MAX);
        Self {
            hub: Arc::new(Hub::new(grace_ms)),
            typing: Arc::new(Typing::new()),
            members: Arc::new(MembersCache::new()),
            untold: Arc::default(),
            listing: Arc::default(),
            sends: Sends::new(settings.sends_per_window_max),
            profiles: Profiles::new(),
            writer: Writer::new(),
            pushes: Arc::new(Pushes::new(settings)),
            webhooks: Arc::new(Webhooks::new(settings)),
            erasing: Arc::default(),
            watchers: Mutex::default(),
        }
    }
}

/// One socket's place in the fan-out. Dropping it takes the socket out, and with the user's last one the user's typing
/// and, after the grace, presence.
pub struct Attachment {
    inner: Arc<Inner>,
    socket: Arc<Socket>,
}

impl Attachment {
    /// Queues a frame for this socket only. Never waits.
    pub fn push(&self, frame: &ServerFrame) {
        self.socket.queue.push(Text::encode(frame));
    }

    /// The same for one that is there for many.
    pub(crate) fn push_text(&self, text: Text) {
        self.socket.queue.push(text);
    }

    /// Everything that waits, once something does. Cancelling it loses nothing.
    pub async fn next(&self) -> Next {
        self.socket.queue.next().await
    }

    /// Resolves once [`Self::next`] has nothing but the close: for a gateway that is stuck writing and does not ask for
    /// more, so that a revoked or slow socket is cut all the same. Cancelling it loses nothing.
    pub async fn closing(&self) {
        self.socket.queue.is_over().await;
    }

    /// Resolves when less than half of the queue is taken, or the socket ends: whoever sends a lot to one socket, as
    /// catch-up does, waits for it between two frames.
    pub async fn has_room(&self) {
        self.socket.queue.has_room().await;
    }

    /// Ends the socket after what waits for it.
    pub fn end(&self, reason: CloseReason) {
        self.socket.queue.end(reason);
    }
}

impl fmt::Debug for Attachment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Attachment").field(&self.socket).finish()
    }
}

impl Drop for Attachment {
    fn drop(&mut self) {
        let is_last = self.inner.live.hub.leave(&self.socket, self.inner.clock.steady_ms());
        if is_last {
            self.inner.stop_typing(self.socket.user);
        }
    }
}

impl Chat {
    /// A place for a socket of this viewer. From now on everything that happens is queued for it; what happened before is
    /// for [`Chat::welcome`] and [`Chat::catch_up`], in this order, or an event would fall between them.
    ///
    /// # Errors
    /// `too_many_sockets`; `signed_out` if the session has ended meanwhile.
    pub async fn attach(&self, viewer: &Viewer) -> Result<Attachment, Error> {
        let inner = &self.inner;
        let socket = inner.live.hub.join(viewer.user, viewer.session, inner.settings.sockets_per_user_max)?;
        let attachment = Attachment { inner: inner.clone(), socket };
        // A session that ended between its look-up and the line above was not among those whose sockets were closed.
        let mut tx = inner.store.read_once().await?;
        let now = Time(inner.clock.now_ms());
        if store::revocations::holding(&mut tx, &[viewer.session], now).await?.is_empty() {
            return Err(Code::SignedOut.into());
        }
        Ok(attachment)
    }

    /// The first frame of a socket, to be written before anything that is queued for it. Its `build` is the server's to
    /// say.
    pub async fn welcome(&self, viewer: &Viewer) -> Result<ServerFrame, Error> {
        let mut tx = self.inner.store.read_once().await?;
        let places = store::events::places(&mut tx, viewer.user).await?;
        let presence = self.presence_in(tx, viewer, &places).await?;
        Ok(ServerFrame::Welcome {
            session: viewer.session,
            user: viewer.person(),
            epoch: self.epoch().clone(),
            limits: Limits::default(),
            rooms: places.iter().map(|place| Head { room: place.room, head: place.head, level: place.level }).collect(),
            presence,
            build: None,
        })
    }

    /// Ends every socket after what waits for it, and every one that still comes: the server goes away.
    pub fn close_all(&self, reason: &CloseReason) {
        self.inner.live.hub.end_all(reason);
    }

    /// How many sockets there are.
    pub fn sockets_count(&self) -> usize {
        self.inner.live.hub.sockets_count()
    }

    /// How many requests wait for the log's writer.
    pub fn appends_waiting_count(&self) -> usize {
        self.inner.live.writer.waiting_count()
    }

    /// Queues a frame for all sockets of these users.
    pub(crate) fn announce(&self, users: &[UserId], frame: &ServerFrame) {
        self.inner.live.hub.tell(users.iter().copied(), &Text::encode(frame));
    }

    /// Starts the writer, the revocation poll and the tellers of presence and of large rooms.
    pub(crate) fn start_tasks(&self) {
        let inner = &self.inner;
        let (store, clock, live) = (inner.store.clone(), inner.clock.clone(), &inner.live);
        let (hub, typing, members) = (live.hub.clone(), live.typing.clone(), live.members.clone());
        let (listing, untold, pushes) = (live.listing.clone(), live.untold.clone(), live.pushes.clone());
        let webhooks = live.webhooks.clone();
        let direct_anyone = inner.settings.direct_anyone;
        live.writer.start(Desk {
            store,
            hub,
            typing,
            listing,
            untold,
            pushes,
            webhooks,
            clock,
            direct_anyone,
            members,
        });
        let weak = Arc::downgrade(inner);
        let watchers = [
            AbortOnDropHandle::new(tokio::spawn(revocation::watch(weak.clone()))),
            AbortOnDropHandle::new(tokio::spawn(foyer::tell(weak.clone()))),
            AbortOnDropHandle::new(tokio::spawn(presence::tell(weak.clone()))),
            AbortOnDropHandle::new(tokio::spawn(profiles::telling::watch(weak.clone()))),
            AbortOnDropHandle::new(tokio::spawn(untold::tell(weak))),
        ];
        live.watchers.lock().unwrap_or_else(PoisonError::into_inner).extend(watchers);
    }

    /// Keeps a task for as long as the chat is open.
    pub(crate) fn watch(&self, task: JoinHandle<()>) {
        let mut watchers = self.inner.live.watchers.lock().unwrap_or_else(PoisonError::into_inner);
        watchers.push(AbortOnDropHandle::new(task));
    }

    /// Stops them, after everything that was asked of the writer. Whoever is here has been here until now.
    pub(crate) async fn stop_tasks(&self) {
        self.inner.live.writer.stop().await;
        self.inner.live.watchers.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let now = Time(self.inner.clock.now_ms());
        if let Err(error) = self.inner.note_last_seen(self.inner.live.hub.online(), now).await {
            tracing::warn!(%error, "it was not noted who was here");
        }
    }
}
