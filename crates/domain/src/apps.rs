//! Host applications and their keys (SPEC 8). Rule: the operator alone makes and ends them; of a key the database has the hash only; and
//! whoever calls with one is looked up anew each time, so that a revoked key is worth nothing from that moment.

pub(crate) mod keys;
pub(crate) mod rooms;
pub(crate) mod users;

use crate::store::{self, apps::NewApp};
use crate::{Chat, Error, Viewer, names, rooms::subjects};
use keys::AppKey;
use wire::apps::{AppRow, Scope};
use wire::limits::{APP_NAME_CHARS_MAX, KEY_LABEL_CHARS_MAX, KEY_USE_MS};
use wire::{AppId, Code, KeyId, Person, Time, UserId, admin::Action};

/// An application that calls, by one of its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    pub(crate) app: AppId,
    pub(crate) name: String,
    /// The application as the author of what it does in rooms.
    pub(crate) author: Person,
    pub(crate) scopes: Vec<Scope>,
}

impl Host {
    /// Which application it is.
    pub fn app(&self) -> AppId {
        self.app
    }

    /// Whose kinds and ids it speaks of.
    pub(crate) fn namespace(&self) -> String {
        subjects::namespace_of_app(&self.name)
    }
}

impl Chat {
    /// Makes an application. For the command line.
    ///
    /// # Errors
    /// [`Code::BadAppName`], [`Code::AppNameTaken`]; [`Code::BadDisplayName`] for the title.
    pub async fn make_app(&self, name: &str, title: &str) -> Result<(), Error> {
        self.make_app_by(None, name, title).await
    }

    /// The same for an operator.
    ///
    /// # Errors
    /// [`Code::NotFound`] for everybody but operators; else as [`Chat::make_app`].
    pub async fn make_app_as(&self, viewer: &Viewer, name: &str, title: &str) -> Result<(), Error> {
        self.admit_operator(viewer)?;
        self.make_app_by(Some(viewer.user), name, title).await
    }

    async fn make_app_by(&self, by: Option<UserId>, name: &str, title: &str) -> Result<(), Error> {
        let name = app_name(name)?;
        let title = names::display_name(if title.trim().is_empty() { &name } else { title })?;
        let app = NewApp { name, title, at: Time(self.inner.clock.now_ms()) };
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                if !store::apps::insert(tx, &app).await? {
                    return Err(Code::AppNameTaken.into());
                }
                Ok(store::audit::insert(tx, app.at, by, Action::AppMade, None, None, &app.name).await?)
            })
        });
        write.await
    }

    /// All applications with their keys, by name. For the command line.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn apps(&self) -> Result<Vec<AppRow>, Error> {
        Ok(store::apps::all(&mut self.inner.store.read().await?).await?)
    }

    /// The same for an operator.
    ///
    /// # Errors
    /// [`Code::NotFound`] for everybody but operators.
    pub async fn apps_as(&self, viewer: &Viewer) -> Result<Vec<AppRow>, Error> {
        self.admit_operator(viewer)?;
        self.apps().await
    }

    /// Makes a key of an application. It is nowhere but in the answer. For the command line.
    ///
    /// # Errors
    /// [`Code::NoSuchApp`], [`Code::BadKeyLabel`], [`Code::BadScopes`].
    pub async fn make_app_key(&self, app: &str, label: &str, scopes: &[Scope]) -> Result<AppKey, Error> {
        self.make_app_key_by(None, app, label, scopes).await
    }

    /// The same for an operator.
    ///
    /// # Errors
    /// [`Code::NotFound`] for everybody but operators; else as [`Chat::make_app_key`].
    pub async fn make_app_key_as(
        &self,
        viewer: &Viewer,
        app: &str,
        label: &str,
        scopes: &[Scope],
    ) -> Result<AppKey, Error> {
        self.admit_operator(viewer)?;
        self.make_app_key_by(Some(viewer.user), app, label, scopes).await
    }

    async fn make_app_key_by(
        &self,
        by: Option<UserId>,
        app: &str,
        label: &str,
        scopes: &[Scope],
    ) -> Result<AppKey, Error> {
        let (label, scopes) = (key_label(label)?, checked(scopes)?);
        let (app, at) = (names::key(app).replace('\0', ""), Time(self.inner.clock.now_ms()));
        let (text, hash) = keys::fresh();
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                let found = store::apps::by_name(tx, &app).await?.ok_or(Code::NoSuchApp)?;
                let id = store::apps::insert_key(tx, found, (&label, &scopes), &hash, at).await?;
                let which = keys::which(&app, id, &label);
                store::audit::insert(tx, at, by, Action::KeyMade, None, None, &which).await?;
                Ok(AppKey { id, text })
            })
        });
        write.await
    }

    /// Ends a key, for good; nothing if it has ended. For the command line.
    ///
    /// # Errors
    /// [`Code::NoSuchApp`].
    pub async fn revoke_app_key(&self, key: KeyId) -> Result<(), Error> {
        self.revoke_app_key_by(None, key, None).await
    }

    /// The same for an operator. `confirmed`: the name of its application, typed again.
    ///
    /// # Errors
    /// [`Code::NotFound`] for everybody but operators; [`Code::NoSuchApp`], [`Code::NotConfirmed`].
    pub async fn revoke_app_key_as(&self, viewer: &Viewer, key: KeyId, confirmed: &str) -> Result<(), Error> {
        self.admit_operator(viewer)?;
        self.revoke_app_key_by(Some(viewer.user), key, Some(names::key(confirmed))).await
    }

    async fn revoke_app_key_by(&self, by: Option<UserId>, key: KeyId, confirmed: Option<String>) -> Result<(), Error> {
        let at = Time(self.inner.clock.now_ms());
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                let (app, label) = store::apps::key(tx, key).await?.ok_or(Code::NoSuchApp)?;
                if confirmed.is_some_and(|confirmed| confirmed != app) {
                    return Err(Code::NotConfirmed.into());
                }
                if store::apps::revoke(tx, key, at).await? {
                    let which = keys::which(&app, key, &label);
                    store::audit::insert(tx, at, by, Action::KeyRevoked, None, None, &which).await?;
                }
                Ok(())
            })
        });
        write.await
    }

    /// Who calls with this key; none: it is unknown, or it has been revoked.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn host(&self, key: &str) -> Result<Option<Host>, Error> {
        let Some(hash) = keys::hash_of(key) else { return Ok(None) };
        let mut tx = self.inner.store.read_once().await?;
        let Some((host, key, used_at)) = store::apps::host(&mut tx, &hash).await? else { return Ok(None) };
        drop(tx);
        let now = Time(self.inner.clock.now_ms());
        if used_at.is_none_or(|used_at| now.0.saturating_sub(used_at.0) >= KEY_USE_MS) {
            let write = self.inner.store.write(move |tx| {
                Box::pin(async move { Ok(store::apps::use_key(tx, key, now, Time(now.0 - KEY_USE_MS)).await?) })
            });
            write.await?;
        }
        Ok(Some(host))
    }

    /// That the application may do this, now.
    ///
    /// # Errors
    /// [`Code::MissingScope`]; [`Code::SlowDown`] with the time to wait.
    pub(crate) async fn admit_host(&self, host: &Host, scope: Scope) -> Result<(), Error> {
        if !host.scopes.contains(&scope) {
            return Err(Code::MissingScope.into());
        }
        self.take_or_refuse(&self.inner.limits.host_calls, host.app).await
    }
}

