//! The script socket `/ws/chat/{room}` (SPEC 9): one room, in the words of the source designs, for scripts and wscat. Rule: it says
//! what `/ws` says, in the same order and with nothing left out in between; only the words differ.

mod heard;
mod said;
#[cfg(test)]
mod tests;

use super::socket::Farewell;
use crate::problem::told;
use bytes::Bytes;
use domain::{Chat, Page, Viewer};
use said::{Card, Said};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use wire::{
    Cid, Code, CursorState, EVERYBODY_ELSE, Event, EventKind, HistoryPage, Person, Presence, Refusal, RoomId, RoomPage,
    Seq, UserId,
    frame::{ClientFrame, Held, RoomChange, ServerFrame, close},
    limits::PAGE_EVENTS_MAX,
};

/// Messages that a script is told when it comes.
const HISTORY_MAX: usize = 50;
/// Pages of the log that are read for them: much of it may be about messages, and no message.
const HISTORY_PAGES_MAX: usize = 4;
/// Messages whose ids are remembered for `bulk_read`.
const REMEMBERED_MAX: usize = 200;

/// One script's place in one room.
pub(super) struct Script {
    room: RoomId,
    reader: UserId,
    /// Everything up to here has been told.
    told: Seq,
    /// The last event that has come: a later one than `told` while something before it is missing.
    seen: Seq,
    /// What is missing has been asked for.
    is_asking: bool,
    /// The members that are known by name.
    people: BTreeMap<UserId, Person>,
    /// Who of the others is here, as far as that has been told.
    here: BTreeSet<UserId>,
    /// How far each of them has read.
    read: BTreeMap<UserId, Seq>,
    /// The last messages, and who wrote them.
    messages: VecDeque<(Seq, UserId)>,
    /// Those that the script gave an id itself, and waits for.
    asked: BTreeSet<Cid>,
}

/// What follows from a frame of `/ws`.
#[derive(Default)]
pub(super) struct Told {
    /// The script is told this.
    pub(super) frames: Vec<Bytes>,
    /// This is missing, and has to be asked for.
    pub(super) missing: Option<Held>,
    /// And then it ends.
    pub(super) end: Option<Farewell>,
}

impl Script {
    /// What a script is told first, and what it knows from then on.
    ///
    /// # Errors
    /// Why it may not come in.
    pub(super) async fn open(chat: &Chat, viewer: &Viewer, room: &str) -> Result<(Self, Vec<Bytes>), Farewell> {
        let outside = |refusal: Refusal| match refusal.code {
            Code::NotFound => Farewell::refused(close::FORBIDDEN, refusal),
            _ => Farewell::refused(close::RESTART, refusal),
        };
        let room = room.parse().map_err(|_| outside(Code::NotFound.into()))?;
        let mut script = Self::new(room, viewer.user);
        let frames = script.greet(chat, viewer).await.map_err(|error| outside(told(error)))?;
        Ok((script, frames))
    }

    fn new(room: RoomId, reader: UserId) -> Self {
        Self {
            room,
            reader,
            told: Seq(0),
            seen: Seq(0),
            is_asking: false,
            people: BTreeMap::new(),
            here: BTreeSet::new(),
            read: BTreeMap::new(),
            messages: VecDeque::new(),
            asked: BTreeSet::new(),
        }
    }

    async fn greet(&mut self, chat: &Chat, viewer: &Viewer) -> Result<Vec<Bytes>, domain::Error> {
        let RoomPage { summary, page } = chat.room_page(viewer, self.room).await?;
        self.told = page.to;
        self.read = summary.cursors.iter().map(|cursors| (cursors.user, cursors.read)).collect();
        let members = match summary.peer {
            Some(peer) => vec![viewer.person(), peer],
            None => chat.room_details(viewer, self.room, 0).await?.members.into_iter().map(|one| one.person).collect(),
        };
        self.people = members.into_iter().map(|person| (person.id, person)).collect();
        let mut events = messages(page.events);
        let mut before = page.after;
        for _ in 1..HISTORY_PAGES_MAX {
            if events.len() >= HISTORY_MAX || before < summary.first {
                break;
            }
            let earlier = chat.history(viewer, self.room, Page::Before(before.next()), PAGE_EVENTS_MAX).await?;
            events.splice(0..0, messages(earlier.events));
            before = earlier.after;
        }
        events.drain(..events.len().saturating_sub(HISTORY_MAX));
        events.iter().for_each(|event| self.remember(event));
        let mut frames = vec![Said::MessageHistory { messages: events.iter().filter_map(Card::of).collect() }.encode()];
        frames.extend(chat.presence(viewer).await?.iter().filter_map(|one| self.presence(one)));
        Ok(frames)
    }

    /// The frame of `/ws` that a script's text stands for.
    ///
    /// # Errors
    /// Why it stands for none.
    pub(super) fn hear(&mut self, text: &str) -> Result<ClientFrame, Code> {
        let (frame, asked) = heard::frame(text, self.room, self.told)?;
        self.asked.extend(asked);
        Ok(frame)
    }

