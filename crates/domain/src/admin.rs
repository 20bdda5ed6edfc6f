//! What operators see and do (SPEC 3, 9). Rule: for everybody else nothing of it exists; an operator who is in no room reads
//! none; nobody ends themselves or the last operator.

use crate::accounts::End;
use crate::rooms::titles;
use crate::store::{self, Tx, audit::Of, users, users::User};
use crate::{Chat, Error, Viewer, names};
use wire::admin::{AccountRow, Action, AuditRow, Listing, NetworkBan, RoomRow};
use wire::limits::{ADMIN_ROWS_MAX, REASON_CHARS_MAX};
use wire::{Code, RoomId, Time, UserId};

/// A ban, as it was filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ban {
    /// Whom.
    pub username: String,
    /// Why; may be empty.
    pub reason: String,
    /// Whether nobody may register or sign in any more from where they did.
    pub with_addresses: bool,
}

/// Which entries of the audit log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AuditOf {
    /// All.
    #[default]
    All,
    /// By or about whoever has this username.
    Person(String),
    /// About this room.
    Room(RoomId),
}

impl Chat {
    /// That this is an operator. The doors ask before they read a form, which would tell that there is one.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub fn admit_operator(&self, viewer: &Viewer) -> Result<(), Error> {
        if viewer.is_operator { Ok(()) } else { Err(Code::NotFound.into()) }
    }

    /// A page of the accounts whose names begin with `query`, by username; `after` is [`Listing::next`] of the page before.
    ///
    /// # Errors
    /// [`Code::NotFound`] for everybody but operators.
    pub async fn admin_accounts(
        &self,
        viewer: &Viewer,
        query: &str,
        after: &str,
    ) -> Result<Listing<AccountRow>, Error> {
        self.admit_operator(viewer)?;
        let key = names::key(query).replace('\0', "");
        let mut tx = self.inner.store.read_once().await?;
        let after_key = names::key(after).replace('\0', "");
        let found = store::admin::accounts(&mut tx, &key, &after_key, rows_max() + 1).await?;
        let mut listing = cut(found, |row| names::key(&row.person.username));
        if !key.is_empty() && after.is_empty() {
            let named = store::admin::accounts_named(&mut tx, &key, rows_max()).await?;
            let is_new = |row: &AccountRow| !names::key(&row.person.username).starts_with(&key);
            listing.rows.extend(named.into_iter().filter(is_new));
        }
        Ok(listing)
    }

    /// A page of the groups and subjects' rooms whose titles begin with `query`, by title.
    ///
    /// # Errors
    /// [`Code::NotFound`] for everybody but operators.
    pub async fn admin_rooms(&self, viewer: &Viewer, query: &str, after: &str) -> Result<Listing<RoomRow>, Error> {
        self.admit_operator(viewer)?;
        let key = titles::key(query).replace('\0', "");
        let after = after.replace('\0', "");
        let (room, after) = after.split_once(':').unwrap_or(("0", ""));
        let after = (after, RoomId(room.parse().unwrap_or_default()));
        let mut tx = self.inner.store.read_once().await?;
        let found = store::admin::rooms(&mut tx, &key, after, rows_max() + 1).await?;
        let Listing { rows, next } = cut(found, |(key, row)| format!("{}:{key}", row.id));
        Ok(Listing { rows: rows.into_iter().map(|(_, row)| row).collect(), next })
    }

    /// A page of the audit log, the latest first.
    ///
    /// # Errors
    /// [`Code::NotFound`] for everybody but operators; [`Code::NoSuchPerson`].
    pub async fn admin_audit(
        &self,
        viewer: &Viewer,
        of: AuditOf,
        before: Option<i64>,
    ) -> Result<Listing<AuditRow>, Error> {
        self.admit_operator(viewer)?;
        let mut tx = self.inner.store.read_once().await?;
        let of = match of {
            AuditOf::All => Of::All,
            AuditOf::Room(room) => Of::Room(room),
            AuditOf::Person(username) => {
                let key = names::key(&username).replace('\0', "");
                Of::Person(users::by_key(&mut tx, &key).await?.ok_or(Code::NoSuchPerson)?.id())
            }
        };
        let found = store::audit::page(&mut tx, of, before.unwrap_or(i64::MAX), rows_max() + 1).await?;
        let Listing { rows, next } = cut(found, |(id, _)| id.to_string());
        Ok(Listing { rows: rows.into_iter().map(|(_, row)| row).collect(), next })
    }

    /// From where nobody may register or sign in, the latest first.
    ///
    /// # Errors
    /// [`Code::NotFound`] for everybody but operators.
    pub async fn banned_addresses(&self, viewer: &Viewer) -> Result<Vec<NetworkBan>, Error> {
        self.admit_operator(viewer)?;
        store::networks::all(&mut self.inner.store.read_once().await?, rows_max()).await
    }

    /// Bans an account, ends all its sessions and, if that is wanted, keeps out where they signed in from.
    ///
    /// # Errors
    /// [`Code::NotFound`] for everybody but operators; [`Code::ReasonTooLong`], [`Code::NoSuchPerson`], [`Code::Yourself`],
    /// [`Code::LastOperator`], [`Code::AddressShared`].
    pub async fn ban_as(&self, viewer: &Viewer, ban: Ban) -> Result<(), Error> {
        self.admit_operator(viewer)?;
        let end = End::Ban { reason: reason(&ban.reason)?, with_networks: ban.with_addresses };
        self.revoke(Some(viewer.user), &ban.username, end).await
    }

    /// Lifts a ban. Addresses stay kept out.
    ///
    /// # Errors
    /// [`Code::NotFound`] for everybody but operators; [`Code::NoSuchPerson`].
    pub async fn unban_as(&self, viewer: &Viewer, username: &str) -> Result<(), Error> {
        self.admit_operator(viewer)?;
        self.lift_ban(Some(viewer.user), username).await
    }

    /// Lets people register and sign in from there again.
    ///
    /// # Errors
    /// [`Code::NotFound`] for everybody but operators.
    pub async fn lift_address_ban(&self, viewer: &Viewer, network: &str) -> Result<(), Error> {
        self.admit_operator(viewer)?;
        let (network, by, at) = (network.replace('\0', ""), viewer.user, Time(self.inner.clock.now_ms()));
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                if let Some(user) = store::networks::lift(tx, &network).await? {
                    let action = Action::AddressUnbanned;
                    store::audit::insert(tx, at, Some(by), action, Some(user), None, &network).await?;
                }
                Ok(())
            })
        });
        write.await
    }
}

