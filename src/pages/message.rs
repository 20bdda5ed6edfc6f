//! `/r/{room}/message/{seq}` and the forms on it: answering, editing, deleting, reacting. Rule: a form has its own id; what was
//! refused is shown again where it was typed, and what is no message of the viewer's rooms is not there.

use super::visit::{Answer, Fields, Member, fresh_cid, next_cid, see_other};
use crate::{problem, state::AppState};
use app::{EmojiGroup, Meant, MessagePage, Page, Shell};
use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use bytes::Bytes;
use domain::{Draft, emoji};
use serde::Deserialize;
use std::{iter::repeat_with, sync::OnceLock};
use wire::{Amendment, Cid, Code, Decision, Refusal, RoomId, Seq, limits::REACTIONS_KINDS_MAX};

/// The room and the position in an address.
type MessagePath = Result<Path<(i64, i64)>, PathRejection>;
/// The same, and what is to be done.
type ActPath = Result<Path<(i64, i64, String)>, PathRejection>;

/// Forms on one page: a reaction each, and a dozen more.
const FORMS_MAX: usize = REACTIONS_KINDS_MAX + 12;

/// What any of the forms may carry.
#[derive(Default, Deserialize)]
pub struct Sent {
    cid: Option<Cid>,
    #[serde(default)]
    content: String,
    #[serde(default)]
    emoji: String,
}

/// `GET /r/{room}/message/{seq}`.
pub async fn open(member: Member, path: MessagePath) -> Answer {
    let Ok(Path((room, seq))) = path else { return Err(member.page(Page::NotFound)) };
    show(&member, (RoomId(room), Seq(seq)), Meant::default(), None).await
}

/// `POST /r/{room}/message/{seq}/{act}`.
pub async fn act(member: Member, path: ActPath, Fields(sent): Fields<Sent>) -> Answer {
    let Ok(Path((room, seq, act))) = path else { return Err(member.page(Page::NotFound)) };
    let (room, target) = (RoomId(room), Seq(seq));
    let Sent { cid, content, emoji } = sent;
    let cid = cid.unwrap_or_else(fresh_cid);
    // Browsers end lines in forms with CR LF.
    let content = content.replace("\r\n", "\n");
    let is_answer = act == "reply";
    let text = if emoji.is_empty() { content.clone() } else { emoji.clone() };
    let amendment = match act.as_str() {
        "reply" => None,
        "edit" => Some(Amendment::Edit { content: content.clone() }),
        "delete" => Some(Amendment::Delete),
        "react" => Some(Amendment::React { emoji }),
        "unreact" => Some(Amendment::Unreact { emoji }),
        "accept" | "decline" | "withdraw" => None,
        _ => return Err(member.page(Page::NotFound)),
    };
    let done = match amendment {
        Some(amendment) => member.chat().amend(&member.viewer, cid, room, target, amendment).await,
        None if !is_answer => {
            let decision = (Decision::of(&act), None);
            member.chat().decide_bid(&member.viewer, cid, room, target, decision).await
        }
        None => {
            let draft = Draft { reply_to: Some(target), ..Draft::text(cid, room, content) };
            member.chat().append(&member.viewer, draft).await
        }
    };
    let refusal = match done {
        Ok(_) if is_answer => return Ok(see_other(&format!("/r/{room}"))),
        Ok(_) => return Ok(see_other(&format!("/r/{room}/message/{target}"))),
        Err(error) => problem::told(error),
    };
    if matches!(refusal.code, Code::NotFound | Code::NoSuchMessage) {
        return Err(member.refused(refusal));
    }
    let cid = Some(next_cid(&refusal, cid));
    show(&member, (room, target), Meant { act, text, cid }, Some(refusal)).await
}

async fn show(member: &Member, (room, seq): (RoomId, Seq), meant: Meant, error: Option<Refusal>) -> Answer {
    let details = member.chat().message(&member.viewer, room, seq).await.map_err(|error| member.problem(error))?;
    let cids = repeat_with(fresh_cid).take(FORMS_MAX).collect();
    let page = MessagePage { room, details, me: member.viewer.user, cids, meant, error };
    Ok(member.page(Page::Message(Box::new(page))))
}

/// `GET /emoji`: the same for everybody, drawn once.
pub async fn all(State(state): State<AppState>) -> Response {
    static PAGE: OnceLock<Bytes> = OnceLock::new();
    let page = PAGE.get_or_init(|| {
        let groups = emoji::groups().map(|(heading, emoji)| EmojiGroup { heading, emoji: emoji.collect() }).collect();
        let shell = Shell::of_nobody(state.chat.epoch().clone(), state.site.names());
        Bytes::from(app::render(Page::Emoji(groups), shell))
    });
    let mut response = Html(page.clone()).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400"));
    response
}
