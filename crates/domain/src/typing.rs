//! Typing. Rule: it is told only by those who may write, only to the others in the room, and to nobody in a crowd
//! (SPEC 6); nothing of it is stored.

use crate::{
    Chat, Error, Viewer,
    aging::Aging,
    chat::Inner,
    fanout::{Text, typists::Typists},
    store::presence,
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wire::{Code, RoomId, UserId, frame::ServerFrame, limits::TYPING_ONLINE_MAX};

/// How long a room's circle is believed; a change made by this server ends it at once.
const CIRCLE_LIFE_MS: i64 = 2_000;
const CIRCLES_MAX: usize = 10_000;

/// What is known of those who type.
#[derive(Debug)]
pub(crate) struct Typing {
    typists: Mutex<Typists>,
    circles: Mutex<Aging<RoomId, Arc<Circle>>>,
}

/// The present members of a room, and whether each may write.
#[derive(Debug)]
struct Circle {
    read_at_ms: i64,
    people: Vec<(UserId, bool)>,
}

impl Typing {
    /// Nobody types.
    pub(crate) fn new() -> Self {
        let circles = Aging::new(CIRCLE_LIFE_MS, CIRCLES_MAX);
        Self { typists: Mutex::default(), circles: Mutex::new(circles) }
    }
}

impl Chat {
    /// The viewer types, or stopped. Too often, in a crowd, or without a socket it is left untold, which is no error.
    ///
    /// # Errors
    /// `not_found` for strangers, `not_connected` for those who may not write.
    pub async fn typing(&self, viewer: &Viewer, room: RoomId, is_typing: bool) -> Result<(), Error> {
        let inner = &*self.inner;
        let circle = inner.circle(room).await?;
        let seat = circle.people.iter().find(|(user, _)| *user == viewer.user);
        if !seat.ok_or(Code::NotFound)?.1 {
            return Err(Code::NotConnected.into());
        }
        let now_ms = inner.clock.steady_ms();
        let is_here = inner.live.hub.here_count([viewer.user], 1) == 1;
        if is_here && lock(&inner.live.typing.typists).hear(viewer.user, room, is_typing, now_ms) {
            inner.tell_typing(&circle, viewer.user, room, is_typing);
        }
        Ok(())
    }

    /// To be called after a commit that changed who is in the room or who may write there.
    pub(crate) fn forget_room(&self, room: RoomId) {
        lock(&self.inner.live.typing.circles).remove(&room);
    }
}

impl Inner {
    async fn circle(&self, room: RoomId) -> Result<Arc<Circle>, Error> {
        let now_ms = self.clock.steady_ms();
        let known = lock(&self.live.typing.circles).get(&room).cloned();
        if let Some(known) = known.filter(|circle| now_ms - circle.read_at_ms < CIRCLE_LIFE_MS) {
            return Ok(known);
        }
        let mut tx = self.store.read_once().await?;
        let people = presence::circle(&mut tx, room, self.settings.direct_anyone).await?;
        let circle = Arc::new(Circle { read_at_ms: now_ms, people });
        if !circle.people.is_empty() {
            lock(&self.live.typing.circles).insert(room, circle.clone(), now_ms);
        }
        Ok(circle)
    }

    /// The user's last socket has gone: nobody waits for the end of what the user was typing.
    pub(crate) fn stop_typing(&self, user: UserId) {
        let rooms = lock(&self.live.typing.typists).leave(user, self.clock.steady_ms());
        for room in rooms {
            let circle = lock(&self.live.typing.circles).get(&room).cloned();
            if let Some(circle) = circle {
                self.tell_typing(&circle, user, room, false);
            }
        }
    }

    fn tell_typing(&self, circle: &Circle, user: UserId, room: RoomId, is_typing: bool) {
        let others = || circle.people.iter().map(|(other, _)| *other).filter(|other| *other != user);
        let hub = &self.live.hub;
        if hub.here_count(others(), TYPING_ONLINE_MAX) < TYPING_ONLINE_MAX {
            hub.tell(others(), &Text::encode(&ServerFrame::Typing { room, user, is_typing }));
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
