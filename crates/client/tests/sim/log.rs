//! One room's log in the model of the server. Rule: what was done to messages is folded in by the plainest loop over all of it.

use std::collections::BTreeMap;

use wire::frame::ClientFrame;
use wire::{
    Act, Cid, Code, CursorState, EVERYBODY_ELSE, Event, EventKind, HistoryPage, Level, Quote, RoomId, Seq, Span, Tally,
    Unread, UserId,
};

#[derive(Default)]
pub struct Log {
    pub members: Vec<UserId>,
    /// What happened, as it happened.
    pub raw: Vec<Event>,
    /// The same, with everything folded in.
    pub events: Vec<Event>,
    pub cursors: BTreeMap<UserId, (Seq, Seq)>,
    /// How much each wants to hear.
    pub levels: BTreeMap<UserId, Level>,
    /// What one member may not see.
    pub hidden: Option<(UserId, Span)>,
}

/// What somebody wants to be in a log.
#[derive(Clone)]
pub struct Wish {
    pub user: UserId,
    pub cid: Cid,
    pub room: RoomId,
    pub act: Act,
    pub content: String,
    pub target: Option<Seq>,
}

impl Wish {
    pub fn of(user: UserId, frame: ClientFrame) -> Option<Self> {
        let wish = |cid, room, act, content, target| Some(Self { user, cid, room, act, content, target });
        match frame {
            ClientFrame::ChatMessage { cid, room, content, reply_to, .. } => {
                wish(cid, room, Act::Say, content, reply_to)
            }
            ClientFrame::EditMessage { cid, room, target, content } => {
                wish(cid, room, Act::Edit, content, Some(target))
            }
            ClientFrame::DeleteMessage { cid, room, target } => {
                wish(cid, room, Act::Delete, String::new(), Some(target))
            }
            ClientFrame::Reaction { cid, room, target, emoji, on } => {
                wish(cid, room, if on { Act::React } else { Act::Unreact }, emoji, Some(target))
            }
            _ => None,
        }
    }
}

impl Log {
    pub fn head(&self) -> Seq {
        Seq(self.events.len() as i64)
    }

    pub fn is_hidden(&self, user: UserId, seq: Seq) -> bool {
        self.hidden.is_some_and(|(from, span)| from == user && span.from <= seq && seq <= span.to)
    }

    /// Whether a member sees a line there.
    pub fn is_line(&self, user: UserId, seq: Seq) -> bool {
        self.part(user, Seq(seq.0 - 1), seq).any(|event| event.kind.is_shown())
    }

    /// Whether somebody will not see what comes next. Who is told nothing of a change learns of it with the next page only: here
    /// nothing is changed then.
    pub fn is_veiled(&self) -> bool {
        self.members.iter().any(|member| self.is_hidden(*member, self.head().next()))
    }

    /// What a member sees after a position, up to another.
    pub fn part(&self, user: UserId, after: Seq, to: Seq) -> impl DoubleEndedIterator<Item = Event> {
        let end = to.min(self.head()).0.max(0) as usize;
        let part = &self.events[(after.0.max(0) as usize).min(end)..end];
        part.iter().filter(move |event| !self.is_hidden(user, event.seq)).map(move |event| self.seen_by(user, event))
    }

    /// Those of it that are lines.
    pub fn shown(&self, user: UserId) -> impl DoubleEndedIterator<Item = Event> {
        self.part(user, Seq(0), self.head()).filter(|event| event.kind.is_shown())
    }

    /// Of a message that the reader may not see nothing is quoted.
    pub fn seen_by(&self, user: UserId, event: &Event) -> Event {
        let mut event = event.clone();
        let quote = event.message.as_mut().and_then(|message| message.reply_to.as_mut());
        if let Some(quote) = quote.filter(|quote| self.is_hidden(user, quote.seq)) {
            **quote = Quote { seq: quote.seq, author: None, content: String::new(), deleted: false, changed: Seq(0) };
        }
        event
    }

