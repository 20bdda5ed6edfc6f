//! Content that goes for good, in the background. Rule: one small part at a time, each of them whole, so that nobody waits for it
//! and a kill at any moment leaves nothing that is not gone on with.

use crate::{
    Chat, Error,
    chat::Inner,
    fanout::figures,
    log::{
        change::{Wanted, What},
        erasure::{everybody_s, fresh_cid},
    },
    retention::Schedule,
    store::{
        erasures::{self, Erasure},
        groups,
    },
};
use std::{
    sync::{Arc, Weak},
    time::Duration,
};
use wire::limits::ERASE_POSITIONS_MAX;
use wire::{Person, RoomId, Seq, Time};

/// How often the rows are looked at that another process may have written.
const POLL: Duration = Duration::from_secs(1);
/// Between two parts, so that others get at the database.
const PAUSE: Duration = Duration::from_millis(5);

impl Chat {
    /// Goes on, until it is closed, with whatever is to be erased. For the process that serves: a command leaves it to that.
    pub fn start_erasing(&self) {
        self.watch(tokio::spawn(work(Arc::downgrade(&self.inner))));
    }

    /// Does one small part of what is to be erased. Whether there was any.
    ///
    /// # Errors
    /// [`Error::Internal`], [`Error::Unknown`]: the same part comes again.
    pub async fn erase_part(&self) -> Result<bool, Error> {
        let mut tx = self.inner.store.read_once().await?;
        if let Some((user, after)) = erasures::first_deletion(&mut tx).await? {
            let room = erasures::next_room(&mut tx, user, after).await?;
            let person = groups::seat(&mut tx, RoomId(0), user).await?.map(|seat| seat.person);
            drop(tx);
            match room.zip(person) {
                Some((room, person)) => self.change_by(person, What::Depart(room)).await?,
                None => {
                    let end = self
                        .inner
                        .store
                        .write(move |tx| Box::pin(async move { Ok(erasures::end_deletion(tx, user).await?) }));
                    end.await?;
                }
            }
            return Ok(true);
        }
        let Some(erasure) = erasures::first(&mut tx).await? else { return Ok(false) };
        drop(tx);
        if erasure.done < erasure.to {
            let to = Seq(erasure.to.0.min(erasure.done.0 + ERASE_POSITIONS_MAX));
            let part =
                self.inner.store.write(move |tx| Box::pin(async move { Ok(erasures::erase(tx, &erasure, to).await?) }));
            part.await?;
        } else {
            self.tell_erased(&erasure).await?;
        }
        Ok(true)
    }

    async fn tell_erased(&self, erasure: &Erasure) -> Result<(), Error> {
        let mut tx = self.inner.store.read_once().await?;
        let person = groups::seat(&mut tx, RoomId(0), erasure.user).await?.map(|seat| seat.person);
        drop(tx);
        self.change_by(person.unwrap_or_else(everybody_s), What::Erased(erasure.room)).await?;
        figures::tell(&self.inner.store, &self.inner.live.hub, erasure.room, |_| true).await
    }

    pub(crate) async fn change_by(&self, author: Person, what: What) -> Result<(), Error> {
        let cid = fresh_cid(Time(self.inner.clock.now_ms()));
        self.inner.live.writer.change(Wanted { author, cid, what }).await.map(drop)
    }
}

/// Until the chat is gone.
async fn work(inner: Weak<Inner>) {
    let (mut schedule, mut swept_ms) = (Schedule::default(), None);
    loop {
        let Some(inner) = inner.upgrade() else { return };
        let chat = Chat { inner };
        let done = match chat.erase_part().await {
            Ok(false) => chat.retain_part(&mut schedule).await,
            done => done,
        };
        let done = match done {
            Ok(false) => chat.sweep_part(&mut swept_ms).await,
            done => done,
        };
        let pause = match done {
            Ok(true) => PAUSE,
            Ok(false) => POLL,
            Err(error) => {
                tracing::warn!(%error, "a part of what is to be erased was not; it comes again");
                POLL
            }
        };
        let due = chat.inner.live.erasing.clone();
        drop(chat);
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = due.notified() => {}
        }
    }
}
