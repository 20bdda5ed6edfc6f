//! Accounts: register, log in, and what the operator does to them. Rule: the first account is the operator, decided in the
//! transaction that makes it; signing in tells nobody, by its answer or its time, whether a name exists.

use crate::revocation::Revoked;
use crate::store::users::{self, NewUser, User};
use crate::store::{self, Tx};
use crate::{Chat, Error, SignedIn, names};
use std::net::{IpAddr, Ipv6Addr};
use wire::{Code, Person, Refusal, Time};

/// What a person fills in to register.
#[derive(Clone)]
pub struct NewAccount {
    /// The name to sign in with.
    pub username: String,
    /// The name to be shown; the username when absent or blank.
    pub display_name: Option<String>,
    /// The password; absent only where the operator allows entry by name alone.
    pub password: Option<String>,
}

/// What a person fills in to sign in.
#[derive(Clone)]
pub struct Login {
    /// The name.
    pub username: String,
    /// The password; absent for an account without one.
    pub password: Option<String>,
    /// Where the request comes from, for the limit on attempts.
    pub address: IpAddr,
}

impl Chat {
    /// Makes an account and signs it in. The first account of an empty installation becomes the operator, if it has a
    /// password (without one it could never be opened again, SPEC 8).
    ///
    /// # Errors
    /// [`Code::BadUsername`], [`Code::BadDisplayName`], [`Code::BadPassword`], [`Code::NameTaken`].
    pub async fn register(&self, account: NewAccount) -> Result<SignedIn, Error> {
        let username = names::username(&account.username)?;
        let display_name = match account.display_name.filter(|name| !name.trim().is_empty()) {
            Some(name) => names::display_name(&name)?,
            None => username.clone(),
        };
        let password_hash = match given(account.password) {
            Some(password) => Some(self.inner.passwords.hash(names::password(password)?).await?),
            None if self.passwordless() => None,
            None => return Err(Code::BadPassword.into()),
        };
        let user = NewUser {
            username_key: names::key(&username),
            display_name_key: names::key(&display_name),
            username,
            display_name,
            password_hash,
            created_at_ms: self.inner.clock.now_ms(),
        };
        let secret = self.new_secret();
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                let is_operator = users::none_exists(tx).await? && user.password_hash.is_some();
                let id = users::insert(tx, &user, is_operator).await?.ok_or(Code::NameTaken)?;
                let person = Person { id, username: user.username, display_name: user.display_name };
                Chat::begin_session(tx, person, is_operator, &secret).await
            })
        });
        write.await
    }

    /// Signs in. Where the operator allows entry by name alone, a login without a password opens an account without one,
    /// and makes it if the name is free.
    ///
    /// # Errors
    /// [`Code::WrongLogin`], [`Code::TooManyLogins`] (with the time to wait), [`Code::Banned`] (to who knows the
    /// password).
    pub async fn log_in(&self, login: Login) -> Result<SignedIn, Error> {
        let username_key = match names::username(&login.username) {
            Ok(username) => names::key(&username),
            Err(error) if self.passwordless() && login.password.is_none() => return Err(error),
            // Nobody has such a name, as everybody may know: no work, and nothing to remember of it.
            Err(_) => return Err(Code::WrongLogin.into()),
        };
        let attempt = (username_key.clone(), network_of(login.address));
        self.inner
            .logins
            .take(attempt, self.inner.clock.steady_ms())
            .map_err(|wait_ms| Refusal { wait_ms: Some(wait_ms), ..Code::TooManyLogins.into() })?;
        let user = users::by_key(&mut self.inner.store.read_once().await?, &username_key).await?;
        let user = match (given(login.password), user) {
            (Some(password), user) => self.check_password(password, user).await?,
            (None, Some(user)) if self.passwordless() && user.password_hash.is_none() && !user.is_operator => user,
            (None, None) if self.passwordless() => {
                let account = NewAccount { username: login.username, display_name: None, password: None };
                return self.register(account).await;
            }
            (None, _) => return Err(Code::WrongLogin.into()),
        };
        if user.is_banned() {
            return Err(Code::Banned.into());
        }
        let secret = self.new_secret();
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                if !users::hold_for_sign_in(tx, user.id(), user.password_hash.as_deref()).await? {
                    return Err(Code::WrongLogin.into());
                }
                Chat::begin_session(tx, user.person(), user.is_operator, &secret).await
            })
        });
        write.await
    }

    /// Whether a name alone opens an account without a password.
    pub fn passwordless(&self) -> bool {
        self.inner.settings.passwordless
    }

    /// Gives an account a new password and ends all its sessions. For the operator.
    ///
    /// # Errors
    /// [`Code::NoSuchPerson`], [`Code::BadPassword`].
    pub async fn reset_password(&self, username: &str, password: &str) -> Result<(), Error> {
        let hash = self.inner.passwords.hash(names::password(password.to_owned())?).await?;
        self.revoke(username, Revoked::Reset, Some(hash)).await
    }

    /// Bans an account and ends all its sessions. For the operator.
    ///
    /// # Errors
    /// [`Code::NoSuchPerson`].
    pub async fn ban(&self, username: &str) -> Result<(), Error> {
        self.revoke(username, Revoked::Banned, None).await
    }

    /// Lifts a ban; the person signs in anew. For the operator.
    ///
    /// # Errors
    /// [`Code::NoSuchPerson`].
    pub async fn unban(&self, username: &str) -> Result<(), Error> {
        let username_key = names::key(username);
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                let user = known(tx, &username_key).await?;
                users::set_banned(tx, user.id(), None).await
            })
        });
        write.await
    }

    async fn check_password(&self, password: String, user: Option<User>) -> Result<User, Error> {
        let hash = user.as_ref().and_then(|user| user.password_hash.clone());
        let fits = self.inner.passwords.verify(password, hash).await?;
        user.filter(|_| fits).ok_or_else(|| Code::WrongLogin.into())
    }

    async fn revoke(&self, username: &str, reason: Revoked, new_hash: Option<String>) -> Result<(), Error> {
        let (username_key, now_ms) = (names::key(username), self.inner.clock.now_ms());
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                let user = known(tx, &username_key).await?.id();
                match new_hash {
                    Some(hash) => users::set_password(tx, user, &hash).await?,
                    None => users::set_banned(tx, user, Some(now_ms)).await?,
                }
                store::sessions::delete_all(tx, user).await?;
                store::revocations::insert(tx, user, None, reason, Time(now_ms)).await?;
                Ok(user)
            })
        });
        let user = write.await?;
        self.end_sessions(user, reason).await;
        Ok(())
    }
}

async fn known(tx: &mut Tx, username_key: &str) -> Result<User, Error> {
    users::by_key(tx, username_key).await?.ok_or_else(|| Code::NoSuchPerson.into())
}

/// A form sends an empty field where there is no password.
fn given(password: Option<String>) -> Option<String> {
    password.filter(|password| !password.is_empty())
}

/// What counts as one address: of IPv6 the /64 that one subscriber has.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        address => address,
    }
}