    /// The event is in the log, and in what it is about.
    pub fn push(&mut self, event: Event) {
        for one in self.events.iter_mut().filter(|_| event.target.is_some()) {
            let Some(message) = &mut one.message else { continue };
            if Some(one.seq) == event.target && message.amend(&event) && event.kind == EventKind::Edited {
                one.mentions.clone_from(&event.mentions);
            }
            message.reply_to.iter_mut().for_each(|quote| _ = quote.amend(&event));
        }
        self.raw.push(event.clone());
        self.events.push(event);
    }

    pub fn quote(&self, seq: Seq) -> Option<Quote> {
        let event = self.events.get(usize::try_from(seq.0 - 1).ok()?)?;
        let said = event.message.as_ref()?;
        let (author, content) = (Some(event.author.clone()), Quote::excerpt(&said.content));
        Some(Quote { seq, author, content, deleted: said.deleted, changed: said.changed })
    }

    /// Why something cannot be done to a message.
    pub fn refusal(&self, wish: &Wish) -> Option<Code> {
        let target = wish.target?;
        let event = self.part(wish.user, Seq(target.0 - 1), target).find(|event| event.kind == EventKind::Message);
        let Some((event, message)) = event.and_then(|event| Some((event.clone(), event.message?))) else {
            return Some(Code::NoSuchMessage);
        };
        let mut by = message.reactions.iter().filter(|reaction| reaction.emoji == wish.content);
        let has = by.any(|reaction| reaction.by.contains(&wish.user));
        let is_so = match wish.act {
            Act::Edit => message.content == wish.content,
            Act::React => has,
            Act::Unreact => !has,
            _ => false,
        };
        let is_foreign = event.author.id != wish.user && matches!(wish.act, Act::Edit | Act::Delete);
        match () {
            () if is_foreign => Some(Code::NotAuthor),
            () if message.deleted && wish.act != Act::Say => Some(Code::MessageDeleted),
            () => is_so.then_some(Code::Unchanged),
        }
    }

    pub fn unread(&self, user: UserId) -> Unread {
        let read = self.cursors[&user].1;
        let count = self.part(user, read, self.head()).filter(|event| event.counts_for(user)).count();
        let named = self.part(user, read, self.head()).filter(|event| event.mentions(user)).count();
        Unread { count: count.min(100) as i64, read, as_of: self.head(), mentions: named.min(100) as i64 }
    }

    pub fn level(&self, user: UserId) -> Level {
        self.levels.get(&user).copied().unwrap_or_default()
    }

    pub fn cursor(&self, user: UserId) -> CursorState {
        let (delivered, read) = self.cursors[&user];
        CursorState { user, delivered, read, joined: Seq(0) }
    }

    /// The least of the others.
    pub fn everybody_else(&self, user: UserId) -> CursorState {
        let others = || self.members.iter().filter(|member| **member != user).map(|member| self.cursors[member]);
        let least = |pick: fn((Seq, Seq)) -> Seq| others().map(pick).min().unwrap_or_default();
        let (delivered, read) = (least(|cursor| cursor.0), least(|cursor| cursor.1));
        CursorState { user: EVERYBODY_ELSE, delivered, read, joined: Seq(0) }
    }

    /// How many of the others have an event.
    pub fn tally(&self, author: UserId, seq: Seq) -> Tally {
        let others = || self.members.iter().filter(|member| **member != author).map(|member| self.cursors[member]);
        let count = |has: &dyn Fn((Seq, Seq)) -> bool| others().filter(|cursor| has(*cursor)).count() as i64;
        Tally {
            seq,
            of: count(&|_| true),
            delivered: count(&|cursor| cursor.0 >= seq),
            read: count(&|cursor| cursor.1 >= seq),
        }
    }

    pub fn page(&self, user: UserId, room: RoomId, after: Seq, to: Seq) -> HistoryPage {
        let events = self.part(user, after, to).collect();
        let hidden = self.hidden.filter(|(from, _)| *from == user).map(|(_, span)| span).into_iter().collect();
        HistoryPage { room, after, to, events, hidden, first: Seq(1), head: self.head() }
    }
}
