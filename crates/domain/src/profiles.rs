//! What people show of themselves: a name, a status line, a picture. Rule: everybody changes their own and nobody else's, and whoever
//! reads them hears of it after it is stored.

mod portrait;
pub(crate) mod telling;

pub(crate) use telling::Profiles;

use crate::{Chat, Error, Viewer, names, store::profiles};
use wire::{Code, Person, Time};

impl Chat {
    /// The viewer as others see them, with the status.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn profile(&self, viewer: &Viewer) -> Result<Person, Error> {
        let mut tx = self.inner.store.read_once().await?;
        let found = profiles::find(&mut tx, viewer.user).await?;
        Ok(found.ok_or(Code::SignedOut)?.person)
    }

    /// Gives the viewer another name and status; an empty one takes it away.
    ///
    /// # Errors
    /// [`Code::BadDisplayName`], [`Code::BadStatus`]; [`Code::SlowDown`] with the time to wait.
    pub async fn set_profile(&self, viewer: &Viewer, display_name: &str, status: &str) -> Result<(), Error> {
        let (name, status) = (names::display_name(display_name)?, names::status(status)?);
        let (user, at) = (viewer.user, self.begin_change(viewer).await?);
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                let key = names::key(&name);
                Ok(profiles::set(tx, user, (&name, &key), &status, at).await?)
            })
        });
        if write.await? {
            self.tell_profile(user).await;
        }
        Ok(())
    }

    /// Whether the viewer may change something once more now, and when that is.
    async fn begin_change(&self, viewer: &Viewer) -> Result<Time, Error> {
        self.take_or_refuse(&self.inner.live.profiles.changes, viewer.user).await?;
        Ok(Time(self.inner.clock.now_ms()))
    }
}