/// The name of an application, trimmed.
fn app_name(text: &str) -> Result<String, Error> {
    let name = text.trim();
    let is_allowed = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-';
    let has_length = (2..=APP_NAME_CHARS_MAX).contains(&name.len());
    if has_length && name.starts_with(|first: char| first.is_ascii_lowercase()) && name.chars().all(is_allowed) {
        Ok(name.to_owned())
    } else {
        Err(Code::BadAppName.into())
    }
}

/// What a key is known by, trimmed.
fn key_label(text: &str) -> Result<String, Error> {
    let label = text.trim();
    let is_odd = |char: char| char.is_control() || names::turns_direction(char);
    if label.chars().count() > KEY_LABEL_CHARS_MAX || label.chars().any(is_odd) {
        return Err(Code::BadKeyLabel.into());
    }
    Ok(label.to_owned())
}

/// Scopes without doubles, in their order.
fn checked(scopes: &[Scope]) -> Result<Vec<Scope>, Error> {
    let mut scopes = scopes.to_vec();
    scopes.sort_unstable();
    scopes.dedup();
    if scopes.is_empty() || scopes.contains(&Scope::Unknown) { Err(Code::BadScopes.into()) } else { Ok(scopes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_is_called_by_a_plain_word() {
        for good in ["ab", "jobs", "acme-jobs-2", &"a".repeat(32), " padded "] {
            assert_eq!(app_name(good).unwrap(), good.trim());
        }
        for bad in ["", "a", "Jobs", "2jobs", "-jobs", "jo bs", "jöbs", "jobs:x", "jobs\0", &"a".repeat(33)] {
            assert_eq!(app_name(bad).unwrap_err().code(), Code::BadAppName, "{bad:?}");
        }
    }

    #[test]
    fn a_key_has_scopes_and_each_once() {
        assert_eq!(checked(&[Scope::Tokens, Scope::Users, Scope::Tokens]).unwrap(), [Scope::Users, Scope::Tokens]);
        for bad in [&[][..], &[Scope::Unknown], &[Scope::Users, Scope::Unknown]] {
            assert_eq!(checked(bad).unwrap_err().code(), Code::BadScopes, "{bad:?}");
        }
        assert_eq!(key_label(" live ").unwrap(), "live");
        for bad in [&"x".repeat(65), "one\ntwo", "a\u{202e}b"] {
            assert_eq!(key_label(bad).unwrap_err().code(), Code::BadKeyLabel, "{bad:?}");
        }
    }
}
