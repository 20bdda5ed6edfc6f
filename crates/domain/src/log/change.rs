//! One transaction of the log's writer that changes a room: who is in it, what it is called, whether it is open. Rule: the
//! room is held, then looked at, then decided by `rooms::rules`; what members see of it is an event of the log like any other.

use super::{
    Ack, amend, bids,
    decide::{ContentHash, Stored},
    erasure, found, govern,
    group::{AGAIN_MAX, Trouble},
};
use crate::{
    bids::{Checked as Offered, Settling},
    fanout::members::{Members, MembersCache},
    rooms::{
        change::{Checked, Founding, Step},
        governing::Governing,
        rules::{self, Effect, Other, Whom},
        subjects::Opening,
    },
    store::{
        Store, Tx, append, audit, blocks, groups,
        members::{self, Entry},
        subjects,
    },
};
use std::{collections::BTreeSet, sync::Arc};
use wire::{Cid, Code, Event, EventKind, Message, MessageType, Person, Role, RoomId, Seq, Time, UserId};

/// Somebody wants to change a room, or to make one.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) author: Person,
    pub(crate) cid: Cid,
    pub(crate) what: What,
}

/// What is wanted.
#[derive(Clone, Debug)]
pub(crate) enum What {
    Create(Founding),
    Open(Opening),
    Change(RoomId, Checked),
    /// A host application opens or changes a room of its own.
    Govern(Governing),
    /// A message of the room is to be changed.
    Amend(RoomId, amend::Checked),
    /// A bid is to be made, to the member of that key; without one, to the only other one.
    Bid(RoomId, Option<String>, Offered),
    /// A bid is to be decided about.
    Decide(RoomId, Settling),
    /// The time of a bid may be over: to say so.
    Expire(RoomId, Seq),
    /// The author's account is deleted: to leave this room for good.
    Depart(RoomId),
    /// A room is to be deleted; its title, typed again.
    Delete(RoomId, String),
    /// Content is gone, the author's or (for user 0) everybody's: to say so.
    Erased(RoomId),
}

/// What has come of it.
#[derive(Clone, Debug)]
pub(crate) struct Changed {
    pub(crate) room: RoomId,
    /// Where it stands in the log; none when members see nothing of it, or when it was so already.
    pub(crate) ack: Option<Ack>,
    /// What is to be told; none for a change that was stored before.
    pub(super) news: Option<News>,
}

/// Who has to hear what.
#[derive(Clone, Debug)]
pub(super) struct News {
    pub(super) events: Vec<Event>,
    pub(super) members: Arc<Members>,
    pub(super) entered: Vec<UserId>,
    pub(super) gone: Vec<UserId>,
    /// Those whose row of the room is another now, though they see no event that says so.
    pub(super) rows: Vec<UserId>,
    /// In a public room: whether what everybody sees of it has changed, but for how many are in it.
    pub(super) listed: Option<bool>,
    /// Whose unread figure is another now, though they have heard of nothing new.
    pub(super) recount: Option<Recount>,
}

/// Those who are to hear their unread figure: whoever has not read the message.
#[derive(Clone, Debug)]
pub(crate) struct Recount {
    pub(crate) target: Seq,
    /// None: all of them.
    pub(crate) whose: Option<BTreeSet<UserId>>,
}

/// Runs the transaction, and again when another server stored the same cid or took the same title meanwhile.
pub(super) async fn store(
    store: &Store,
    wanted: &Wanted,
    cache: &MembersCache,
    now_ms: i64,
    direct_anyone: bool,
) -> Result<Result<Changed, Code>, Trouble> {
    let mut again = 0;
    loop {
        let mut tx = store.begin_group().await.map_err(Trouble::Begin)?;
        let settled = match &wanted.what {
            What::Create(group) => found::group(&mut tx, wanted, group, Time(now_ms)).await,
            What::Open(opening) => found::subject(&mut tx, wanted, opening, Time(now_ms), direct_anyone).await,
            What::Govern(governing) => govern::settle(&mut tx, wanted, governing, cache, Time(now_ms)).await,
            What::Bid(room, to, offer) => {
                let wish = (*room, to.as_deref(), offer);
                bids::make(&mut tx, wanted, wish, cache, Time(now_ms), direct_anyone).await
            }
            What::Decide(room, settling) => {
                bids::settle(&mut tx, wanted, (*room, settling), cache, Time(now_ms), direct_anyone).await
            }
            What::Expire(room, seq) => bids::expire(&mut tx, wanted, (*room, *seq), cache, Time(now_ms)).await,
            What::Depart(room) => erasure::depart(&mut tx, wanted, *room, Time(now_ms)).await,
            What::Delete(room, title) => erasure::delete(&mut tx, wanted, (*room, title), Time(now_ms)).await,
            What::Erased(room) => erasure::tell(&mut tx, wanted, *room, Time(now_ms)).await,
            What::Amend(room, checked) => {
                amend::settle(&mut tx, wanted, (*room, checked), cache, Time(now_ms), direct_anyone).await
            }
            What::Change(room, change) => {
                settle(&mut tx, wanted, (*room, change), cache, Time(now_ms), direct_anyone).await
            }
        };
        match settled {
            Ok(Ok(changed)) => {
                store.commit_group(tx).await.map_err(|_| Trouble::Commit)?;
                return Ok(Ok(changed));
            }
            Ok(Err(code)) => {
                store.roll_back_group(tx).await;
                return Ok(Err(code));
            }
            Err(error) => {
                store.roll_back_group(tx).await;
                again += 1;
                if again > AGAIN_MAX || !append::is_stored_elsewhere(&error) {
                    return Err(Trouble::Statement(error));
                }
            }
        }
    }
}