/// That `by` may ban or delete this account. On every path an operator who would go waits for the others who might.
pub(crate) async fn may_end(tx: &mut Tx, by: Option<UserId>, user: &User) -> Result<(), Error> {
    let others = if user.is_operator {
        store::meta::lock(tx).await?;
        users::other_operators_count(tx, user.id()).await?
    } else {
        0
    };
    Ok(decide(by, user.id(), user.is_operator, others)?)
}

/// Whether somebody (the command line without one) may ban or delete an account, with so many other operators.
fn decide(by: Option<UserId>, user: UserId, is_operator: bool, other_operators: i64) -> Result<(), Code> {
    match () {
        () if by == Some(user) => Err(Code::Yourself),
        () if is_operator && other_operators == 0 => Err(Code::LastOperator),
        () => Ok(()),
    }
}

/// Why, trimmed.
fn reason(text: &str) -> Result<String, Error> {
    let text = text.trim();
    let is_odd = |char: char| char.is_control() || names::turns_direction(char);
    if text.chars().count() > REASON_CHARS_MAX || text.chars().any(is_odd) {
        return Err(Code::ReasonTooLong.into());
    }
    Ok(text.to_owned())
}

fn rows_max() -> i64 {
    i64::try_from(ADMIN_ROWS_MAX).unwrap_or(i64::MAX)
}

/// A page of what was read, which is one row more if there is another page.
fn cut<T>(mut rows: Vec<T>, key: impl Fn(&T) -> String) -> Listing<T> {
    let has_more = rows.len() > ADMIN_ROWS_MAX;
    rows.truncate(ADMIN_ROWS_MAX);
    let next = rows.last().filter(|_| has_more).map(key);
    Listing { rows, next }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_ends_themselves_or_the_last_operator() {
        let (ann, bob) = (UserId(1), UserId(2));
        for (by, user, is_operator, others, expected) in [
            (Some(ann), bob, false, 0, Ok(())),
            (Some(ann), bob, true, 1, Ok(())),
            (Some(ann), ann, true, 1, Err(Code::Yourself)),
            (Some(ann), bob, true, 0, Err(Code::LastOperator)),
            (None, ann, true, 0, Err(Code::LastOperator)),
            (None, ann, true, 1, Ok(())),
            (None, bob, false, 0, Ok(())),
        ] {
            assert_eq!(decide(by, user, is_operator, others), expected, "{by:?} {user:?}");
        }
    }

    #[test]
    fn a_reason_is_one_line_of_two_hundred_characters() {
        assert_eq!(reason(&format!(" {} ", "é".repeat(200))).unwrap(), "é".repeat(200));
        assert_eq!(reason("").unwrap(), "");
        for bad in [&"x".repeat(201), "one\ntwo", "nul\0", "a\u{202e}b"] {
            assert_eq!(reason(bad).unwrap_err().code(), Code::ReasonTooLong, "{bad:?}");
        }
    }

    #[test]
    fn a_page_says_where_the_next_one_begins() {
        let rows = |count: usize| (0..count).collect::<Vec<_>>();
        assert_eq!(cut(rows(ADMIN_ROWS_MAX), usize::to_string).next, None);
        let full = cut(rows(ADMIN_ROWS_MAX + 1), usize::to_string);
        assert_eq!((full.rows.len(), full.next), (ADMIN_ROWS_MAX, Some((ADMIN_ROWS_MAX - 1).to_string())));
    }
}
