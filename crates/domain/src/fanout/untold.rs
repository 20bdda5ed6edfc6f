//! What is told of rooms a little later: the least cursors of a large one, and everybody's row of one that has become small,
//! or of whose members somebody was banned. Rule: at most once a second for each room, by one task that reads them off the
//! writer's way (SPEC 6); whoever has gone hears nothing of it after the going (C9).

use super::{Text, members::Members};
use crate::{Error, chat::Inner, store};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};
use tokio::sync::Notify;
use wire::{
    CursorState, RoomId, Tally, UserId,
    frame::{RoomChange, ServerFrame},
    limits::RECEIPTS_INTERVAL_MS,
};

/// Shortest time between two tellings.
const INTERVAL: Duration = Duration::from_millis(RECEIPTS_INTERVAL_MS);

/// The rooms of which something is to be told.
#[derive(Debug, Default)]
pub(crate) struct Untold {
    rooms: Mutex<Rooms>,
    rung: Notify,
}

#[derive(Debug, Default)]
struct Rooms {
    due: BTreeMap<RoomId, Due>,
    is_telling: bool,
}

/// What is to be told of one room.
#[derive(Debug, Default)]
struct Due {
    /// The members, as far as this server knows them.
    members: Option<Arc<Members>>,
    /// If it is small: everybody's row.
    rows: bool,
    /// Who is in it has changed since this telling began.
    has_changed: bool,
}

impl Untold {
    /// Cursors moved in a large room.
    pub(crate) fn moved(&self, room: RoomId, members: &Arc<Members>) {
        self.lock().due.entry(room).or_default().members = Some(members.clone());
        self.rung.notify_one();
    }

    /// Whoever is waited for in this room has changed, though nobody came or went: everybody is to be told anew.
    pub(crate) fn renew(&self, room: RoomId) {
        self.lock().due.entry(room).or_default().rows = true;
        self.rung.notify_one();
    }

    /// Who is in a room has changed, and is about to be told: until then nothing is told to those who were in it before.
    pub(crate) fn changed(&self, room: RoomId, members: &Arc<Members>, has_become_small: bool) {
        let is_due = members.is_large() || has_become_small;
        let mut rooms = self.lock();
        if is_due || rooms.is_telling || rooms.due.contains_key(&room) {
            let due = rooms.due.entry(room).or_default();
            (due.members, due.has_changed) = (Some(members.clone()), true);
            due.rows |= has_become_small;
        }
        drop(rooms);
        if is_due {
            self.rung.notify_one();
        }
    }

    fn begin(&self) -> BTreeMap<RoomId, Due> {
        let mut rooms = self.lock();
        rooms.is_telling = true;
        std::mem::take(&mut rooms.due)
    }

    fn end(&self) {
        self.lock().is_telling = false;
    }

    /// Tells something of a room, unless who is in it has changed since the telling began. Whether it was told.
    fn tell(&self, room: RoomId, tell: impl FnOnce()) -> bool {
        let rooms = self.lock();
        let is_right = rooms.due.get(&room).is_none_or(|due| !due.has_changed);
        if is_right {
            tell();
        }
        // Held until here: a change of the room is told after this.
        drop(rooms);
        is_right
    }

    fn lock(&self) -> MutexGuard<'_, Rooms> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells what is due, until the chat is gone.
pub(crate) async fn tell(inner: Weak<Inner>) {
    let Some(untold) = inner.upgrade().map(|inner| inner.live.untold.clone()) else { return };
    loop {
        untold.rung.notified().await;
        // What moves meanwhile is told together.
        tokio::time::sleep(INTERVAL).await;
        let Some(inner) = inner.upgrade() else { return };
        for (room, due) in untold.begin() {
            let rows = due.rows;
            match inner.tell_due(room, due).await {
                Ok(true) => {}
                Ok(false) if rows => untold.renew(room),
                Ok(false) => untold.rung.notify_one(),
                Err(error) => {
                    tracing::warn!(%room, %error, "how far a room has come could not be told; it is tried again");
                    untold.renew(room);
                }
            }
        }
        untold.end();
    }
}

impl Inner {
    /// Whether it was told; else who is in the room has changed meanwhile, and it is due again.
    async fn tell_due(&self, room: RoomId, due: Due) -> Result<bool, Error> {
        let members = match due.members {
            Some(members) => members,
            None => store::append::members(&mut self.store.read_once().await?, &[(room, 0)])
                .await?
                .remove(&room)
                .ok_or_else(|| Error::Internal("a room without members".into()))?,
        };
        match (members.is_large(), due.rows) {
            (true, _) => self.tell_least(room, &members).await,
            (false, true) => self.tell_rows(room, &members).await,
            (false, false) => Ok(true),
        }
    }