/// A transaction either fails, or refuses, or has changed something.
pub(super) type Settled = sqlx::Result<Result<Changed, Code>>;

async fn settle(
    tx: &mut Tx,
    wanted: &Wanted,
    (room, change): (RoomId, &Checked),
    cache: &MembersCache,
    at: Time,
    direct_anyone: bool,
) -> Settled {
    let author = wanted.author.id;
    let Some(held) = groups::hold(tx, room).await? else { return Ok(Err(Code::NotFound)) };
    if let Some(known) = groups::stored(tx, author, wanted.cid).await? {
        return Ok(same(wanted.cid, known, room, change.hash()));
    }
    let (head, rev) = (held.head(), held.members_rev);
    let Some(mine) = groups::seat(tx, room, author).await? else { return Ok(Err(Code::NotFound)) };
    if mine.is_banned {
        return Ok(Err(Code::Banned));
    }
    let theirs = match &change.whom {
        Some(key) if mine.standing.role.is_some() => groups::seat_by_key(tx, room, key).await?,
        _ => None,
    };
    let other = match &theirs {
        Some(seat) => Some(Other {
            standing: seat.standing,
            is_self: seat.person.id == author,
            is_reachable: !seat.is_banned && blocks::may_meet(tx, author, seat.person.id, direct_anyone).await?,
        }),
        None => None,
    };
    let title_key = match &change.step {
        Step::Rename(title) => Some(title.key.clone()),
        _ => held.title_key.clone(),
    };
    let is_title_free = match (&change.step, title_key) {
        (Step::Rename(_) | Step::Reopen, Some(key)) => groups::is_title_free(tx, &key, room).await?,
        _ => true,
    };
    let is_hosted = change.step == Step::Leave && subjects::is_hosted(tx, room).await?;
    let facts = held.facts(groups::counts(tx, room).await?, is_title_free, is_hosted);
    let is_listed = facts.is_public;
    let decision = match rules::decide(&change.step, &facts, &mine.standing, other.as_ref()) {
        Ok(decision) => decision,
        Err(code) => return Ok(Err(code)),
    };
    let about = theirs.map(|seat| seat.person);
    let work = Work { wanted, room, change, at, head, rev, is_listed, about };
    work.apply(tx, decision, cache).await.map(Ok)
}

/// A retry, or another use of the same cid.
pub(super) fn same(cid: Cid, known: Stored, room: RoomId, hash: ContentHash) -> Result<Changed, Code> {
    if (known.room, known.hash) != (room, hash) {
        return Err(Code::CidConflict);
    }
    Ok(Changed { room, ack: Some(ack(cid, room, known.seq, known.at)), news: None })
}

pub(super) fn ack(cid: Cid, room: RoomId, seq: Seq, at: Time) -> Ack {
    Ack { cid, room, seq, at }
}

pub(super) fn event(
    wanted: &Wanted,
    room: RoomId,
    seq: Seq,
    (kind, text): (EventKind, Option<String>),
    about: Option<Person>,
    at: Time,
) -> Event {
    let author = wanted.author.clone();
    let message = text.map(|content| Message::new(MessageType::System, content));
    let (about, mentions) = (about.map(Box::new), Vec::new());
    Event { room, seq, cid: wanted.cid, kind, author, at, message, target: None, about, mentions }
}

pub(super) async fn everybody(tx: &mut Tx, room: RoomId, rev: i64) -> sqlx::Result<Arc<Members>> {
    let found = append::members(tx, &[(room, rev)]).await?;
    Ok(found
        .into_values()
        .next()
        .unwrap_or_else(|| Arc::new(Members { rev, intervals: Vec::new(), apart: Default::default() })))
}

