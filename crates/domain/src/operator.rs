//! What the operator may see of all accounts. Rule: it is for commands on the machine itself; no page and no socket leads
//! here.

use crate::store::users::{self, Listed};
use crate::{Chat, Error};
use wire::Time;

/// An account in the operator's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The name to sign in with.
    pub username: String,
    /// The name that is shown.
    pub display_name: String,
    /// Whether it runs this installation.
    pub is_operator: bool,
    /// Whether it is opened with a password.
    pub has_password: bool,
    /// When it was made.
    pub created_at: Time,
    /// Since when it is banned.
    pub banned_at: Option<Time>,
}

impl Chat {
    /// Whether anybody has registered: the first account is the operator's (SPEC 8).
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn has_accounts(&self) -> Result<bool, Error> {
        users::any(&mut self.inner.store.read_once().await?).await
    }

    /// Every account, by name. For the operator.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn accounts(&self) -> Result<Vec<Account>, Error> {
        let rows = users::all(&mut self.inner.store.read_once().await?).await?;
        Ok(rows.into_iter().map(Account::from).collect())
    }
}

impl From<Listed> for Account {
    fn from(row: Listed) -> Self {
        Self {
            username: row.username,
            display_name: row.display_name,
            is_operator: row.is_operator,
            has_password: row.has_password,
            created_at: Time(row.created_at_ms),
            banned_at: row.banned_at_ms.map(Time),
        }
    }
}
