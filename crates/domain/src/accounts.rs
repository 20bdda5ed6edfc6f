//! Accounts: register, log in, and what the operator does to them. Rule: the first account is the operator, decided in the
//! transaction that makes it; signing in tells nobody, by its answer or its time, whether a name exists.

use crate::revocation::Revoked;
use crate::sessions::Holder;
use crate::store::users::{self, NewUser, User};
use crate::store::{self, Tx};
use crate::{Chat, Error, SignedIn, admin, names, networks::network_of};
use std::net::IpAddr;
use wire::{Code, Person, Refusal, Time, UserId, admin::Action};

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
        self.register_at(account, None, Holder::Browser).await
    }

    /// The same for somebody who comes from this address.
    ///
    /// # Errors
    /// As [`Chat::register`]; [`Code::AddressBanned`].
    pub async fn register_from(&self, account: NewAccount, address: IpAddr) -> Result<SignedIn, Error> {
        self.register_at(account, Some(network_of(address).to_string()), Holder::Browser).await
    }

    async fn register_at(
        &self,
        account: NewAccount,
        network: Option<String>,
        holder: Holder,
    ) -> Result<SignedIn, Error> {
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
        let secret = self.new_secret(network, holder);
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                store::networks::admit(tx, secret.network()).await?;
                let is_operator = users::none_exists(tx).await? && user.password_hash.is_some();
                let id = users::insert(tx, &user, is_operator).await?.ok_or(Code::NameTaken)?;
                let person =
                    Person { id, username: user.username, display_name: user.display_name, ..Person::default() };
                Chat::begin_session(tx, person, is_operator, &secret).await
            })
        });
        write.await
    }

    /// Signs in. Where the operator allows entry by name alone, a login without a password opens an account without one,
    /// and makes it if the name is free.
    ///
    /// # Errors
    /// [`Code::WrongLogin`], [`Code::TooManyLogins`] (with the time to wait), [`Code::AddressBanned`], [`Code::Banned`] (to
    /// who knows the password).
    pub async fn log_in(&self, login: Login) -> Result<SignedIn, Error> {
        self.enter(login, Holder::Browser).await
    }

    /// The same for a browser or a program.
    pub(crate) async fn enter(&self, login: Login, holder: Holder) -> Result<SignedIn, Error> {
        let username_key = match names::username(&login.username) {
            Ok(username) => names::key(&username),
            Err(error) if self.passwordless() && login.password.is_none() => return Err(error),
            // Nobody has such a name, as everybody may know: no work, and nothing to remember of it.
            Err(_) => return Err(Code::WrongLogin.into()),
        };
        let network = network_of(login.address);
        let network = network.to_string();
        self.take(&self.inner.limits.logins, format!("{network} {username_key}"))
            .await
            .map_err(|wait_ms| Refusal { wait_ms: Some(wait_ms), ..Code::TooManyLogins.into() })?;
        let mut tx = self.inner.store.read_once().await?;
        store::networks::admit(&mut tx, Some(&network)).await?;
        let user = users::by_key(&mut tx, &username_key).await?;
        drop(tx);
        let user = match (given(login.password), user) {
            (Some(password), user) => self.check_password(password, user).await?,
            (None, Some(user)) if self.passwordless() && opens_by_name(&user) => user,
            (None, None) if self.passwordless() => {
                let account = NewAccount { username: login.username, display_name: None, password: None };
                return self.register_at(account, Some(network), holder).await;
            }
            (None, _) => return Err(Code::WrongLogin.into()),
        };
        if user.is_banned() {
            return Err(Code::Banned.into());
        }
        let secret = self.new_secret(Some(network), holder);
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

    /// Gives an account a new password and ends all its sessions. For the command line.
    ///
    /// # Errors
    /// [`Code::NoSuchPerson`], [`Code::BadPassword`].
    pub async fn reset_password(&self, username: &str, password: &str) -> Result<(), Error> {
        let hash = self.inner.passwords.hash(names::password(password.to_owned())?).await?;
        self.revoke(None, username, End::Reset(hash)).await
    }

    /// Bans an account and ends all its sessions. For the command line.
    ///
    /// # Errors
    /// [`Code::NoSuchPerson`].
    pub async fn ban(&self, username: &str) -> Result<(), Error> {
        self.revoke(None, username, End::Ban { reason: String::new(), with_networks: false }).await
    }

    /// Lifts a ban; the person signs in anew. For the command line.
    ///
    /// # Errors
    /// [`Code::NoSuchPerson`].
    pub async fn unban(&self, username: &str) -> Result<(), Error> {
        self.lift_ban(None, username).await
    }

    pub(crate) async fn lift_ban(&self, by: Option<UserId>, username: &str) -> Result<(), Error> {
        let (username_key, at) = (names::key(username), Time(self.inner.clock.now_ms()));
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                let user = known(tx, &username_key).await?;
                if !user.is_banned() {
                    return Ok(());
                }
                users::set_banned(tx, user.id(), None, "").await?;
                store::audit::insert(tx, at, by, Action::AccountUnbanned, Some(user.id()), None, "").await?;
                Ok(store::revocations::insert(tx, user.id(), None, Revoked::Unbanned, at).await?)
            })
        });
        write.await
    }

    async fn check_password(&self, password: String, user: Option<User>) -> Result<User, Error> {
        let hash = user.as_ref().and_then(|user| user.password_hash.clone());
        let fits = self.inner.passwords.verify(password, hash).await?;
        user.filter(|_| fits).ok_or_else(|| Code::WrongLogin.into())
    }

    pub(crate) async fn revoke(&self, by: Option<UserId>, username: &str, end: End) -> Result<(), Error> {
        let (username_key, now_ms) = (names::key(username), self.inner.clock.now_ms());
        let reason = end.reason();
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                let user = known(tx, &username_key).await?;
                end.write(tx, by, &user, Time(now_ms)).await?;
                store::sessions::delete_all(tx, user.id()).await?;
                store::revocations::insert(tx, user.id(), None, reason, Time(now_ms)).await?;
                Ok(user.id())
            })
        });
        let user = write.await?;
        self.end_sessions(user, reason).await;
        Ok(())
    }
}