/// A change that is allowed, about to be written.
struct Work<'a> {
    wanted: &'a Wanted,
    room: RoomId,
    change: &'a Checked,
    at: Time,
    head: Seq,
    rev: i64,
    /// Whether the room is public.
    is_listed: bool,
    /// Whom it is about, if it is about somebody else.
    about: Option<Person>,
}

impl Work<'_> {
    async fn apply(self, tx: &mut Tx, decision: rules::Decision, cache: &MembersCache) -> sqlx::Result<Changed> {
        let (seq, author) = (self.head.next(), self.wanted.author.clone());
        if let Some((action, detail)) = self.change.step.audited().filter(|_| !decision.is_nothing()) {
            let about = self.about.as_ref().map(|about| about.id);
            audit::insert(tx, self.at, Some(self.wanted.author.id), action, about, Some(self.room), detail).await?;
        }
        let event = decision.event.map(|said| {
            let about = match said.0 {
                EventKind::Joined | EventKind::Left => Some(self.about.clone().unwrap_or(author)),
                _ => self.about.clone(),
            };
            event(self.wanted, self.room, seq, said, about, self.at)
        });
        if let Some(event) = &event {
            groups::insert_event(tx, event, self.change.hash()).await?;
        }
        let (mut entered, mut gone, mut rows) = (Vec::new(), Vec::new(), Vec::new());
        for effect in &decision.effects {
            self.write(tx, effect, seq).await?;
            match effect {
                Effect::Enter(whom, _) => entered.extend(self.who(*whom)),
                Effect::Go(whom) => gone.extend(self.who(*whom)),
                Effect::Mute | Effect::Unmute => rows.extend(self.who(Whom::Other)),
                Effect::Level(_) => rows.push(self.wanted.author.id),
                Effect::Reopen => rows = members::muted(tx, self.room).await?,
                _ => {}
            }
        }
        let is_same = entered.is_empty() && gone.is_empty();
        let members = match (is_same, cache.get(self.room, self.rev)) {
            (true, Some(known)) => known,
            (true, None) => everybody(tx, self.room, self.rev).await?,
            (false, _) => {
                let rev = members::raise_rev(tx, self.room).await?;
                everybody(tx, self.room, rev).await?
            }
        };
        let events = Vec::from_iter(event);
        let ack = events.first().map(|event| ack(event.cid, event.room, event.seq, event.at));
        let is_seen =
            |effect: &Effect| matches!(effect, Effect::Rename | Effect::Topic | Effect::Archive | Effect::Reopen);
        let listed = self.is_listed.then(|| decision.effects.iter().any(is_seen));
        Ok(Changed {
            room: self.room,
            ack,
            news: Some(News { events, members, entered, gone, rows, listed, recount: None }),
        })
    }

    fn who(&self, whom: Whom) -> Option<UserId> {
        match whom {
            Whom::Author => Some(self.wanted.author.id),
            Whom::Other => self.about.as_ref().map(|about| about.id),
        }
    }

    async fn write(&self, tx: &mut Tx, effect: &Effect, seq: Seq) -> sqlx::Result<()> {
        let (room, author, at) = (self.room, self.wanted.author.id, self.at);
        let whom = match effect {
            Effect::Enter(whom, _) | Effect::Go(whom) => *whom,
            _ => Whom::Other,
        };
        match (effect, self.who(whom), &self.change.step) {
            (Effect::Enter(_, from), Some(user), step) => {
                let part = if let Step::Invite { part, .. } = step { part.as_str() } else { "" };
                let (role, from) = (Role::Member, from.unwrap_or(seq));
                // Nothing from before is unread.
                members::enter(tx, room, Entry { user, role, part, from, joined: seq, cursor: seq }).await
            }
            (Effect::Go(_), Some(user), _) => members::go(tx, room, user, seq).await,
            (Effect::Ban, Some(user), _) => members::ban(tx, room, user, author, at).await,
            (Effect::Unban, Some(user), _) => members::unban(tx, room, user).await,
            (Effect::Mute, Some(user), _) => members::mute(tx, room, user, author, at).await,
            (Effect::Unmute, Some(user), _) => members::unmute(tx, room, user).await,
            (Effect::Role(role), Some(user), _) => members::set_role(tx, room, user, *role).await,
            (Effect::Rename, _, Step::Rename(title)) => groups::set_title(tx, room, &title.text, &title.key).await,
            (Effect::Topic, _, Step::Topic(topic)) => groups::set_topic(tx, room, topic).await,
            (Effect::Level(level), ..) => members::set_level(tx, room, author, *level).await,
            (Effect::Archive, ..) => groups::set_archived(tx, room, Some(at)).await,
            (Effect::Reopen, ..) => groups::set_archived(tx, room, None).await,
            _ => Ok(()),
        }
    }
}
