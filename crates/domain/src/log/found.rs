//! The transactions that make a room. Rule: a room, its members and its first event are there together or not at all; who asks
//! for a subject that has a room gets that room.

use super::{
    change::{Changed, News, Settled, Wanted, ack, event, everybody, same},
    decide::Stored,
};
use crate::{
    rooms::{change::Founding, subjects::Opening},
    store::{
        Tx, groups,
        members::{self, Entry},
        subjects,
    },
};
use wire::{Code, EventKind, Role, RoomId, Seq, Time, UserId};

const FIRST: Seq = Seq(1);

/// A group with its creator in it.
pub(super) async fn group(tx: &mut Tx, wanted: &Wanted, group: &Founding, at: Time) -> Settled {
    if let Some(known) = groups::stored(tx, wanted.author.id, wanted.cid).await? {
        return Ok(same(wanted.cid, known, known.room, group.hash()));
    }
    if is_banned(tx, wanted.author.id).await? {
        return Ok(Err(Code::Banned));
    }
    if group.is_public && !groups::is_title_free(tx, &group.title.key, RoomId(0)).await? {
        return Ok(Err(Code::RoomNameTaken));
    }
    let room = groups::create(tx, group, at).await?;
    let said = (EventKind::Created, Some(group.title.text.clone()));
    let owner = Seat { user: wanted.author.id, role: Role::Owner, part: "" };
    let mut begun = begin(tx, wanted, room, said, &[owner], group.hash(), at).await?;
    if let Some(news) = &mut begun.news {
        news.listed = group.is_public.then_some(true);
    }
    Ok(Ok(begun))
}

/// A subject's room with those who take part in it.
pub(super) async fn subject(tx: &mut Tx, wanted: &Wanted, opening: &Opening, at: Time, direct_anyone: bool) -> Settled {
    let author = wanted.author.id;
    if let Some(known) = groups::stored(tx, author, wanted.cid).await? {
        let Stored { room, .. } = known;
        return Ok(same(wanted.cid, known, room, opening.hash()));
    }
    if is_banned(tx, author).await? {
        return Ok(Err(Code::Banned));
    }
    if let Some(room) = subjects::by_key(tx, &opening.namespace, &opening.subject).await? {
        let mine = groups::seat(tx, room, author).await?;
        let is_in = mine.is_some_and(|seat| seat.standing.role.is_some());
        return Ok(if is_in { Ok(Changed { room, ack: None, news: None }) } else { Err(Code::NotFound) });
    }
    let mut seats = vec![Seat { user: author, role: Role::Owner, part: &opening.part }];
    for (key, part) in &opening.participants {
        match subjects::participant(tx, author, key, direct_anyone).await? {
            Ok(user) => seats.push(Seat { user, role: Role::Member, part }),
            Err(code) => return Ok(Err(code)),
        }
    }
    let Opening { namespace, subject, title, .. } = opening;
    let room = subjects::create(tx, namespace, subject, title, at).await?;
    let said = (EventKind::Message, Some(opening.notice.clone()));
    begin(tx, wanted, room, said, &seats, opening.hash(), at).await.map(Ok)
}

async fn is_banned(tx: &mut Tx, user: UserId) -> sqlx::Result<bool> {
    Ok(groups::seat(tx, RoomId(0), user).await?.is_none_or(|seat| seat.is_banned))
}

/// Somebody who is in the room from its beginning.
pub(super) struct Seat<'a> {
    pub(super) user: UserId,
    pub(super) role: Role,
    /// What they are to a subject; may be empty.
    pub(super) part: &'a str,
}

/// The first event, and those who see it; its author has read it.
pub(super) async fn begin(
    tx: &mut Tx,
    wanted: &Wanted,
    room: RoomId,
    said: (EventKind, Option<String>),
    seats: &[Seat<'_>],
    hash: super::decide::ContentHash,
    at: Time,
) -> sqlx::Result<Changed> {
    let event = event(wanted, room, FIRST, said, None, at);
    groups::insert_event(tx, &event, hash).await?;
    for Seat { user, role, part } in seats {
        let cursor = if *user == wanted.author.id { FIRST } else { Seq(0) };
        let entry = Entry { user: *user, role: *role, part, from: FIRST, joined: FIRST, cursor };
        members::enter(tx, room, entry).await?;
    }
    let members = everybody(tx, room, 1).await?;
    let entered = seats.iter().map(|seat| seat.user).collect();
    let (events, gone, rows) = (vec![event], Vec::new(), Vec::new());
    let news = News { events, members, entered, gone, rows, listed: None, recount: None };
    Ok(Changed { room, ack: Some(ack(wanted.cid, room, FIRST, at)), news: Some(news) })
}
