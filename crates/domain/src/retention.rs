//! Messages that are too old to be kept, where the operator has said how long (SPEC 3). Rule: a room loses its oldest messages
//! first, and what it has lost is one beginning of its log, so that one position says all of it.

use crate::store::{audit, erasures};
use crate::{Chat, Error};
use wire::limits::{ERASE_POSITIONS_MAX, RETENTION_INTERVAL_MS, RETENTION_ROOMS_MAX};
use wire::{RoomId, Time};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// One look at all rooms, as far as it has come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// What was stored before is too old.
    before: Time,
    /// Rooms up to this one are done.
    after: RoomId,
    /// How many messages have lost their content.
    count: i64,
    /// Where the audit log says so.
    entry: Option<i64>,
}

/// When to look: at the start, and then once in a while.
#[derive(Debug, Default)]
pub(crate) struct Schedule {
    begun_ms: Option<i64>,
    run: Option<Run>,
}

impl Schedule {
    /// The run that is to go on, or to begin, now.
    fn due(&mut self, retention_days: Option<i64>, now_ms: i64) -> Option<Run> {
        let days = retention_days?;
        let is_time = self.begun_ms.is_none_or(|begun_ms| now_ms - begun_ms >= RETENTION_INTERVAL_MS);
        if self.run.is_none() && is_time {
            self.begun_ms = Some(now_ms);
            let before = Time(now_ms.saturating_sub(days.saturating_mul(DAY_MS)));
            self.run = Some(Run { before, after: RoomId(0), count: 0, entry: None });
        }
        self.run
    }
}

impl Chat {
    /// Erases what is too old to be kept in the next few rooms, if it is time to look. Whether there may be more to do.
    pub(crate) async fn retain_part(&self, schedule: &mut Schedule) -> Result<bool, Error> {
        let Some(mut run) = schedule.due(self.inner.settings.retention_days, self.inner.clock.now_ms()) else {
            return Ok(false);
        };
        let mut tx = self.inner.store.read_once().await?;
        let rooms = erasures::aged_rooms(&mut tx, run.after, run.before, RETENTION_ROOMS_MAX).await?;
        drop(tx);
        for room in &rooms {
            while self.age_part(&mut run, *room).await? {}
            run.after = *room;
            schedule.run = Some(run);
        }
        if rooms.is_empty() {
            schedule.run = None;
        }
        Ok(!rooms.is_empty())
    }

    /// Looks at all rooms now, and erases and tells everything that is due. How many messages have lost their content.
    ///
    /// # Errors
    /// [`Error::Internal`], [`Error::Unknown`]: the next time goes on.
    pub async fn retain(&self) -> Result<(), Error> {
        let mut schedule = Schedule::default();
        while self.retain_part(&mut schedule).await? {}
        while self.erase_part().await? {}
        Ok(())
    }

    async fn age_part(&self, run: &mut Run, room: RoomId) -> Result<bool, Error> {
        let (Run { before, count, entry, .. }, at) = (*run, Time(self.inner.clock.now_ms()));
        let part = self.inner.store.write(move |tx| {
            Box::pin(async move {
                let Some((erased, has_more)) = erasures::age(tx, room, before, ERASE_POSITIONS_MAX).await? else {
                    return Ok((0, false, entry));
                };
                let entry = match erased {
                    0 => entry,
                    erased => Some(audit::count_retention(tx, at, entry, count + erased).await?),
                };
                Ok((erased, has_more, entry))
            })
        });
        let (erased, has_more, entry) = part.await?;
        run.count += erased;
        run.entry = entry;
        Ok(has_more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_begins_at_the_start_and_then_once_a_day() {
        let mut schedule = Schedule::default();
        assert!(schedule.due(None, 0).is_none(), "nothing is erased unless the operator has said so");
        let now_ms = 100 * DAY_MS;
        assert_eq!(schedule.due(Some(30), now_ms).map(|run| run.before), Some(Time(70 * DAY_MS)));
        assert_eq!(schedule.due(Some(30), now_ms + 5).map(|run| run.before), Some(Time(70 * DAY_MS)), "it goes on");
        schedule.run = None;
        assert!(schedule.due(Some(30), now_ms + RETENTION_INTERVAL_MS - 1).is_none());
        assert!(schedule.due(Some(30), now_ms + RETENTION_INTERVAL_MS).is_some());
    }
}
