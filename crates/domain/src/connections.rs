//! People and their connections (SPEC 3). Rule: a record is only ever made or taken away by the person it is about, and
//! both people's open pages hear of the change after it is stored.

use crate::store::{self, Tx, users::User};
use crate::{Chat, Error, Viewer, names};
use wire::frame::{RoomChange, ServerFrame};
use wire::{Code, PersonRow, Relation, RoomId, UserId, limits};

/// What the viewer does about another person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Request,
    Accept,
    Decline,
    Cancel,
    Remove,
}

/// What a step changes in the two records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Nothing,
    InsertMine,
    DeleteMine,
    DeleteTheirs,
    DeleteBoth,
}

/// Which change a step makes. Repeating a step changes nothing; a step that was overtaken (the request was withdrawn, or
/// accepted) is refused rather than turned into something else.
fn decide(step: Step, relation: Relation) -> Result<Change, Code> {
    use Relation::{Asking, Connected, Requested, Stranger};
    match (step, relation) {
        (Step::Request, Stranger | Asking) | (Step::Accept, Asking) => Ok(Change::InsertMine),
        (Step::Request, Requested | Connected) | (Step::Accept, Connected) => Ok(Change::Nothing),
        (Step::Decline, Asking) => Ok(Change::DeleteTheirs),
        (Step::Cancel, Requested) => Ok(Change::DeleteMine),
        (Step::Remove, Connected) => Ok(Change::DeleteBoth),
        (Step::Decline | Step::Cancel | Step::Remove, Stranger) => Ok(Change::Nothing),
        (Step::Accept, Stranger | Requested)
        | (Step::Decline, Requested | Connected)
        | (Step::Cancel, Asking | Connected)
        | (Step::Remove, Requested | Asking) => Err(Code::NoRequest),
    }
}

impl Chat {
    /// People whose username or display name contains the text; never the viewer, never the banned, at most
    /// [`limits::PEOPLE_FOUND_MAX`]. Nobody for an empty text.
    pub async fn find_people(&self, viewer: &Viewer, query: &str) -> Result<Vec<PersonRow>, Error> {
        let needle: String = names::key(query).chars().take(limits::DISPLAY_NAME_CHARS_MAX).collect();
        if needle.is_empty() {
            return Ok(Vec::new());
        }
        let rows_max = i64::try_from(limits::PEOPLE_FOUND_MAX).unwrap_or(i64::MAX);
        let mut tx = self.inner.store.read_once().await?;
        store::connections::find(&mut tx, viewer.user, &needle, rows_max).await
    }

    /// Everybody with a record to or from the viewer, by display name.
    pub async fn people(&self, viewer: &Viewer) -> Result<Vec<PersonRow>, Error> {
        let mut tx = self.inner.store.read_once().await?;
        store::connections::people(&mut tx, viewer.user).await
    }

    /// Somebody by name, as far as the viewer would find them.
    ///
    /// # Errors
    /// [`Code::NoSuchPerson`], also for somebody who has blocked the viewer or is banned; [`Code::Yourself`].
    pub async fn person(&self, viewer: &Viewer, username: &str) -> Result<PersonRow, Error> {
        let (me, key) = (viewer.user, names::key(username));
        let mut tx = self.inner.store.read().await?;
        let other = other_person(&mut tx, me, &key).await?;
        let (mine, theirs) = store::blocks::between(&mut tx, me, other.id()).await?;
        if other.is_banned() || theirs {
            return Err(Code::NoSuchPerson.into());
        }
        let relation = store::connections::relation(&mut tx, me, other.id()).await?;
        let shown = store::profiles::find(&mut tx, other.id()).await?.map(|profile| profile.person);
        let mut person = shown.unwrap_or_else(|| other.person());
        if mine {
            person.status.clear();
        }
        Ok(PersonRow { person, relation })
    }

    /// Asks a person to connect; accepts, if that person has asked already.
    ///
    /// # Errors
    /// [`Code::NoSuchPerson`], also for somebody who has blocked the viewer; [`Code::Yourself`]; [`Code::Blocked`].
    pub async fn request_connection(&self, viewer: &Viewer, username: &str) -> Result<PersonRow, Error> {
        self.step(viewer, username, Step::Request).await
    }

    /// Accepts a person's request.
    ///
    /// # Errors
    /// [`Code::NoRequest`] when it was withdrawn; else as [`Chat::request_connection`].
    pub async fn accept_connection(&self, viewer: &Viewer, username: &str) -> Result<PersonRow, Error> {
        self.step(viewer, username, Step::Accept).await
    }

    /// Declines a person's request.
    ///
    /// # Errors
    /// [`Code::NoRequest`] when it was accepted meanwhile; else as [`Chat::request_connection`].
    pub async fn decline_connection(&self, viewer: &Viewer, username: &str) -> Result<PersonRow, Error> {
        self.step(viewer, username, Step::Decline).await
    }

    /// Withdraws the viewer's request.
    ///
    /// # Errors
    /// [`Code::NoRequest`] when it was accepted meanwhile; else as [`Chat::request_connection`].
    pub async fn cancel_request(&self, viewer: &Viewer, username: &str) -> Result<PersonRow, Error> {
        self.step(viewer, username, Step::Cancel).await
    }

    /// Ends a connection. The room stays and can be read.
    ///
    /// # Errors
    /// [`Code::NoRequest`] when they are not connected but one has asked; else as [`Chat::request_connection`].
    pub async fn remove_connection(&self, viewer: &Viewer, username: &str) -> Result<PersonRow, Error> {
        self.step(viewer, username, Step::Remove).await
    }