/// What ends all sessions of an account.
pub(crate) enum End {
    /// A new password; this is its hash.
    Reset(String),
    /// A ban.
    Ban {
        reason: String,
        /// Whether where they sign in from is kept out too.
        with_networks: bool,
    },
}

impl End {
    fn reason(&self) -> Revoked {
        match self {
            Self::Reset(_) => Revoked::Reset,
            Self::Ban { .. } => Revoked::Banned,
        }
    }

    async fn write(self, tx: &mut Tx, by: Option<UserId>, user: &User, at: Time) -> Result<(), Error> {
        let whom = user.id();
        match self {
            Self::Reset(hash) => {
                users::set_password(tx, whom, &hash).await?;
                store::audit::insert(tx, at, by, Action::PasswordReset, Some(whom), None, "").await?;
            }
            Self::Ban { reason, with_networks } => {
                // What the command line has locked, it can open again.
                if by.is_some() {
                    admin::may_end(tx, by, user).await?;
                }
                if with_networks {
                    store::networks::ban_those_of(tx, whom, by.unwrap_or(whom), at).await?;
                }
                users::set_banned(tx, whom, Some(at.0), &reason).await?;
                store::audit::insert(tx, at, by, Action::AccountBanned, Some(whom), None, &reason).await?;
            }
        }
        Ok(())
    }
}

pub(crate) async fn known(tx: &mut Tx, username_key: &str) -> Result<User, Error> {
    users::by_key(tx, username_key).await?.filter(|user| !user.is_deleted()).ok_or_else(|| Code::NoSuchPerson.into())
}

/// Whether a name alone is enough. Who enters an application's account, the application says.
fn opens_by_name(user: &User) -> bool {
    user.password_hash.is_none() && !user.is_operator && !user.is_of_app()
}

/// A form sends an empty field where there is no password.
fn given(password: Option<String>) -> Option<String> {
    password.filter(|password| !password.is_empty())
}
