//! The transactions by which a host application opens and governs rooms about its things. Rule: the room is held, found to be the
//! application's, then decided by `rooms::governing`; what members see of it are events of the log like any others, by the application.

use super::{
    change::{Changed, News, Settled, Wanted, ack, event, everybody, same},
    erasure::fresh_cid,
    found,
};
use crate::{
    fanout::members::MembersCache,
    rooms::governing::{Act, Deed, Facts, Governing, Guest, Hosted, Name, Named, Wish, decide},
    store::{
        Tx, apps, audit, groups,
        members::{self, Entry},
        subjects,
    },
};
use wire::{Code, EventKind, Person, Role, RoomId, Seq, Time, admin::Action};

/// Opens or changes a room of the application.
pub(super) async fn settle(
    tx: &mut Tx,
    wanted: &Wanted,
    governing: &Governing,
    cache: &MembersCache,
    at: Time,
) -> Settled {
    match &governing.act {
        Act::Open(hosted) => open(tx, wanted, governing, hosted, at).await,
        Act::Change(room, wish) => change(tx, wanted, (governing, *room, wish), cache, at).await,
    }
}

async fn open(tx: &mut Tx, wanted: &Wanted, governing: &Governing, hosted: &Hosted, at: Time) -> Settled {
    if let Some(known) = groups::stored(tx, wanted.author.id, wanted.cid).await? {
        let room = known.room;
        return Ok(same(wanted.cid, known, room, governing.hash()));
    }
    let Hosted { subject, title, notice, participants } = hosted;
    if let Some(room) = subjects::by_key(tx, &governing.namespace, subject).await? {
        return Ok(Ok(Changed { room, ack: None, news: None }));
    }
    let mut seats: Vec<found::Seat<'_>> = Vec::with_capacity(participants.len());
    for Guest { name, part, .. } in participants {
        let Some(named) = person(tx, governing, RoomId(0), name).await? else { return Ok(Err(Code::NoSuchPerson)) };
        if named.is_banned {
            return Ok(Err(Code::Banned));
        }
        let user = named.person.id;
        if seats.iter().all(|seat| seat.user != user) {
            seats.push(found::Seat { user, role: Role::Member, part });
        }
    }
    let room = subjects::create(tx, &governing.namespace, subject, title, at).await?;
    let said = (EventKind::Message, Some(notice.clone()));
    found::begin(tx, wanted, room, said, &seats, governing.hash(), at).await.map(Ok)
}

/// The application's user of that name, and where they stand in the room.
async fn person(tx: &mut Tx, governing: &Governing, room: RoomId, name: &Name) -> sqlx::Result<Option<Named>> {
    match name {
        Name::External(id) => apps::user_by_external_id(tx, governing.app, room, id).await,
        Name::Key(key) => apps::user_by_key(tx, governing.app, room, key).await,
    }
}

async fn change(
    tx: &mut Tx,
    wanted: &Wanted,
    (governing, room, wish): (&Governing, RoomId, &Wish),
    cache: &MembersCache,
    at: Time,
) -> Settled {
    let Some(held) = groups::hold(tx, room).await? else { return Ok(Err(Code::NotFound)) };
    let Some(subject) = subjects::of_namespace(tx, room, &governing.namespace).await? else {
        return Ok(Err(Code::NotFound));
    };
    if let Some(known) = groups::stored(tx, wanted.author.id, wanted.cid).await? {
        return Ok(same(wanted.cid, known, room, governing.hash()));
    }
    let (mut add, mut remove) = (Vec::new(), Vec::new());
    if let Wish::Edit { add: guests, remove: names, .. } = wish {
        for name in guests.iter().map(|guest| &guest.name) {
            let Some(named) = person(tx, governing, room, name).await? else { return Ok(Err(Code::NoSuchPerson)) };
            add.push(named);
        }
        for name in names {
            let Some(named) = person(tx, governing, room, name).await? else { return Ok(Err(Code::NoSuchPerson)) };
            remove.push(named);
        }
    }
    let (members_count, _) = groups::counts(tx, room).await?;
    let facts =
        Facts { is_archived: held.is_archived, title: held.title().to_owned(), link: subject.link, members_count };
    let deeds = match decide(wish, &facts, &add, &remove) {
        Ok(deeds) => deeds,
        Err(code) => return Ok(Err(code)),
    };
    let work = Work { wanted, governing, room, at, rev: held.members_rev };
    work.apply(tx, deeds, held.head(), cache).await.map(Ok)
}

