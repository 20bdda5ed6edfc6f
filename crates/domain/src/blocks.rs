//! Blocking (SPEC 3). Rule: it cuts both ways, whoever of the two did it: connection, direct messages, presence, typing and
//! receipts; the history stays.

use crate::{Chat, Error, Viewer, connections, names, store};
use wire::{Person, PersonRow, Relation};

impl Chat {
    /// Blocks a person and ends the connection, if there is one. The other is not told.
    ///
    /// # Errors
    /// `no_such_person`, `yourself`.
    pub async fn block(&self, viewer: &Viewer, username: &str) -> Result<(), Error> {
        self.set_blocked(viewer, username, true).await
    }

    /// Lifts the viewer's own block. The connection does not come back by itself.
    ///
    /// # Errors
    /// As [`Chat::block`].
    pub async fn unblock(&self, viewer: &Viewer, username: &str) -> Result<(), Error> {
        self.set_blocked(viewer, username, false).await
    }

    /// Whom the viewer has blocked, by display name.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn blocked(&self, viewer: &Viewer) -> Result<Vec<Person>, Error> {
        Ok(store::blocks::of(&mut self.inner.store.read_once().await?, viewer.user).await?)
    }

    async fn set_blocked(&self, viewer: &Viewer, username: &str, is_blocked: bool) -> Result<(), Error> {
        let (me, key, now_ms) = (viewer.user, names::key(username), self.inner.clock.now_ms());
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                let person = connections::other_person(tx, me, &key).await?.person();
                let other = person.id;
                store::connections::hold(tx, me, other).await?;
                let before = store::connections::relation(tx, me, other).await?;
                // What is known of who hears whom in a room is known under its revision.
                let rooms = store::blocks::hold_common_rooms(tx, me, other).await?;
                if is_blocked {
                    store::blocks::insert(tx, me, other, now_ms).await?;
                    store::connections::delete(tx, me, other).await?;
                    store::connections::delete(tx, other, me).await?;
                } else {
                    store::blocks::delete(tx, me, other).await?;
                }
                Ok((person, before, rooms))
            })
        });
        let (person, before, rooms) = write.await?;
        let other = person.id;
        for room in rooms {
            self.forget_room(room);
            self.announce_room(room, &[me, other]).await;
        }
        self.announce_presence(me, other).await;
        if is_blocked && before != Relation::Stranger {
            let relation = Relation::Stranger;
            self.tell_relation(me, PersonRow { person, relation }).await;
            self.tell_relation(other, PersonRow { person: self.inner.live.profiles.author(viewer), relation }).await;
        }
        Ok(())
    }
}
