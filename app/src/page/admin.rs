//! Pages for operators. Rule: what was typed into a form that was refused is shown again in that form.

use wire::Refusal;
use wire::admin::{AccountRow, AuditRow, Listing, NetworkBan, RoomRow};

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

/// One of the three lists.
#[derive(Clone, Debug)]
pub enum AdminList {
    /// Accounts, and the addresses that are kept out.
    Accounts(Listing<AccountRow>, Vec<NetworkBan>),
    /// Groups and subjects' rooms.
    Rooms(Listing<RoomRow>),
    /// Who did what: the entries, and to whom or where they are narrowed down, as typed.
    Audit(Listing<AuditRow>, Narrowed),
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
}
