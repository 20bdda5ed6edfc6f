//! `/r/{room}/receipts/{seq}`: who has read a message. Rule: what is no message of the viewer's rooms is not there.

use super::visit::{Answer, Member};
use app::{Page, ReceiptsPage};
use axum::extract::{Path, rejection::PathRejection};
use domain::Page as Place;
use wire::{EventKind, RoomId, Seq};

/// The room and the position in an address.
type MessagePath = Result<Path<(i64, i64)>, PathRejection>;

/// `GET /r/{room}/receipts/{seq}`.
pub async fn open(member: Member, path: MessagePath) -> Answer {
    let Ok(Path((room, seq))) = path else { return Err(member.page(Page::NotFound)) };
    let (room, seq) = (RoomId(room), Seq(seq));
    let failed = |error| member.problem(error);
    let receipts = member.chat().receipts(&member.viewer, room, seq).await.map_err(failed)?;
    let before = Place::After(Seq(seq.0.saturating_sub(1)));
    let page = member.chat().history(&member.viewer, room, before, 1).await.map_err(failed)?;
    let message = page.events.into_iter().find(|event| event.seq == seq && event.kind == EventKind::Message);
    let Some(message) = message else { return Err(member.page(Page::NotFound)) };
    Ok(member.page(Page::Receipts(ReceiptsPage { room, message, receipts })))
}
