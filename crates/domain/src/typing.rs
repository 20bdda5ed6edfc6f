//! Typing. Rule: it is told only by those who may write, only to the others in the room, and to nobody in a crowd
//! (SPEC 6); nothing of it is stored.

use crate::{
    Chat, Error, Viewer,
    aging::Aging,
    chat::Inner,
    fanout::{Text, typists::Typists},
    store::{audience, presence},
};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use wire::{Code, RoomId, UserId, frame::ServerFrame, limits::TYPING_ONLINE_MAX};

/// How long a room's circle is believed; a change made by this server ends it at once.
const CIRCLE_LIFE_MS: i64 = 2_000;
const CIRCLES_MAX: usize = 10_000;

/// What is known of those who type.
#[derive(Debug)]
pub(crate) struct Typing {
    typists: Mutex<Typists>,
    circles: Mutex<Circles>,
}

#[derive(Debug)]
struct Circles {
    by_room: Aging<RoomId, Arc<Circle>>,
    /// How often a room was forgotten: what was read before that is not to be used after it.
    forgotten_count: u64,
}

/// The present members of a room, and what each may not write because of.
#[derive(Debug)]
struct Circle {
    read_at_ms: i64,
    forgotten_count: u64,
    people: Vec<(UserId, Option<Code>)>,
    /// Members between whom there is a block, in both orders.
    apart: BTreeSet<(UserId, UserId)>,
}

impl Typing {
    /// Nobody types.
    pub(crate) fn new() -> Self {
        let circles = Circles { by_room: Aging::new(CIRCLE_LIFE_MS, CIRCLES_MAX), forgotten_count: 0 };
        Self { typists: Mutex::default(), circles: Mutex::new(circles) }
    }

    /// Who is in the room or may write there has changed, and is stored: nothing is told any more to those who were there
    /// before.
    pub(crate) fn forget(&self, room: RoomId) {
        let mut circles = lock(&self.circles);
        circles.forgotten_count += 1;
        circles.by_room.remove(&room);
    }
}

impl Chat {
    /// The viewer types, or stopped. Too often, in a crowd, or without a socket it is left untold, which is no error.
    ///
    /// # Errors
    /// `not_found` for strangers; `not_connected`, `muted` or `room_closed` for those who may not write.
    pub async fn typing(&self, viewer: &Viewer, room: RoomId, is_typing: bool) -> Result<(), Error> {
        let inner = &*self.inner;
        let circle = inner.circle(room).await?;
        let seat = circle.people.iter().find(|(user, _)| *user == viewer.user);
        if let (_, Some(code)) = seat.ok_or(Code::NotFound)? {
            return Err((*code).into());
        }
        let now_ms = inner.clock.steady_ms();
        let is_here = inner.live.hub.here_count([viewer.user], 1) == 1;
        if is_here && lock(&inner.live.typing.typists).hear(viewer.user, room, is_typing, now_ms) {
            inner.tell_typing(
                &circle,
                room,
                viewer.user,
                Some(inner.live.profiles.author(viewer).display_name),
                is_typing,
            );
        }
        Ok(())
    }

    /// To be called after a commit that changed who is in the room or who may write there.
    pub(crate) fn forget_room(&self, room: RoomId) {
        self.inner.live.typing.forget(room);
    }
}

impl Inner {
    async fn circle(&self, room: RoomId) -> Result<Arc<Circle>, Error> {
        let now_ms = self.clock.steady_ms();
        let (known, forgotten_count) = {
            let circles = lock(&self.live.typing.circles);
            (circles.by_room.get(&room).cloned(), circles.forgotten_count)
        };
        if let Some(known) = known.filter(|circle| now_ms - circle.read_at_ms < CIRCLE_LIFE_MS) {
            return Ok(known);
        }
        let mut tx = self.store.read_once().await?;
        let people = presence::circle(&mut tx, room, self.settings.direct_anyone).await?;
        let apart = audience::apart(&mut tx, &[room]).await?.remove(&room).unwrap_or_default();
        let circle = Arc::new(Circle { read_at_ms: now_ms, forgotten_count, people, apart });
        let mut circles = lock(&self.live.typing.circles);
        if !circle.people.is_empty() && circles.forgotten_count == forgotten_count {
            circles.by_room.insert(room, circle.clone(), now_ms);
        }
        drop(circles);
        Ok(circle)
    }

    /// The user's last socket has gone: nobody waits for the end of what the user was typing.
    pub(crate) fn stop_typing(&self, user: UserId) {
        let rooms = lock(&self.live.typing.typists).leave(user, self.clock.steady_ms());
        for room in rooms {
            let circle = lock(&self.live.typing.circles).by_room.get(&room).cloned();
            if let Some(circle) = circle {
                self.tell_typing(&circle, room, user, None, false);
            }
        }
    }

    fn tell_typing(&self, circle: &Circle, room: RoomId, user: UserId, name: Option<String>, is_typing: bool) {
        // Held while it is told: a change of the room is told after this, or this is not told any more (C9).
        let circles = lock(&self.live.typing.circles);
        let is_known = circles.by_room.get(&room).is_some_and(|known| std::ptr::eq(&**known, circle));
        if !is_known && circles.forgotten_count != circle.forgotten_count {
            return;
        }
        let others = || circle.people.iter().map(|(other, _)| *other).filter(|other| *other != user);
        let hub = &self.live.hub;
        if hub.here_count(others(), TYPING_ONLINE_MAX) < TYPING_ONLINE_MAX {
            let hearers = others().filter(|other| !circle.apart.contains(&(user, *other)));
            hub.tell(hearers, &Text::encode(&ServerFrame::Typing { room, user, name, is_typing }));
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
