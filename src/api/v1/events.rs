//! What a client has missed: what polling asks for, as `resume` does over the socket. Rule: each room is answered, or asked for again; the
//! answer ends after a megabyte.

use super::{
    asked::{Body, Caller},
    problem::{Answer, Is},
};
use domain::CatchUp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wire::{
    Code, CursorState, Epoch, HistoryPage, RoomId, RoomSummary, Seq, Unread,
    frame::Held,
    limits::{RESUME_ROOMS_MAX, SOCKET_QUEUE_BYTES_MAX},
};

/// What a client holds.
#[derive(Deserialize, JsonSchema)]
pub struct Asking {
    /// The epoch in which the positions were held; without it, the present one.
    epoch: Option<Epoch>,
    /// At most 50 rooms.
    #[schemars(length(max = 50))]
    rooms: Vec<Held>,
}

/// What it has missed.
#[derive(Serialize, JsonSchema)]
pub struct Missed {
    /// The life of the database: when it is another one, forget every position that you hold.
    epoch: Epoch,
    /// The answers, in the order in which the rooms were named. Where there is none for the last of them, ask again.
    rooms: Vec<Answered>,
}

/// The answer for one room.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answered {
    /// What comes after the position that was named.
    Events {
        /// The events.
        page: HistoryPage,
        /// False: ask again from the page's `to`.
        complete: bool,
        /// Where all members stand.
        cursors: Vec<CursorState>,
        /// The caller's own figure.
        unread: Unread,
    },
    /// Too much is missing, or there is no such position: forget what you hold, and load the last page.
    Gap {
        /// The room.
        room: RoomId,
        /// Its last position.
        head: Seq,
        /// Whether content that you may hold is gone.
        erased: bool,
    },
    /// A room that was named without a position.
    Room {
        /// Its row.
        summary: Box<RoomSummary>,
    },
    /// A room that is not the caller's.
    Gone {
        /// The room.
        room: RoomId,
    },
}

impl From<CatchUp> for Answered {
    fn from(answer: CatchUp) -> Self {
        match answer {
            CatchUp::History { page, complete, cursors, unread } => Self::Events { page, complete, cursors, unread },
            CatchUp::Gap { room, head, erased } => Self::Gap { room, head, erased },
            CatchUp::Added(summary) => Self::Room { summary },
            CatchUp::Removed(room) => Self::Gone { room },
        }
    }
}

/// `POST /api/v1/events`.
pub async fn missed(caller: Caller, Body(Asking { epoch, rooms }): Body<Asking>) -> Answer<Is<Missed>> {
    if rooms.len() > RESUME_ROOMS_MAX {
        return Err(Code::TooLarge.into());
    }
    let mut answered = Vec::with_capacity(rooms.len());
    let (held_in, mut bytes) = (epoch.unwrap_or_else(|| caller.epoch().clone()), 0);
    for held in rooms {
        let answer = Answered::from(caller.catch_up(&caller.viewer, &held, &held_in).await?);
        bytes += text_bytes(&answer);
        answered.push(answer);
        if bytes > SOCKET_QUEUE_BYTES_MAX {
            break;
        }
    }
    Ok(Is(Missed { epoch: caller.epoch().clone(), rooms: answered }))
}

/// The texts in an answer, which make it large.
fn text_bytes(answer: &Answered) -> usize {
    let Answered::Events { page, .. } = answer else { return 0 };
    page.events.iter().filter_map(|event| event.message.as_ref()).map(|message| message.content.len()).sum()
}
