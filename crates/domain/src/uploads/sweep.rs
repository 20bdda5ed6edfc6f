//! Removing bytes that nothing names any more. Rule: first the row is gone, with a note of it, then the bytes, then the note, so that a
//! kill at any moment leaves nothing behind; what no row ever named goes when it is a day old.

use crate::{
    Chat, Error,
    store::{profiles, uploads},
};
use futures::StreamExt;
use wire::{
    Time,
    limits::{FILES_SWEEP_INTERVAL_MS, FILES_SWEPT_MAX, UPLOAD_LIFE_MS},
};

/// Younger bytes may still get their row.
const ORPHAN_AGE_MS: i64 = 24 * 60 * 60 * 1_000;

impl Chat {
    /// Removes the bytes of some files that are gone. Whether there may be more.
    pub(crate) async fn remove_files(&self) -> Result<bool, Error> {
        let mut tx = self.inner.store.read_once().await?;
        let gone = uploads::gone(&mut tx, FILES_SWEPT_MAX).await?;
        drop(tx);
        for id in &gone {
            let id = *id;
            // Whoever is at work on it leaves it to the next time.
            let Ok(_turn) = self.inner.place.take(id) else { continue };
            let mut tx = self.inner.store.read_once().await?;
            // Given up, and begun again under the same id.
            let is_wanted = uploads::find(&mut tx, id).await?.is_some() || profiles::is_avatar(&mut tx, id).await?;
            drop(tx);
            if !is_wanted {
                self.inner.place.files.remove(id).await?;
            }
            self.inner.store.write(move |tx| Box::pin(async move { Ok(uploads::forget(tx, id).await?) })).await?;
        }
        Ok(gone.len() == FILES_SWEPT_MAX)
    }

    /// The same when it is time, and what nobody sent or no row names besides. Whether there may be more.
    pub(crate) async fn sweep_part(&self, swept_ms: &mut Option<i64>) -> Result<bool, Error> {
        let now_ms = self.inner.clock.steady_ms();
        if swept_ms.is_none_or(|swept_ms| now_ms - swept_ms >= FILES_SWEEP_INTERVAL_MS) {
            *swept_ms = Some(now_ms);
            self.sweep_orphans().await?;
        }
        self.remove_files().await
    }

    /// Removes, now, all files that are gone, that were not sent for too long, or that no row names.
    ///
    /// # Errors
    /// [`Error::Internal`], [`Error::Unknown`]: the next time goes on.
    pub async fn sweep_files(&self) -> Result<(), Error> {
        self.sweep_orphans().await?;
        while self.remove_files().await? {}
        Ok(())
    }

    async fn sweep_orphans(&self) -> Result<(), Error> {
        let now_ms = self.inner.clock.now_ms();
        let before = Time(now_ms - UPLOAD_LIFE_MS);
        self.inner.store.write(move |tx| Box::pin(async move { Ok(uploads::drop_old(tx, before).await?) })).await?;
        let files = &self.inner.place.files;
        if !files.is_there() {
            return Ok(());
        }
        let mut old = files.older_than(now_ms - ORPHAN_AGE_MS).await?.chunks(FILES_SWEPT_MAX);
        while let Some(some) = old.next().await {
            for (id, is_part) in some {
                let Ok(_turn) = self.inner.place.take(id) else { continue };
                let mut tx = self.inner.store.read_once().await?;
                let known = uploads::find(&mut tx, id).await?;
                let is_avatar = known.is_none() && profiles::is_avatar(&mut tx, id).await?;
                drop(tx);
                match known {
                    None if is_avatar && is_part => files.drop_part(id).await,
                    None if is_avatar => {}
                    None => files.remove(id).await?,
                    Some(known) if is_part && known.whole.is_some() => files.drop_part(id).await,
                    Some(_) => {}
                }
            }
        }
        Ok(())
    }
}