    /// What a frame of `/ws` is for the script.
    pub(super) fn tell(&mut self, frame: &str) -> Told {
        match wire::read::json(frame).unwrap_or(ServerFrame::Unknown) {
            ServerFrame::Event(event) if event.room == self.room => self.follow(event),
            ServerFrame::MessageHistory { page, complete, cursors, .. } if page.room == self.room => {
                let mut told = self.fill(page, complete);
                told.frames.extend(cursors.iter().filter_map(|one| self.reading(one)));
                told
            }
            ServerFrame::Gap { room, .. } if room == self.room => Told::end(Farewell::new(close::GAP, "gap")),
            ServerFrame::Room(RoomChange::Removed { room }) if room == self.room => {
                Told::end(Farewell::refused(close::FORBIDDEN, Code::NotFound.into()))
            }
            ServerFrame::Cursors { room, cursors, .. } if room == self.room => Told::frames(self.reading(&cursors)),
            ServerFrame::Receipts { room, cursors, .. } if room == self.room => {
                Told::frames(cursors.iter().filter_map(|one| self.reading(one)))
            }
            ServerFrame::Typing { room, user, is_typing, .. } if room == self.room => {
                Told::frames([Said::UserTyping { user_id: user, username: self.name(user), is_typing }.encode()])
            }
            ServerFrame::Presence(one) => Told::frames(self.presence(&one)),
            ServerFrame::Presences { people } => Told::frames(people.iter().filter_map(|one| self.presence(one))),
            ServerFrame::Ack { cid, seq, at, .. } if self.asked.remove(&cid) => {
                Told::frames([Said::Ack { cid, id: seq, created_at: at }.encode()])
            }
            ServerFrame::Refused { cid, refusal } => self.refused(cid, &refusal),
            ServerFrame::SlowDown { cid, wait_ms } => self.refused(cid, &Refusal::slow_down(wait_ms)),
            ServerFrame::Error { refusal } => Told::frames([Said::error(&refusal, None)]),
            _ => Told::default(),
        }
    }

    /// An event in its place is told; one that comes before another waits until that has been asked for.
    fn follow(&mut self, event: Event) -> Told {
        if event.seq <= self.told {
            return Told::default();
        }
        self.seen = self.seen.max(event.seq);
        if event.seq == self.told.next() {
            return Told::frames(self.next(event));
        }
        self.ask()
    }

    /// What was missing.
    fn fill(&mut self, page: HistoryPage, complete: bool) -> Told {
        self.is_asking = false;
        let mut frames = Vec::new();
        for event in page.events {
            if event.seq > self.told {
                frames.extend(self.next(event));
            }
        }
        self.told = self.told.max(page.to);
        let missing = if complete && self.seen <= self.told { None } else { self.ask().missing };
        Told { frames, missing, end: None }
    }

    fn ask(&mut self) -> Told {
        let is_new = !std::mem::replace(&mut self.is_asking, true);
        let missing = is_new.then_some(Held { room: self.room, after: Some(self.told) });
        Told { missing, ..Told::default() }
    }

    /// What happens next in the room, if it is told in this dialect.
    fn next(&mut self, event: Event) -> Option<Bytes> {
        self.told = event.seq;
        self.people.insert(event.author.id, event.author.clone());
        match (event.kind, &event.about) {
            (EventKind::Joined, Some(person)) => drop(self.people.insert(person.id, (**person).clone())),
            (EventKind::Left | EventKind::Removed, Some(person)) => drop(self.people.remove(&person.id)),
            _ => {}
        }
        self.remember(&event);
        Said::of(&event).map(|said| said.encode())
    }

    fn remember(&mut self, event: &Event) {
        if event.kind == EventKind::Message {
            self.messages.push_back((event.seq, event.author.id));
            let spare = self.messages.len().saturating_sub(REMEMBERED_MAX);
            self.messages.drain(..spare);
        }
    }

    /// Whoever read further is told with the messages that that was about.
    fn reading(&mut self, cursors: &CursorState) -> Option<Bytes> {
        let CursorState { user, read, .. } = *cursors;
        let before = self.read.get(&user).copied().unwrap_or_default();
        // In a room of very many there is one cursor for all of them, and nobody to name.
        if read <= before || user == EVERYBODY_ELSE {
            return None;
        }
        self.read.insert(user, read);
        let is_read = |(seq, author): &&(Seq, UserId)| *seq > before && *seq <= read && *author != user;
        let ids: Vec<Seq> = self.messages.iter().filter(is_read).map(|(seq, _)| *seq).collect();
        let username = self.name(user);
        match ids[..] {
            [] => None,
            [message_id] => Some(Said::MessageRead { message_id, user_id: user, username }.encode()),
            _ => Some(Said::BulkRead { message_ids: ids, user_id: user, username }.encode()),
        }
    }

    /// Of the others in the room, once for each change.
    fn presence(&mut self, presence: &Presence) -> Option<Bytes> {
        let Presence { user: user_id, online, last_seen } = *presence;
        if user_id == self.reader || !self.people.contains_key(&user_id) {
            return None;
        }
        let is_news = if online { self.here.insert(user_id) } else { self.here.remove(&user_id) };
        let username = self.name(user_id);
        is_news.then(|| match online {
            true => Said::Online { user_id, username }.encode(),
            false => Said::Offline { user_id, username, last_seen }.encode(),
        })
    }

    fn refused(&mut self, cid: Cid, refusal: &Refusal) -> Told {
        let asked = self.asked.take(&cid);
        Told::frames([Said::error(refusal, asked)])
    }

    fn name(&self, user: UserId) -> Option<&str> {
        self.people.get(&user).map(|person| person.username.as_str())
    }
}

impl Told {
    fn frames(frames: impl IntoIterator<Item = Bytes>) -> Self {
        Self { frames: frames.into_iter().collect(), ..Self::default() }
    }

    fn end(farewell: Farewell) -> Self {
        Self { end: Some(farewell), ..Self::default() }
    }
}

fn messages(mut events: Vec<Event>) -> Vec<Event> {
    events.retain(|event| event.kind == EventKind::Message);
    events
}
