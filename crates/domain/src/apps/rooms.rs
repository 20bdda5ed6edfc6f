//! Rooms about an application's things, as the application sees them. Rule: only those of its own namespace; another's cannot be told from
//! one that does not exist.

use super::Host;
use crate::log::{
    Ack,
    change::{Changed, Wanted, What},
};
use crate::rooms::governing::{self, Act, AppChange, Governing, NewAppSubject, Wish};
use crate::store;
use crate::{Chat, Error};
use wire::apps::Scope;
use wire::{Cid, Code, Person, RoomId, Seq, Subject, UserId};

/// A room about a thing of an application, with a page of those who take part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppSubject {
    /// The room.
    pub room: RoomId,
    /// What it is about.
    pub subject: Subject,
    /// What the thing is called.
    pub title: String,
    /// Whether it is closed.
    pub is_closed: bool,
    /// Its last position.
    pub head: Seq,
    /// At most [`wire::limits::MEMBERS_PAGE_MAX`] of them, by number.
    pub participants: Vec<AppMember>,
    /// After whom to go on, if there are more.
    pub next: Option<UserId>,
}

/// Somebody who takes part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppMember {
    /// Who.
    pub person: Person,
    /// What the application calls them; none: the account is deleted.
    pub external_id: Option<String>,
    /// What they are to the thing; may be empty.
    pub part: String,
}

impl Chat {
    /// The room about a thing of the application: the one there is, as it is, or a new one with a notice and those who take part, which
    /// nobody in it owns. The same again with the same cid gives the same room.
    ///
    /// # Errors
    /// `missing_scope`, `slow_down`; those of [`Chat::open_subject`] for what is said; `no_such_person` for whoever is not a user of the
    /// application, `banned`.
    pub async fn open_app_subject(&self, host: &Host, cid: Cid, new: NewAppSubject) -> Result<RoomId, Error> {
        self.admit_host(host, Scope::Subjects).await?;
        let act = Act::Open(governing::check_new(cid, new)?);
        self.govern(host, cid, act).await.map(|changed| changed.room)
    }

    /// Changes a room of the application. The same again with the same cid changes nothing. None: it was so already, or the change is
    /// none that members see.
    ///
    /// # Errors
    /// `missing_scope`, `slow_down`; `not_found` for every other room; what else stands in the way is decided by `rooms::governing`.
    pub async fn change_app_subject(
        &self,
        host: &Host,
        cid: Cid,
        room: RoomId,
        change: AppChange,
    ) -> Result<Option<Ack>, Error> {
        let is_notice = matches!(change, AppChange::Notice { .. });
        self.admit_host(host, if is_notice { Scope::Notices } else { Scope::Subjects }).await?;
        let wish: Wish = governing::check(change)?;
        self.govern(host, cid, Act::Change(room, wish)).await.map(|changed| changed.ack)
    }

    /// A room of the application, with those who take part from after that one on.
    ///
    /// # Errors
    /// `missing_scope`, `slow_down`; `not_found` for every other room.
    pub async fn app_subject(&self, host: &Host, room: RoomId, after: Option<UserId>) -> Result<AppSubject, Error> {
        self.admit_host(host, Scope::Subjects).await?;
        let mut tx = self.inner.store.read().await?;
        let found = store::subjects::hosted(&mut tx, room, &host.namespace(), after.unwrap_or(UserId(0))).await?;
        found.ok_or_else(|| Code::NotFound.into())
    }

    async fn govern(&self, host: &Host, cid: Cid, act: Act) -> Result<Changed, Error> {
        let governing = Governing { app: host.app, namespace: host.namespace(), act };
        let wanted = Wanted { author: host.author.clone(), cid, what: What::Govern(governing) };
        self.inner.live.writer.change(wanted).await
    }
}
