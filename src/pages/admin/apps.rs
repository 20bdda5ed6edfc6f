//! `/admin/apps`: host applications and their keys. Rule: a key is in the one answer that made it, and in no address and no other page.

use super::{Operator, page};
use crate::{
    pages::visit::{Answer, Fields, see_other},
    problem,
};
use app::{AdminList, AdminPage, NewKey, Typed};
use serde::Deserialize;
use wire::{KeyId, Refusal, apps::Scope};

/// A new application.
#[derive(Default, Deserialize)]
pub struct NewApp {
    #[serde(default)]
    name: String,
    #[serde(default)]
    title: String,
}

/// A new key; of the checkboxes those are there that are marked.
#[derive(Default, Deserialize)]
pub struct KeyWish {
    #[serde(default)]
    app: String,
    #[serde(default)]
    label: String,
    users: Option<String>,
    tokens: Option<String>,
    subjects: Option<String>,
    notices: Option<String>,
    webhooks: Option<String>,
}

impl KeyWish {
    fn scopes(&self) -> Vec<Scope> {
        let marked = [
            (Scope::Users, &self.users),
            (Scope::Tokens, &self.tokens),
            (Scope::Subjects, &self.subjects),
            (Scope::Notices, &self.notices),
            (Scope::Webhooks, &self.webhooks),
        ];
        marked.into_iter().filter_map(|(scope, mark)| mark.is_some().then_some(scope)).collect()
    }
}

/// A key that is to end.
#[derive(Default, Deserialize)]
pub struct Ended {
    #[serde(default)]
    key: String,
    /// The name of its application, typed again.
    #[serde(default)]
    confirm: String,
}

/// `GET /admin/apps`.
pub async fn open(operator: Operator) -> Answer {
    show(&operator, None, Typed::default(), None).await
}

/// `POST /admin/apps`.
pub async fn create(operator: Operator, Fields(NewApp { name, title }): Fields<NewApp>) -> Answer {
    match operator.visit.chat().make_app_as(&operator.viewer, &name, &title).await {
        Ok(()) => Ok(see_other("/admin/apps")),
        Err(error) => {
            let typed = Typed { form: "app", about: name, text: title, scopes: Vec::new() };
            show(&operator, None, typed, Some(problem::told(error))).await
        }
    }
}

/// `POST /admin/apps/keys`.
pub async fn create_key(operator: Operator, Fields(wish): Fields<KeyWish>) -> Answer {
    let scopes = wish.scopes();
    let KeyWish { app, label, .. } = wish;
    match operator.visit.chat().make_app_key_as(&operator.viewer, &app, &label, &scopes).await {
        Ok(key) => show(&operator, Some(NewKey { app, text: key.text }), Typed::default(), None).await,
        Err(error) => {
            let typed = Typed { form: "key", about: app, text: label, scopes };
            show(&operator, None, typed, Some(problem::told(error))).await
        }
    }
}

/// `POST /admin/apps/keys/revoke`.
pub async fn revoke(operator: Operator, Fields(Ended { key, confirm }): Fields<Ended>) -> Answer {
    let id = KeyId(key.parse().unwrap_or_default());
    match operator.visit.chat().revoke_app_key_as(&operator.viewer, id, &confirm).await {
        Ok(()) => Ok(see_other("/admin/apps")),
        Err(error) => {
            let typed = Typed { form: "revoke", about: key, text: confirm, scopes: Vec::new() };
            show(&operator, None, typed, Some(problem::told(error))).await
        }
    }
}

async fn show(operator: &Operator, new_key: Option<NewKey>, typed: Typed, error: Option<Refusal>) -> Answer {
    let Operator { visit, viewer } = operator;
    let apps = visit.chat().apps_as(viewer).await.map_err(|error| visit.problem(error))?;
    let list = AdminList::Apps(apps, new_key);
    Ok(page(visit, AdminPage { list, query: String::new(), is_first: true, typed, error }))
}
