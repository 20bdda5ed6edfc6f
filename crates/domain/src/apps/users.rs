//! The users of an application, by what it calls them. Rule: one account for each external id, however many ask at once, and never one
//! that somebody made for themselves or that another application has.

use super::Host;
use crate::sessions::Holder;
use crate::store::{
    self, Tx,
    users::{self, NewUser},
};
use crate::{Chat, Error, Tokens, names};
use wire::apps::Scope;
use wire::limits::{EXTERNAL_ID_CHARS_MAX, USERNAME_CHARS_MAX};
use wire::{Code, Person, Time};

/// How an application wants one of its users to be called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppUserWish {
    /// What the application calls them.
    pub external_id: String,
    /// For a new account: if the name is taken, it gets one like it.
    pub username: Option<String>,
    /// What others read; without it, it stays as it is.
    pub display_name: Option<String>,
}

/// A user of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppUser {
    /// Who.
    pub person: Person,
    /// Whether the account is locked out.
    pub is_banned: bool,
    /// Whether there was none before.
    pub is_new: bool,
}

/// Names that are tried with a number behind them before one with random letters is.
const NUMBERS: std::ops::RangeInclusive<u32> = 2..=5;
/// Names with random letters that are tried.
const RANDOM_MAX: usize = 4;

impl Chat {
    /// The application's user of that external id: the one there is, with that display name, or a new one.
    ///
    /// # Errors
    /// [`Code::MissingScope`], [`Code::SlowDown`]; [`Code::BadExternalId`], [`Code::BadUsername`], [`Code::BadDisplayName`].
    pub async fn upsert_app_user(&self, host: &Host, wish: AppUserWish) -> Result<AppUser, Error> {
        self.admit_host(host, Scope::Users).await?;
        let external_id = external_id(&wish.external_id)?;
        let display_name = wish.display_name.as_deref().map(names::display_name).transpose()?;
        let base = match &wish.username {
            Some(username) => names::username(username)?,
            None => name_of(&external_id),
        };
        let (app, at) = (host.app, Time(self.inner.clock.now_ms()));
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                for username in candidates(&base) {
                    if let Some(user) = users::by_external_id(tx, app, &external_id).await? {
                        return renamed(tx, user, display_name, at).await;
                    }
                    let display_name = display_name.clone().unwrap_or_else(|| base.clone());
                    let new = NewUser {
                        username_key: names::key(&username),
                        display_name_key: names::key(&display_name),
                        username,
                        display_name,
                        password_hash: None,
                        created_at_ms: at.0,
                    };
                    if let Some(id) = users::insert_of_app(tx, &new, app, &external_id).await? {
                        let NewUser { username, display_name, .. } = new;
                        let person = Person { id, username, display_name, ..Person::default() };
                        return Ok((AppUser { person, is_banned: false, is_new: true }, false));
                    }
                    // The name is taken, or somebody else has just made the account.
                }
                Err(Code::NameTaken.into())
            })
        });
        let (user, is_renamed) = write.await?;
        if is_renamed {
            self.tell_profile(user.person.id).await;
        }
        Ok(user)
    }

    /// Tokens that sign one of the application's users in: a session like any other of theirs.
    ///
    /// # Errors
    /// [`Code::MissingScope`], [`Code::SlowDown`]; [`Code::BadExternalId`], [`Code::NoSuchPerson`], [`Code::Banned`],
    /// [`Code::NotAllowed`] for an operator.
    pub async fn mint_tokens(&self, host: &Host, external: &str) -> Result<Tokens, Error> {
        self.admit_host(host, Scope::Tokens).await?;
        let (app, external_id) = (host.app, external_id(external)?);
        let secret = self.new_secret(None, Holder::Program);
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                let user = users::by_external_id(tx, app, &external_id).await?.ok_or(Code::NoSuchPerson)?;
                match () {
                    () if user.is_banned() => return Err(Code::Banned.into()),
                    () if user.is_operator => return Err(Code::NotAllowed.into()),
                    () => {}
                }
                if !users::hold_for_sign_in(tx, user.id(), user.password_hash.as_deref()).await? {
                    // Banned, or given a password, a moment ago.
                    return Err(Code::TryAgain.into());
                }
                Chat::begin_session(tx, user.person(), false, &secret).await
            })
        });
        let signed_in = write.await?;
        self.tokens(signed_in.viewer, signed_in.token).await
    }
}