/// What is about to be written.
struct Work<'a> {
    wanted: &'a Wanted,
    governing: &'a Governing,
    room: RoomId,
    at: Time,
    rev: i64,
}

impl Work<'_> {
    async fn apply(self, tx: &mut Tx, deeds: Vec<Deed>, head: Seq, cache: &MembersCache) -> sqlx::Result<Changed> {
        let (mut seq, mut events) = (head, Vec::new());
        let (mut entered, mut gone) = (Vec::new(), Vec::new());
        for deed in deeds {
            let next = seq.next();
            if let Some((said, about)) = told(&deed) {
                // The retry of all of it is told by the first event.
                let cid = if events.is_empty() { self.wanted.cid } else { fresh_cid(self.at) };
                let wanted = Wanted { cid, ..self.wanted.clone() };
                let event = event(&wanted, self.room, next, said, about, self.at);
                groups::insert_event(tx, &event, self.governing.hash()).await?;
                events.push(event);
                seq = next;
            }
            match &deed {
                Deed::Enter { person, .. } => entered.push(person.id),
                Deed::Remove(person) => gone.push(person.id),
                _ => {}
            }
            self.write(tx, deed, next).await?;
        }
        let members = match cache.get(self.room, self.rev).filter(|_| entered.is_empty() && gone.is_empty()) {
            Some(known) => known,
            None if entered.is_empty() && gone.is_empty() => everybody(tx, self.room, self.rev).await?,
            None => {
                let rev = members::raise_rev(tx, self.room).await?;
                everybody(tx, self.room, rev).await?
            }
        };
        let ack = events.first().map(|event| ack(event.cid, event.room, event.seq, event.at));
        let news = News { events, members, entered, gone, rows: Vec::new(), listed: None, recount: None };
        Ok(Changed { room: self.room, ack, news: Some(news) })
    }

    /// `seq`: of the event that tells it, if one does.
    async fn write(&self, tx: &mut Tx, deed: Deed, seq: Seq) -> sqlx::Result<()> {
        let (room, at) = (self.room, self.at);
        match deed {
            Deed::Rename(title) => {
                groups::set_title(tx, room, &title.text, &title.key).await?;
                self.note(tx, Action::RoomRenamed, None, &title.text).await
            }
            Deed::Link(link) => subjects::set_link(tx, room, link.as_deref()).await,
            Deed::Remove(person) => {
                members::go(tx, room, person.id, seq).await?;
                self.note(tx, Action::RoomRemoved, Some(&person), "").await
            }
            Deed::Enter { person, part, with_history } => {
                let from = if with_history { Seq(1) } else { seq };
                let (user, role) = (person.id, Role::Member);
                // Nothing from before is unread.
                members::enter(tx, room, Entry { user, role, part: &part, from, joined: seq, cursor: seq }).await?;
                self.note(tx, Action::RoomInvited, Some(&person), "").await
            }
            Deed::Part(person, part) => members::set_part(tx, room, person.id, &part).await,
            Deed::Close(_) => {
                groups::set_archived(tx, room, Some(at)).await?;
                self.note(tx, Action::RoomArchived, None, "").await
            }
            Deed::Reopen => {
                groups::set_archived(tx, room, None).await?;
                self.note(tx, Action::RoomReopened, None, "").await
            }
            Deed::Say(_) => Ok(()),
        }
    }

    async fn note(&self, tx: &mut Tx, action: Action, about: Option<&Person>, detail: &str) -> sqlx::Result<()> {
        let (by, about) = (Some(self.wanted.author.id), about.map(|about| about.id));
        audit::insert(tx, self.at, by, action, about, Some(self.room), detail).await
    }
}

/// An event: its kind, its text, and whom it is about.
type Told = ((EventKind, Option<String>), Option<Person>);

/// What members see of it.
fn told(deed: &Deed) -> Option<Told> {
    let text = |text: &String| (!text.is_empty()).then(|| text.clone());
    Some(match deed {
        Deed::Rename(title) => ((EventKind::Renamed, Some(title.text.clone())), None),
        Deed::Remove(person) => ((EventKind::Removed, None), Some(person.clone())),
        Deed::Enter { person, part, .. } => ((EventKind::Joined, text(part)), Some(person.clone())),
        Deed::Close(notice) => ((EventKind::Archived, text(notice)), None),
        Deed::Reopen => ((EventKind::Reopened, None), None),
        Deed::Say(said) => ((EventKind::Message, Some(said.clone())), None),
        Deed::Link(_) | Deed::Part(..) => return None,
    })
}
