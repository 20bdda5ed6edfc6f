//! `/settings`: what the viewer shows of themselves. Rule: what was typed is still there when it was refused, and what was saved is said.

use super::visit::{Answer, Asked, Fields, Member, see_other};
use crate::problem;
use app::{Page, SettingsPage};
use serde::Deserialize;
use wire::{Person, Refusal};

/// Where a form leads that changed something.
pub const SAVED: &str = "/settings?saved";

/// `?saved`: something just was.
#[derive(Default, Deserialize)]
pub struct Done {
    saved: Option<String>,
}

/// Name and status, as typed.
#[derive(Deserialize)]
pub struct Shown {
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    status: String,
}

/// `GET /settings`.
pub async fn open(member: Member, Asked(done): Asked<Done>) -> Answer {
    show(&member, done.saved.is_some(), None, None).await
}

/// `POST /settings`.
pub async fn save(member: Member, Fields(shown): Fields<Shown>) -> Answer {
    let Shown { display_name, status } = shown;
    match member.chat().set_profile(&member.viewer, &display_name, &status).await {
        Ok(()) => Ok(see_other(SAVED)),
        Err(error) => show(&member, false, Some((display_name, status)), Some(problem::told(error))).await,
    }
}

/// The page, with what was typed, if something was.
pub async fn show(member: &Member, is_saved: bool, typed: Option<(String, String)>, error: Option<Refusal>) -> Answer {
    let me = member.chat().profile(&member.viewer).await.map_err(|error| member.problem(error))?;
    let (display_name, status) = typed.unwrap_or_else(|| typed_of(&me));
    member.page_counted(Page::Settings(Box::new(SettingsPage { me, display_name, status, is_saved, error }))).await
}

fn typed_of(me: &Person) -> (String, String) {
    (me.display_name.clone(), me.status.clone())
}
