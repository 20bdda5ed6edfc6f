//! A gap in the middle of a conversation: what was held before too much was missed, and what is held since. Rule: the older
//! part is there only while its room is open, grows only from its end towards the newer one, and is one with it when they meet.

use wire::{Event, HistoryPage, RoomId, Seq};

use crate::Client;
use crate::io::{Output, Part};
use crate::older::Fetch;
use crate::room::Room;
use crate::view::{Gap, GapState};
use crate::window::{Joined, Window};

/// Events kept of the older part when a gap opens.
const EXCERPT_EVENTS_MAX: usize = 200;

impl Client {
    /// Asks for the first page of what is missing.
    pub(crate) fn fetch_newer(&mut self, id: RoomId) {
        let may = |state| matches!(state, GapState::More | GapState::Failed);
        if !self.may_fetch() || !self.gap(id).is_some_and(|gap| may(gap.state)) {
            return;
        }
        if let Some(room) = self.rooms.get_mut(&id)
            && let Some(excerpt) = &room.excerpt
        {
            room.filling.begin(self.clock.now_ms());
            self.out.push_back(Output::FetchNewer { room: id, after: excerpt.position() });
            self.tell_timeline(id);
        }
    }

    /// See [`crate::Timeline::gap`]. While nothing is held after it, catching up says the same in the same place.
    pub(crate) fn gap(&self, id: RoomId) -> Option<Gap> {
        let room = self.rooms.get(&id).filter(|room| room.excerpt.is_some())?;
        let newer = room.window.events().values().find(|event| event.kind.is_shown());
        if newer.is_none() && room.is_behind() {
            return None;
        }
        let before = newer.map(|event| event.cid).or_else(|| self.first_written(id));
        let state = match room.filling {
            Fetch::Loading { .. } => GapState::Loading,
            _ if room.is_full() => GapState::Full,
            Fetch::Failed { .. } => GapState::Failed,
            Fetch::Idle => GapState::More,
        };
        Some(Gap { before, state })
    }
}

impl Room {
    /// Everything held, in order.
    pub fn events(&self) -> Vec<&Event> {
        let mut events = Vec::new();
        if let Some(excerpt) = &self.excerpt {
            events.extend(excerpt.events().values());
        }
        events.extend(self.window.events().values());
        events
    }

    /// Those of them that are lines.
    pub fn shown(&self) -> Vec<&Event> {
        let mut events = self.events();
        events.retain(|event| event.kind.is_shown());
        events
    }

    /// How many are held.
    pub fn events_held(&self) -> usize {
        self.window.events().len().saturating_add(self.excerpt.as_ref().map_or(0, |excerpt| excerpt.events().len()))
    }

    /// The held event at this position.
    pub fn event(&self, seq: Seq) -> Option<&Event> {
        let excerpt = self.excerpt.as_ref().and_then(|excerpt| excerpt.events().get(&seq));
        excerpt.or_else(|| self.window.events().get(&seq))
    }

    /// The part that holds the first event.
    pub fn oldest(&self) -> &Window {
        self.excerpt.as_ref().unwrap_or(&self.window)
    }

    /// The window has been replaced by one further on: what it was before is the older part, unless there is one already.
    pub fn set_aside(&mut self, mut old: Window) {
        if self.excerpt.is_none() && !old.events().is_empty() {
            old.forget_ahead();
            old.trim(EXCERPT_EVENTS_MAX);
            self.excerpt = Some(old);
            self.filling = Fetch::Idle;
        }
        if self.excerpt.as_ref().is_some_and(|excerpt| excerpt.position() >= self.window.after()) {
            self.excerpt = None;
        }
    }

    /// The room is not on screen any more.
    pub fn forget_excerpt(&mut self) {
        self.fetch.leave();
        if self.excerpt.is_some() {
            self.rebase_unread();
            self.excerpt = None;
            self.fetch = Fetch::Idle;
        }
    }

    /// Takes a page that was asked for, at the part where it was asked for.
    pub fn join_part(&mut self, page: HistoryPage) -> Joined {
        if page.after > self.oldest().position() {
            return Joined::default();
        }
        let Some(mut excerpt) = self.excerpt.take() else { return self.join(page) };
        self.see_head(page.head);
        let mut joined = excerpt.join(page);
        // Whatever end they are at, for the screen they are in the middle.
        joined.older.append(&mut joined.newer);
        self.excerpt = Some(excerpt);
        self.unite();
        joined
    }

    /// Makes one window of two that meet.
    pub fn unite(&mut self) {
        if let Some(excerpt) = self.excerpt.take_if(|excerpt| excerpt.position() >= self.window.after()) {
            self.window.precede(excerpt);
            self.filling = Fetch::Idle;
        }
    }

    /// Whether this is what would be asked for next.
    pub fn is_missing(&self, part: Part) -> bool {
        match part {
            Part::Before(seq) => self.has_older() && seq == self.oldest().after().next(),
            Part::After(seq) => self.excerpt.as_ref().is_some_and(|excerpt| excerpt.position() == seq),
        }
    }

    /// The request for such a part.
    pub fn fetch_of(&mut self, part: Part) -> &mut Fetch {
        match part {
            Part::Before(_) => &mut self.fetch,
            Part::After(seq) if self.fetch.around() == Some(seq) => &mut self.fetch,
            Part::After(_) => &mut self.filling,
        }
    }

    /// The request for just this part, if its answer is awaited.
    pub fn awaits(&mut self, part: Part) -> Option<&mut Fetch> {
        let is_awaited = match (part, self.fetch.around()) {
            (Part::After(seq), Some(around)) if seq == around => true,
            (Part::Before(_), Some(_)) => false,
            _ => self.is_missing(part),
        };
        Some(self.fetch_of(part)).filter(|fetch| is_awaited && fetch.is_loading())
    }
}
