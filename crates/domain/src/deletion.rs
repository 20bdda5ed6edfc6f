//! Deleting an account or a room for good (SPEC 3). Rule: whoever it was is gone with one transaction, names, sessions and connections;
//! their rooms and their messages follow in parts, and the log keeps where they stood (C1).

use crate::accounts::known;
use crate::log::change::What;
use crate::revocation::Revoked;
use crate::store::{self, erasures, users};
use crate::{Chat, Error, Viewer, admin, names};
use wire::{Code, RoomId, Time, UserId, admin::Action};

impl Chat {
    /// Deletes an account for good. `confirmed`: its username, typed again.
    ///
    /// # Errors
    /// [`Code::NotFound`] for everybody but operators; [`Code::NotConfirmed`], [`Code::NoSuchPerson`], [`Code::Yourself`],
    /// [`Code::LastOperator`].
    pub async fn delete_account_as(&self, viewer: &Viewer, username: &str, confirmed: &str) -> Result<(), Error> {
        self.admit_operator(viewer)?;
        if names::key(username) != names::key(confirmed) {
            return Err(Code::NotConfirmed.into());
        }
        self.delete(Some(viewer.user), username).await
    }

    /// Deletes an account for good. For the command line; the server that runs, or the next one, does the rest.
    ///
    /// # Errors
    /// [`Code::NoSuchPerson`], [`Code::LastOperator`].
    pub async fn delete_account(&self, username: &str) -> Result<(), Error> {
        self.delete(None, username).await
    }

    /// Deletes a group or a subject's room for good. `confirmed`: its title, typed again. Its members hear at once that it is
    /// gone, and nothing after that.
    ///
    /// # Errors
    /// [`Code::NotFound`] for everybody but operators, for direct rooms, and for what does not exist; [`Code::NotConfirmed`].
    pub async fn delete_room_as(&self, viewer: &Viewer, room: RoomId, confirmed: &str) -> Result<(), Error> {
        self.admit_operator(viewer)?;
        self.change_by(self.inner.live.profiles.author(viewer), What::Delete(room, confirmed.to_owned())).await?;
        self.inner.live.erasing.notify_one();
        Ok(())
    }

    async fn delete(&self, by: Option<UserId>, username: &str) -> Result<(), Error> {
        let (username_key, at) = (names::key(username), Time(self.inner.clock.now_ms()));
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                let user = known(tx, &username_key).await?;
                admin::may_end(tx, by, &user).await?;
                let user = user.id();
                users::erase(tx, user, at).await?;
                store::uploads::drop_unsent(tx, user).await?;
                store::sessions::delete_all(tx, user).await?;
                store::revocations::insert(tx, user, None, Revoked::Banned, at).await?;
                store::blocks::delete_all(tx, user).await?;
                let others = store::connections::delete_all(tx, user).await?;
                erasures::begin_deletion(tx, user).await?;
                store::audit::insert(tx, at, by, Action::AccountDeleted, Some(user), None, "").await?;
                Ok((user, others))
            })
        });
        let (user, others) = write.await?;
        self.end_sessions(user, Revoked::Banned).await;
        for other in others {
            self.announce_presence(user, other).await;
        }
        self.inner.live.erasing.notify_one();
        Ok(())
    }
}
