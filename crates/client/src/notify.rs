//! Desktop notifications (SPEC 7). Rule: one tab of a user speaks, only of what came just now, only while nobody looks, and
//! takes it back when it is read.

use wire::{Event, Level, Seq};

use crate::Client;
use crate::io::Output;
use crate::note;
use crate::room::Room;

/// Characters of a message in its notification.
const TEXT_CHARS_MAX: usize = 200;

impl Client {
    /// Speaks of what came with this input, and takes back what has been read.
    pub(crate) fn notify(&mut self) {
        let speaks = self.outbox.drains() && !(self.visible && self.focused);
        for room in self.rooms.values_mut() {
            let first = std::mem::take(&mut room.arrived);
            if speaks && first > Seq(0) {
                self.out.extend(notice(room, first));
            }
            // A room that is not to be heard of any more says nothing, and what it said goes.
            if room.notified > Seq(0) && (room.read() >= room.notified || room.level == Level::None) {
                room.notified = Seq(0);
                self.out.push_back(Output::Unnotify { room: room.id });
            }
        }
    }

    /// The room is gone, and what was said of it with it.
    pub(crate) fn withdraw(&mut self, room: &Room) {
        if room.notified > Seq(0) {
            self.out.push_back(Output::Unnotify { room: room.id });
        }
    }
}

/// What to say of others' messages from this one on, as far as the user wants to hear of them.
fn notice(room: &mut Room, first: Seq) -> Option<Output> {
    let from = first.max(room.read().next()).max(room.quiet.next());
    let counts = match room.level {
        Level::None => return None,
        Level::Mentions => Event::mentions,
        _ => Event::counts_for,
    };
    let (mut count, mut newest) = (0_usize, None);
    for (_, event) in room.window.events().range(from, Seq(i64::MAX)) {
        if counts(event, room.me) {
            (count, newest) = (count.saturating_add(1), Some(event));
        }
    }
    let newest = newest?;
    let said = || newest.message.as_ref().map(|message| message.gist().to_owned());
    let text = note::sentence(newest, room.me).or_else(said).unwrap_or_default();
    let end = text.char_indices().nth(TEXT_CHARS_MAX).map_or(text.len(), |(at, _)| at);
    let (text, title) = (text[..end].to_owned(), room.title.clone());
    room.notified = newest.seq;
    Some(Output::Notify { room: room.id, seq: newest.seq, title, text, count })
}