/// The user that there is, by that display name if one is given; whether it is another.
async fn renamed(
    tx: &mut Tx,
    user: users::User,
    display_name: Option<String>,
    at: Time,
) -> Result<(AppUser, bool), Error> {
    let (mut person, is_banned) = (user.person(), user.is_banned());
    let mut is_renamed = false;
    if let Some(name) = display_name {
        let key = names::key(&name);
        is_renamed = store::profiles::set(tx, person.id, (&name, &key), &person.status, at).await?;
        person.display_name = name;
    }
    Ok((AppUser { person, is_banned, is_new: false }, is_renamed))
}

/// What an application calls one of its users, trimmed.
///
/// # Errors
/// [`Code::BadExternalId`].
pub(crate) fn external_id(text: &str) -> Result<String, Error> {
    let text = text.trim();
    if names::is_line(text, EXTERNAL_ID_CHARS_MAX) { Ok(text.to_owned()) } else { Err(Code::BadExternalId.into()) }
}

/// A username like that id.
fn name_of(external_id: &str) -> String {
    let is_allowed = |char: &char| char.is_ascii_alphanumeric() || matches!(char, '.' | '_' | '-');
    let plain: String = external_id.to_ascii_lowercase().chars().filter(is_allowed).take(USERNAME_CHARS_MAX).collect();
    names::username(plain.trim_start_matches(['.', '_', '-'])).unwrap_or_else(|_| "user".to_owned())
}

/// The name, and others like it.
fn candidates(base: &str) -> impl Iterator<Item = String> {
    let with = |suffix: String| {
        let room = USERNAME_CHARS_MAX.saturating_sub(suffix.len() + 1);
        format!("{}-{suffix}", &base[..base.len().min(room)])
    };
    let numbered = NUMBERS.map(move |number| with(number.to_string()));
    let random = std::iter::repeat_with(move || with(format!("{:06x}", rand::random::<u32>() & 0xff_ffff)));
    std::iter::once(base.to_owned()).chain(numbered).chain(random.take(RANDOM_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_external_id_is_one_line() {
        for good in ["7", "user:7", "a@b.example", "上海 7", &"x".repeat(128), " padded "] {
            assert_eq!(external_id(good).unwrap(), good.trim());
        }
        for bad in ["", "  ", "a\nb", "nul\0", "a\u{202e}b", "a\u{200b}b", &"x".repeat(129), &"x".repeat(10_240)] {
            assert_eq!(external_id(bad).unwrap_err().code(), Code::BadExternalId, "{bad:?}");
        }
    }

    #[test]
    fn a_name_is_made_of_the_external_id() {
        for (id, name) in
            [("Ana", "ana"), ("a@b.example", "ab.example"), ("--7x", "7x"), ("上海", "user"), ("7", "user")]
        {
            assert_eq!(name_of(id), name);
        }
        assert_eq!(name_of(&"x".repeat(99)).len(), 32);
    }

    #[test]
    fn every_name_that_is_tried_is_a_username() {
        for base in ["ana", &"x".repeat(32)] {
            let tried: Vec<String> = candidates(base).collect();
            assert_eq!((tried.len(), tried[0].as_str()), (9, base));
            for name in &tried {
                assert_eq!(names::username(name).unwrap(), *name);
            }
        }
        assert_eq!(candidates("ana").nth(1).unwrap(), "ana-2");
    }
}
