//! `/r/{room}/details`: a room beside its conversation, and every change of it as a plain form. Rule: the forms of one page
//! share an id, so that sending one twice changes once; after one was sent there is another page.

use super::{
    room::{RoomPath, room_of},
    visit::{Answer, Asked, Fields, Member, fresh_cid, next_cid, see_other},
};
use crate::problem;
use app::{DetailsPage, Page, PeerPage, Tried};
use axum::extract::{Path, rejection::PathRejection};
use domain::Change;
use serde::Deserialize;
use wire::{Cid, Code, Level, Refusal, Relation, Role, RoomId, RoomKind};

/// `?skip=`: further members.
#[derive(Default, Deserialize)]
pub struct Turn {
    #[serde(default)]
    skip: usize,
}

/// What any of the forms may carry.
#[derive(Default, Deserialize)]
pub struct Sent {
    cid: Option<Cid>,
    #[serde(default)]
    username: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    topic: String,
    #[serde(default)]
    part: String,
    #[serde(default)]
    notice: String,
    role: Option<Role>,
    level: Option<Level>,
    /// A checkbox: there or not.
    history: Option<String>,
}

type ChangePath = Result<Path<(i64, String)>, PathRejection>;

/// `GET /r/{room}/details`.
pub async fn open(member: Member, room: RoomPath, Asked(turn): Asked<Turn>) -> Answer {
    show(&member, room_of(room), turn.skip, fresh_cid(), Tried::default(), None).await
}

/// `POST /r/{room}/change/{change}`.
pub async fn change(member: Member, path: ChangePath, Fields(sent): Fields<Sent>) -> Answer {
    let Ok(Path((number, word))) = path else { return Err(member.page(Page::NotFound)) };
    let room = RoomId(number);
    let cid = sent.cid.unwrap_or_else(fresh_cid);
    let tried = tried(&word, &sent);
    let Some(change) = meant(&word, sent) else { return Err(member.page(Page::NotFound)) };
    let (joins, leaves) = (change == Change::Join, change == Change::Leave);
    match member.chat().change_room(&member.viewer, cid, room, change).await {
        Ok(_) if leaves => Ok(see_other("/")),
        Ok(_) if joins => Ok(see_other(&format!("/r/{room}"))),
        Ok(_) => Ok(see_other(&format!("/r/{room}/details"))),
        Err(error) => {
            let refusal = problem::told(error);
            if joins || refusal.code == Code::NotFound {
                return Err(member.refused(refusal));
            }
            let cid = next_cid(&refusal, cid);
            show(&member, room, 0, cid, tried, Some(refusal)).await
        }
    }
}

fn tried(word: &str, sent: &Sent) -> Tried {
    let Sent { username, title, topic, part, notice, history, .. } = sent;
    Tried {
        change: word.to_owned(),
        username: username.clone(),
        title: title.clone(),
        topic: topic.clone(),
        part: part.clone(),
        notice: notice.clone(),
        with_history: history.is_some(),
    }
}

fn meant(word: &str, sent: Sent) -> Option<Change> {
    let Sent { username, title, topic, part, notice, role, level, history, .. } = sent;
    Some(match word {
        "join" => Change::Join,
        "leave" => Change::Leave,
        "invite" => Change::Invite { username, with_history: history.is_some(), part },
        "remove" => Change::Remove { username },
        "ban" => Change::Ban { username },
        "unban" => Change::Unban { username },
        "mute" => Change::Mute { username },
        "unmute" => Change::Unmute { username },
        "role" => Change::Role { username, role: role.unwrap_or(Role::Unknown) },
        "rename" => Change::Rename { title },
        "topic" => Change::Topic { topic },
        "archive" => Change::Archive { notice },
        "reopen" => Change::Reopen,
        "level" => Change::Level { level: level.unwrap_or(Level::Unknown) },
        "notice" => Change::Notice { text: notice },
        _ => return None,
    })
}

async fn show(member: &Member, room: RoomId, skip: usize, cid: Cid, tried: Tried, error: Option<Refusal>) -> Answer {
    let failed = |error| member.problem(error);
    let room = member.chat().room(&member.viewer, room).await.map_err(failed)?;
    if room.kind == RoomKind::Direct {
        let all = member.chat().presence(&member.viewer).await.map_err(failed)?;
        let presence = all.into_iter().find(|one| room.peer.as_ref().is_some_and(|peer| peer.id == one.user));
        return member.page_counted(Page::Peer(Box::new(PeerPage { room, presence, cid, error }))).await;
    }
    let details = member.chat().room_details(&member.viewer, room.id, skip).await.map_err(failed)?;
    let people = member.chat().people(&member.viewer).await.map_err(failed)?;
    let connected =
        people.into_iter().filter(|row| row.relation == Relation::Connected).map(|row| row.person).collect();
    let blocked =
        member.chat().blocked(&member.viewer).await.map_err(failed)?.into_iter().map(|person| person.id).collect();
    let me = member.viewer.user;
    let page = DetailsPage { room, details, connected, tried, skip, me, blocked, cid, error };
    member.page_counted(Page::Details(Box::new(page))).await
}
