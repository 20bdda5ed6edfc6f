//! Conversations about something outside Twotick.

use super::{
    asked::{At, Body, Caller, Key},
    problem::{Answer, Done, Made},
    rooms::{Room, RoomPath, settle},
};
use domain::{Change, NewSubject};
use schemars::JsonSchema;
use serde::Deserialize;
use wire::{Cid, Subject};

/// A conversation to be opened, or found.
#[derive(Deserialize, JsonSchema)]
pub struct Opened {
    /// The id of the act; see `Idempotency-Key`.
    cid: Option<Cid>,
    /// "job", "trip", any other word.
    kind: String,
    /// What its owner calls it; without one it gets that of the act.
    id: Option<String>,
    /// Tells several rooms about one thing apart, as one for each applicant.
    thread: Option<String>,
    /// Where it is; http or https.
    link: Option<String>,
    /// What the thing is called.
    title: String,
    /// The first message, from the system; one is made without it.
    notice: Option<String>,
    /// What the caller is to the thing.
    part: Option<String>,
    /// Who else takes part.
    participants: Option<Vec<Participant>>,
}

/// Somebody who takes part.
#[derive(Deserialize, JsonSchema)]
pub struct Participant {
    /// The username.
    username: String,
    /// What they are to the thing.
    part: Option<String>,
}

/// Something to be told about the thing.
#[derive(Deserialize, JsonSchema)]
pub struct NewNotice {
    /// What.
    text: String,
}

/// `POST /api/v1/subjects`.
pub async fn open(caller: Caller, key: Key, Body(opened): Body<Opened>) -> Answer<Made<Room>> {
    let Opened { cid, kind, id, thread, link, title, notice, part, participants } = opened;
    let subject = Subject { kind, id: id.unwrap_or_default(), thread: thread.unwrap_or_default(), link };
    let named = |someone: Participant| (someone.username, someone.part.unwrap_or_default());
    let new = NewSubject {
        subject,
        title,
        notice: notice.unwrap_or_default(),
        part: part.unwrap_or_default(),
        participants: participants.unwrap_or_default().into_iter().map(named).collect(),
    };
    let room = caller.open_subject(&caller.viewer, key.cid(cid)?, new).await?;
    Ok(Made(Room { room }))
}

/// `POST /api/v1/rooms/{room}/notices`.
pub async fn notify(caller: Caller, At(path): At<RoomPath>, key: Key, Body(new): Body<NewNotice>) -> Answer<Done> {
    settle(&caller, key, path.room, Change::Notice { text: new.text }).await
}
