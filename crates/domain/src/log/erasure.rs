//! The transactions of the log's writer for content that goes for good: somebody whose account is deleted leaves a room, and a
//! room is told that content is gone. Rule: done twice, after a kill or by two servers, it is done once.

use super::{
    change::{Changed, News, Settled, Wanted, event, everybody},
    decide::ContentHash,
};
use crate::{
    rooms::succession::heir,
    store::{Tx, audit, erasures, groups, members, subjects},
};
use sha2::{Digest, Sha256};
use wire::admin::Action;
use wire::{Cid, Code, Event, EventKind, Person, Role, RoomId, RoomKind, Seq, Time, UserId};

/// The author leaves the room for good; what they said there is to be erased up to here.
pub(super) async fn depart(tx: &mut Tx, wanted: &Wanted, room: RoomId, at: Time) -> Settled {
    let user = wanted.author.id;
    let Some(held) = groups::hold(tx, room).await? else { return Ok(Err(Code::NotFound)) };
    let role = groups::seat(tx, room, user).await?.and_then(|seat| seat.standing.role);
    let (mut events, mut rows) = (Vec::new(), Vec::new());
    let mut head = held.head();
    match role {
        // The other one keeps the room, and reads in it whose it was.
        Some(_) if held.kind() == RoomKind::Direct => {
            groups::set_archived(tx, room, Some(at)).await?;
            members::end_interval(tx, room, user, head).await?;
            rows = members::heirs(tx, room)
                .await?
                .into_iter()
                .map(|other| other.user)
                .filter(|other| *other != user)
                .collect();
        }
        Some(role) => {
            events = leave(tx, wanted, (room, role), head, at).await?;
            head = events.last().map_or(head, |event| event.seq);
        }
        None => {}
    }
    members::unban(tx, room, user).await?;
    members::unmute(tx, room, user).await?;
    erasures::begin(tx, room, user, head).await?;
    erasures::departed(tx, user, room).await?;
    let rev = members::raise_rev(tx, room).await?;
    let members = everybody(tx, room, rev).await?;
    let (entered, gone) = (Vec::new(), Vec::new());
    let news = News { events, members, entered, gone, rows, listed: Some(true), recount: None };
    Ok(Ok(Changed { room, ack: None, news: Some(news) }))
}

/// Somebody else owns the room, if it would be nobody's; then the author leaves.
async fn leave(
    tx: &mut Tx,
    wanted: &Wanted,
    (room, role): (RoomId, Role),
    head: Seq,
    at: Time,
) -> sqlx::Result<Vec<Event>> {
    let user = wanted.author.id;
    let (count, owners_count) = groups::counts(tx, room).await?;
    let mut events = Vec::new();
    let mut seq = head.next();
    if role == Role::Owner && owners_count <= 1 && count > 1 {
        let next = heir(&members::heirs(tx, room).await?, user);
        let next = match next {
            Some(next) => groups::seat(tx, room, next).await?.map(|seat| seat.person),
            None => None,
        };
        if let Some(next) = next {
            members::set_role(tx, room, next.id, Role::Owner).await?;
            let said = (EventKind::Role, Some(Role::Owner.as_str().to_owned()));
            events.push(event(&with_fresh_cid(wanted, at), room, seq, said, Some(next), at));
            seq = seq.next();
        }
    }
    let about = Some(wanted.author.clone());
    events.push(event(&with_fresh_cid(wanted, at), room, seq, (EventKind::Left, None), about, at));
    for event in &events {
        groups::insert_event(tx, event, hash(event)).await?;
    }
    members::go(tx, room, user, seq).await?;
    if count <= 1 && !subjects::is_hosted(tx, room).await? {
        groups::set_archived(tx, room, Some(at)).await?;
    }
    Ok(events)
}

/// The room is nobody's any more, its title is free, and what was said in it is to be erased.
pub(super) async fn delete(tx: &mut Tx, wanted: &Wanted, (room, confirmed): (RoomId, &str), at: Time) -> Settled {
    let Some(held) = groups::hold(tx, room).await? else { return Ok(Err(Code::NotFound)) };
    if held.kind() == RoomKind::Direct || held.is_deleted {
        return Ok(Err(Code::NotFound));
    }
    if held.title() != confirmed.trim() {
        return Ok(Err(Code::NotConfirmed));
    }
    let (head, title) = (held.head(), held.title().to_owned());
    let gone = members::heirs(tx, room).await?.into_iter().map(|member| member.user).collect();
    erasures::delete_room(tx, room, head, at).await?;
    erasures::begin(tx, room, EVERYBODY, head).await?;
    audit::insert(tx, at, Some(wanted.author.id), Action::RoomDeleted, None, Some(room), &title).await?;
    let rev = members::raise_rev(tx, room).await?;
    let members = everybody(tx, room, rev).await?;
    let (events, entered, rows) = (Vec::new(), Vec::new(), Vec::new());
    let news = News { events, members, entered, gone, rows, listed: Some(true), recount: None };
    Ok(Ok(Changed { room, ack: None, news: Some(news) }))
}

/// The content is gone: everybody who may still hold it hears so, once.
pub(super) async fn tell(tx: &mut Tx, wanted: &Wanted, room: RoomId, at: Time) -> Settled {
    let whose = wanted.author.id;
    let nothing = Changed { room, ack: None, news: None };
    let Some(held) = groups::hold(tx, room).await? else { return Ok(Ok(nothing)) };
    let Some((to, count)) = erasures::end(tx, room, whose).await? else { return Ok(Ok(nothing)) };
    if held.is_deleted || count == 0 {
        return Ok(Ok(nothing));
    }
    let is_one = whose != EVERYBODY;
    let author = if is_one { Some(wanted.author.clone()) } else { erasures::author(tx, room, to).await? };
    let Some(author) = author else { return Ok(Ok(nothing)) };
    let event = Event {
        room,
        seq: held.head().next(),
        cid: fresh_cid(at),
        kind: EventKind::Erased,
        about: is_one.then(|| Box::new(author.clone())),
        author,
        at,
        message: None,
        target: (!is_one).then_some(to),
        mentions: Vec::new(),
    };
    groups::insert_unseen(tx, &event, hash(&event)).await?;
    let members = everybody(tx, room, held.members_rev).await?;
    let (events, entered, gone, rows) = (vec![event], Vec::new(), Vec::new(), Vec::new());
    let news = News { events, members, entered, gone, rows, listed: None, recount: None };
    Ok(Ok(Changed { room, ack: None, news: Some(news) }))
}

/// In place of one author: everybody.
pub(crate) const EVERYBODY: UserId = UserId(0);

/// Who is nobody in particular.
pub(crate) fn everybody_s() -> Person {
    Person { id: EVERYBODY, ..Person::default() }
}

/// Nobody sends these again: what must not be done twice is told by rows that are gone then.
pub(crate) fn fresh_cid(at: Time) -> Cid {
    Cid::new(at.0, rand::random())
}

fn with_fresh_cid(wanted: &Wanted, at: Time) -> Wanted {
    Wanted { cid: fresh_cid(at), ..wanted.clone() }
}

fn hash(event: &Event) -> ContentHash {
    Sha256::digest(event.kind.as_str()).into()
}