    async fn step(&self, viewer: &Viewer, username: &str, step: Step) -> Result<PersonRow, Error> {
        let (me, key, now_ms) = (viewer.user, names::key(username), self.inner.clock.now_ms());
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                let other = other_person(tx, me, &key).await?;
                store::connections::hold(tx, me, other.id()).await?;
                let room = store::rooms::hold_direct(tx, me, other.id()).await?;
                let before = store::connections::relation(tx, me, other.id()).await?;
                let (mine, theirs) = store::blocks::between(tx, me, other.id()).await?;
                if step == Step::Request && (other.is_banned() || theirs) {
                    return Err(Code::NoSuchPerson.into());
                }
                if step == Step::Request && mine {
                    return Err(Code::Blocked.into());
                }
                change(tx, me, other.id(), decide(step, before)?, now_ms).await?;
                let relation = store::connections::relation(tx, me, other.id()).await?;
                Ok((PersonRow { person: other.person(), relation }, before, room))
            })
        });
        let (row, before, room) = write.await?;
        if (before == Relation::Connected) != (row.relation == Relation::Connected) {
            if let Some(room) = room {
                self.forget_room(room);
                self.announce_room(room, &[me, row.person.id]).await;
            }
            self.announce_presence(me, row.person.id).await;
        }
        if before != row.relation {
            self.tell_relation(me, row.clone()).await;
            let theirs =
                PersonRow { person: self.inner.live.profiles.author(viewer), relation: seen_from_there(row.relation) };
            self.tell_relation(row.person.id, theirs).await;
        }
        Ok(row)
    }

    /// Tells two people whether the other is here, or, when they may no longer see that, that the other is not.
    pub(crate) async fn announce_presence(&self, one: UserId, other: UserId) {
        let visible = async {
            let mut tx = self.inner.store.read_once().await?;
            let anyone = self.inner.settings.direct_anyone;
            store::presence::may_see(&mut tx, one, other, anyone).await.map_err(Error::from)
        };
        let is_visible = match visible.await {
            Ok(is_visible) => is_visible,
            Err(error) => return tracing::warn!(%error, "presence was not announced"),
        };
        self.share_presence(one, other, is_visible);
    }

    /// Tells the sockets of these members how the room now stands for each of them. What cannot be read now is read by
    /// the client when it next opens the room.
    pub(crate) async fn announce_room(&self, room: RoomId, members: &[UserId]) {
        for member in members {
            match self.summary(*member, room).await {
                Ok(summary) => {
                    let change = RoomChange::Added { summary: Box::new(summary) };
                    self.announce(&[*member], &ServerFrame::Room(change));
                }
                Err(error) => tracing::warn!(%room, %error, "a change of the room was not announced"),
            }
        }
    }
}

/// What the viewer is to somebody who is this to the viewer.
pub(crate) fn seen_from_there(relation: Relation) -> Relation {
    match relation {
        Relation::Requested => Relation::Asking,
        Relation::Asking => Relation::Requested,
        Relation::Stranger | Relation::Connected => relation,
    }
}

pub(crate) async fn other_person(tx: &mut Tx, me: UserId, username_key: &str) -> Result<User, Error> {
    let other = store::users::by_key(tx, username_key).await?.ok_or(Code::NoSuchPerson)?;
    if other.id() == me { Err(Code::Yourself.into()) } else { Ok(other) }
}

async fn change(tx: &mut Tx, me: UserId, other: UserId, change: Change, now_ms: i64) -> Result<(), Error> {
    match change {
        Change::Nothing => Ok(()),
        Change::InsertMine => store::connections::insert(tx, me, other, now_ms).await,
        Change::DeleteMine => store::connections::delete(tx, me, other).await,
        Change::DeleteTheirs => store::connections::delete(tx, other, me).await,
        Change::DeleteBoth => {
            store::connections::delete(tx, me, other).await?;
            store::connections::delete(tx, other, me).await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [Step; 5] = [Step::Request, Step::Accept, Step::Decline, Step::Cancel, Step::Remove];
    const RELATIONS: [Relation; 4] = [Relation::Stranger, Relation::Requested, Relation::Asking, Relation::Connected];

    /// The relation after a change, seen from the same side.
    fn after(relation: Relation, change: Change) -> Relation {
        let (mine, theirs) = match relation {
            Relation::Stranger => (false, false),
            Relation::Requested => (true, false),
            Relation::Asking => (false, true),
            Relation::Connected => (true, true),
        };
        let (mine, theirs) = match change {
            Change::Nothing => (mine, theirs),
            Change::InsertMine => (true, theirs),
            Change::DeleteMine => (false, theirs),
            Change::DeleteTheirs => (mine, false),
            Change::DeleteBoth => (false, false),
        };
        match (mine, theirs) {
            (false, false) => Relation::Stranger,
            (true, false) => Relation::Requested,
            (false, true) => Relation::Asking,
            (true, true) => Relation::Connected,
        }
    }

    #[test]
    fn a_step_twice_is_the_step_once() {
        for step in STEPS {
            for relation in RELATIONS {
                let Ok(change) = decide(step, relation) else { continue };
                let reached = after(relation, change);
                assert_eq!(decide(step, reached).map(|change| after(reached, change)), Ok(reached), "{step:?}");
            }
        }
    }

    #[test]
    fn nobody_is_connected_without_having_asked_or_accepted() {
        for step in STEPS {
            for relation in RELATIONS {
                let Ok(change) = decide(step, relation) else { continue };
                if relation != Relation::Connected && after(relation, change) == Relation::Connected {
                    assert!(relation == Relation::Asking && matches!(step, Step::Request | Step::Accept));
                }
            }
        }
    }

    #[test]
    fn only_removing_ends_a_connection() {
        for step in STEPS {
            let ended = decide(step, Relation::Connected)
                .is_ok_and(|change| after(Relation::Connected, change) != Relation::Connected);
            assert_eq!(ended, step == Step::Remove);
        }
    }
}
