//! `/search`: what was said in the viewer's rooms. Rule: it changes nothing, and what was typed stands in the form again.

use super::visit::{Answer, Asked, Member};
use crate::problem;
use app::{Page, SearchForm, SearchPage, midnight};
use domain::Error;
use serde::Deserialize;
use wire::search::{Found, Search};
use wire::{Code, RoomId};

/// What the address asks for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    q: String,
    room: String,
    person: String,
    from: String,
    to: String,
    kind: String,
    before: Option<i64>,
}

/// `GET /search`.
pub async fn open(member: Member, Asked(wanted): Asked<Wanted>) -> Answer {
    let Wanted { q, room, person, from, to, kind, before } = wanted;
    let form = SearchForm { q, room, person, from, to, kind, before };
    let (found, error) = match find(&member, &form).await {
        Ok(found) => (found, None),
        Err(error @ Error::Refused(_)) => (None, Some(problem::told(error))),
        Err(error) => return Err(member.problem(error)),
    };
    let rooms = member.chat().searched_rooms(&member.viewer, form.room.parse().ok()).await;
    let rooms = rooms.map_err(|error| member.problem(error))?;
    member.page_counted(Page::Search(Box::new(SearchPage { form, rooms, found, error }))).await
}

/// None: nothing was asked for.
async fn find(member: &Member, form: &SearchForm) -> Result<Option<Found>, Error> {
    let is_asked = [&form.q, &form.room, &form.person, &form.kind].iter().any(|field| !field.trim().is_empty());
    if !is_asked {
        return Ok(None);
    }
    let day = |date: &str, days_later| match date {
        "" => Ok(None),
        date => midnight(&member.zone(), date, days_later).map(Some).ok_or(Code::Malformed),
    };
    let search = Search {
        words: form.q.clone(),
        // What is no number names the room that never exists.
        room: (!form.room.is_empty()).then(|| form.room.parse().unwrap_or(RoomId(0))),
        person: form.person.trim().to_owned(),
        from: day(&form.from, 0)?,
        to: day(&form.to, 1)?,
        kind: form.kind.clone(),
        before: form.before,
    };
    member.chat().search(&member.viewer, &search).await.map(Some)
}
