//! Who is calling. Rule: a viewer is made from a session in the database only, and anew for every request.

use std::fmt;
use wire::{Cid, Person, SessionId, Time, UserId};

/// A signed-in person, as found behind a session token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// The account.
    pub user: UserId,
    /// Its name.
    pub username: String,
    /// The name that is shown.
    pub display_name: String,
    /// Its picture.
    pub avatar: Option<Cid>,
    /// The session of this browser or device.
    pub session: SessionId,
    /// When the session ends; a socket must not outlive it.
    pub expires_at: Time,
    /// Whether the account runs this installation.
    pub is_operator: bool,
}

impl Viewer {
    /// The viewer as others see them.
    pub fn person(&self) -> Person {
        let (username, display_name) = (self.username.clone(), self.display_name.clone());
        Person { id: self.user, username, display_name, avatar: self.avatar, ..Person::default() }
    }
}

/// The outcome of signing in.
#[derive(Clone)]
pub struct SignedIn {
    /// Who.
    pub viewer: Viewer,
    /// The secret of the session: 43 characters base64url, for the cookie.
    pub token: String,
    /// When the session ends.
    pub expires_at: Time,
}

impl fmt::Debug for SignedIn {
    /// Without the token: it must not reach a log.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("SignedIn").field("viewer", &self.viewer).field("expires_at", &self.expires_at).finish()
    }
}
