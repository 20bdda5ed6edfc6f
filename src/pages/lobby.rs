//! `/rooms`: public rooms to join, and making one. Rule: what was typed is still there when it was refused.

use super::visit::{Answer, Asked, Fields, Member, fresh_cid, next_cid, see_other};
use crate::problem;
use app::{LobbyPage, NewRoomForm, Page};
use domain::NewGroup;
use serde::Deserialize;
use wire::{Cid, Refusal};

/// `?after=`: a further page.
#[derive(Default, Deserialize)]
pub struct Turn {
    after: Option<String>,
}

/// The form of a new room.
#[derive(Deserialize)]
pub struct Founding {
    cid: Option<Cid>,
    #[serde(default)]
    title: String,
    #[serde(default)]
    topic: String,
    /// A checkbox: there or not.
    public: Option<String>,
}

/// `GET /rooms`.
pub async fn open(member: Member, Asked(turn): Asked<Turn>) -> Answer {
    let form = NewRoomForm { cid: fresh_cid(), title: String::new(), topic: String::new(), is_public: true };
    show(&member, turn.after.as_deref(), form, None).await
}

/// `POST /rooms`: sending the form twice makes one room.
pub async fn create(member: Member, Fields(founding): Fields<Founding>) -> Answer {
    let Founding { cid, title, topic, public } = founding;
    let (cid, is_public) = (cid.unwrap_or_else(fresh_cid), public.is_some());
    let group = NewGroup { title: title.clone(), topic: topic.clone(), is_public };
    match member.chat().create_group(&member.viewer, cid, group).await {
        Ok(room) => Ok(see_other(&format!("/r/{room}"))),
        Err(error) => {
            let error = problem::told(error);
            let cid = next_cid(&error, cid);
            show(&member, None, NewRoomForm { cid, title, topic, is_public }, Some(error)).await
        }
    }
}

async fn show(member: &Member, after: Option<&str>, form: NewRoomForm, error: Option<Refusal>) -> Answer {
    let lobby = member.chat().lobby(&member.viewer, after).await.map_err(|error| member.problem(error))?;
    member.page_counted(Page::Lobby(LobbyPage { lobby, is_first: after.is_none(), form, error })).await
}
