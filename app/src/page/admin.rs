//! Pages for operators. Rule: what was typed into a form that was refused is shown again in that form.

use std::fmt;
use wire::admin::{AccountRow, AuditRow, Listing, NetworkBan, RoomRow};
use wire::apps::{AppRow, Scope};
use wire::webhooks::{Delivery, Webhook};
use wire::{Refusal, WebhookId};

/// A page for operators.
#[derive(Clone, Debug)]
pub struct AdminPage {
    /// What is on it.
    pub list: AdminList,
    /// What the names begin with; empty: whatever they are.
    pub query: String,
    /// Whether it is the first page of it.
    pub is_first: bool,
    /// What was typed into a form that was refused.
    pub typed: Typed,
    /// Why something was refused.
    pub error: Option<Refusal>,
}

/// One of the lists.
#[derive(Clone, Debug)]
pub enum AdminList {
    /// Accounts, and the addresses that are kept out.
    Accounts(Listing<AccountRow>, Vec<NetworkBan>),
    /// Groups and subjects' rooms.
    Rooms(Listing<RoomRow>),
    /// Who did what: the entries, and to whom or where they are narrowed down, as typed.
    Audit(Listing<AuditRow>, Narrowed),
    /// Host applications with their keys, and the key that was made just now.
    Apps(Vec<AppRow>, Option<NewKey>),
    /// Where applications are told of what happens, and the last requests of one of them.
    Webhooks(Vec<Webhook>, Option<(WebhookId, Vec<Delivery>)>),
}

/// A key, the only time that it is shown.
#[derive(Clone)]
pub struct NewKey {
    /// The name of its application.
    pub app: String,
    /// The key.
    pub text: String,
}

impl fmt::Debug for NewKey {
    /// Without the key: it must not reach a log.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("NewKey").field("app", &self.app).finish()
    }
}

/// Which entries of the audit log are shown; empty: all.
#[derive(Clone, Debug, Default)]
pub struct Narrowed {
    /// A username.
    pub person: String,
    /// A room's number.
    pub room: String,
}

/// A form of an operator that was refused, so that it is shown again.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// Which one.
    pub form: &'static str,
    /// About whom or which room.
    pub about: String,
    /// A reason, or a name to confirm.
    pub text: String,
    /// Of a key: what it was to do.
    pub scopes: Vec<Scope>,
}
