//! `/r/{room}` and the forms in it. Rule: a room that is not the viewer's answers exactly as one that does not exist.

use super::visit::{Answer, Asked, Fields, Member, fresh_cid, next_cid, see_other};
use crate::{
    files::form::{self, Sent},
    problem,
};
use app::{Draft, Page};
use axum::extract::{FromRequest, Multipart, Path, Request, rejection::PathRejection};
use domain::{Draft as Message, Page as Place};
use serde::Deserialize;
use wire::{Cid, Code, RoomId, Seq, limits::FIRST_PAGE_EVENTS};

/// The address names a position at which the viewer sees no message.
const NOT_HERE: &str = "That message is not here, or not any more. This is the end of the conversation.";

/// A page back or forward, or the one around a message.
#[derive(Default, Deserialize)]
pub struct Turn {
    at: Option<i64>,
    before: Option<i64>,
    after: Option<i64>,
}

/// The composer's fields.
#[derive(Deserialize)]
pub struct Written {
    cid: Option<Cid>,
    #[serde(default)]
    content: String,
}

/// How far somebody has read.
#[derive(Deserialize)]
pub struct Reached {
    seq: i64,
}

/// The room in an address.
pub type RoomPath = Result<Path<i64>, PathRejection>;

/// `GET /r/{room}`, with `?before=` or `?after=` for another page of its history, or `?at=` for the place of a message.
pub async fn open(member: Member, room: RoomPath, Asked(turn): Asked<Turn>) -> Answer {
    let room = room_of(room);
    show(&member, room, turn, Draft { cid: fresh_cid(), content: String::new(), error: None }).await
}

/// `POST /r/{room}`: send with the form's own id, so that sending the form twice sends once; with files, if the form is of that kind.
pub async fn send(member: Member, room: RoomPath, request: Request) -> Answer {
    let (room, fresh) = (room_of(room), fresh_cid());
    let (mut sent, mut taken) = (Sent::default(), Ok(()));
    if form::is_form(request.headers()) {
        let malformed = |_| member.refused(Code::Malformed.into());
        let fields = Multipart::from_request(request, &member.state).await.map_err(malformed)?;
        taken = form::read(member.chat(), &member.viewer, room, fields, fresh, &mut sent).await;
    } else {
        let Fields(written) = Fields::<Written>::from_request(request, &member.state).await?;
        (sent.cid, sent.content) = (written.cid, written.content);
    }
    let cid = sent.cid.unwrap_or(fresh);
    // Browsers end lines in forms with CR LF.
    let content = sent.content.replace("\r\n", "\n");
    let message = Message { more: form::carried(&sent.files), ..Message::text(cid, room, content.clone()) };
    let stored = match taken {
        Ok(()) => member.chat().append(&member.viewer, message).await.map(drop),
        Err(error) => Err(error),
    };
    let refusal = match stored {
        Ok(()) => return Ok(see_other(&format!("/r/{room}"))),
        Err(error) => problem::told(error),
    };
    if !matches!(refusal.code, Code::TryAgain) {
        form::give_up(member.chat(), &member.viewer, &sent.files).await;
    }
    if refusal.code == Code::NotFound {
        return Err(member.refused(refusal));
    }
    let cid = next_cid(&refusal, cid);
    show(&member, room, Turn::default(), Draft { cid, content, error: Some(refusal) }).await
}

/// `POST /r/{room}/read`.
pub async fn read(member: Member, room: RoomPath, Fields(reached): Fields<Reached>) -> Answer {
    let room = room_of(room);
    let outcome = member.chat().mark_read(&member.viewer, room, Seq(reached.seq)).await;
    outcome.map_err(|error| member.problem(error))?;
    Ok(see_other(&format!("/r/{room}")))
}

/// `GET /dm/{username}`: the room of the two, made when it is not there yet. Making it is harmless enough for a GET: it
/// is
/// idempotent, only between two who agreed to be connected, and tells nobody anything.
pub async fn direct(member: Member, username: Result<Path<String>, PathRejection>) -> Answer {
    let Ok(Path(username)) = username else { return Err(member.page(Page::NotFound)) };
    let room = member.chat().direct_room(&member.viewer, &username).await.map_err(|error| member.problem(error))?;
    Ok(see_other(&format!("/r/{room}")))
}

async fn show(member: &Member, room: RoomId, turn: Turn, draft: Draft) -> Answer {
    let failed = |error| member.problem(error);
    let mut page = member.chat().room_page(&member.viewer, room).await.map_err(failed)?;
    let place = match turn {
        Turn { at: Some(_), .. } => None,
        Turn { before: Some(seq), .. } => Some(Place::Before(Seq(seq))),
        Turn { after: Some(seq), .. } => Some(Place::After(Seq(seq))),
        Turn { .. } => None,
    };
    if let Some(place) = place {
        page.page = member.chat().history(&member.viewer, room, place, FIRST_PAGE_EVENTS).await.map_err(failed)?;
    }
    let (mut around, mut at, mut notice) = (None, None, String::new());
    if let Some(seq) = turn.at.map(Seq) {
        let page = member.chat().history(&member.viewer, room, Place::Around(seq), FIRST_PAGE_EVENTS).await;
        let page = page.map_err(failed)?;
        let message = page.events.iter().find(|event| event.seq == seq && event.kind.is_shown());
        match message.map(|message| message.cid) {
            Some(cid) => (around, at) = (Some(Box::new(page)), Some(cid)),
            None => notice = NOT_HERE.to_owned(),
        }
    }
    let (inbox, beside) = member.chat().inbox_beside(&member.viewer).await.map_err(failed)?;
    let page = Box::new(page);
    Ok(member.page_beside(Page::Room { inbox, page, draft, around, at, notice }, beside))
}

/// What is no number names the room that never exists, and gets its answer.
pub fn room_of(room: RoomPath) -> RoomId {
    room.map_or(RoomId(0), |Path(number)| RoomId(number))
}