    async fn tell_least(&self, room: RoomId, members: &Members) -> Result<bool, Error> {
        let mut tx = self.store.read_once().await?;
        let found = store::standing::least(&mut tx, room).await?;
        drop(tx);
        let Some((least, tally)) = found else { return Ok(true) };
        let holders = least.holders();
        let for_all = encoded(room, least.for_all(), tally);
        Ok(self.live.untold.tell(room, || {
            let hub = &self.live.hub;
            hub.tell(members.present().filter(|user| !holders.contains(user)), &for_all);
            for holder in members.present().filter(|user| holders.contains(user)) {
                hub.tell([holder], &encoded(room, least.for_one(holder), tally));
            }
        }))
    }

    async fn tell_rows(&self, room: RoomId, members: &Members) -> Result<bool, Error> {
        let here: Vec<UserId> = members.present().filter(|user| self.live.hub.is_here(*user)).collect();
        for user in here {
            let summary = match crate::rooms::summary(&self.store, user, room, self.settings.direct_anyone).await {
                Ok(summary) => summary,
                // Gone meanwhile.
                Err(Error::Refused(_)) => return Ok(false),
                Err(error) => return Err(error),
            };
            let row = ServerFrame::Room(RoomChange::Added { summary: Box::new(summary) });
            if !self.live.untold.tell(room, || self.live.hub.tell([user], &Text::encode(&row))) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn encoded(room: RoomId, cursors: CursorState, tally: Tally) -> Text {
    Text::encode(&ServerFrame::Receipts { room, cursors: vec![cursors], tally: Some(tally) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fanout::members::Interval;
    use wire::Seq;

    const ROOM: RoomId = RoomId(7);

    fn members(count: i64) -> Arc<Members> {
        let interval = |user| Interval { user: UserId(user), from: Seq(1), to: None };
        Arc::new(Members { rev: 1, intervals: (1..=count).map(interval).collect(), apart: Default::default() })
    }

    #[test]
    fn a_room_is_due_once_however_often_it_moves() {
        let untold = Untold::default();
        for _ in 0..3 {
            untold.moved(ROOM, &members(65));
        }
        untold.renew(RoomId(8));
        let due = untold.begin();
        assert_eq!(due.iter().map(|(room, due)| (room.0, due.rows)).collect::<Vec<_>>(), [(7, false), (8, true)]);
        assert!(untold.begin().is_empty());
    }

    #[test]
    fn what_was_read_before_a_change_is_not_told_after_it() {
        let untold = Untold::default();
        untold.changed(ROOM, &members(3), false);
        assert!(untold.begin().is_empty(), "nothing of a small room is told later");
        assert!(untold.tell(ROOM, || ()));
        untold.changed(ROOM, &members(65), false);
        assert!(!untold.tell(ROOM, || panic!("told to who has gone")));
        let again = untold.begin();
        assert_eq!(again[&ROOM].members.as_ref().map(|members| members.present().count()), Some(65));
        assert!(untold.tell(ROOM, || ()), "what is read now is right again");
    }

    #[test]
    fn a_room_that_has_become_small_gets_its_rows() {
        let untold = Untold::default();
        untold.moved(ROOM, &members(65));
        untold.changed(ROOM, &members(64), true);
        assert!(untold.begin()[&ROOM].rows);
    }
}
