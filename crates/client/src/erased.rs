//! Content that is gone for good. Rule: an event that says so is folded into everything that is held, any number of times,
//! and a page that is on its way then is asked for again.

use wire::{Event, EventKind, Message, Seq, UserId};

use crate::older::Fetch;
use crate::room::Room;
use crate::window::{Joined, Window};

/// Whose messages have no content any more, everybody's without one; up to where.
type Erased = (Option<UserId>, Seq);

impl Room {
    /// Takes what has just joined. Whether something that is held has lost its content.
    pub fn erase(&mut self, joined: &Joined) -> bool {
        let mut changed = false;
        for seq in joined.newer.iter().chain(&joined.older) {
            let Some(event) = self.event(*seq).filter(|event| event.kind == EventKind::Erased) else { continue };
            let erased = (event.about.as_ref().map(|about| about.id), event.target.unwrap_or(event.seq));
            changed |= self.window.erase(erased);
            changed |= self.excerpt.as_mut().is_some_and(|excerpt| excerpt.erase(erased));
            changed |= self.last.as_mut().is_some_and(|last| erase(last, erased));
            // What is on its way may have been read before.
            (self.fetch, self.filling) = (Fetch::Idle, Fetch::Idle);
        }
        changed
    }
}

impl Window {
    fn erase(&mut self, erased: Erased) -> bool {
        self.events_mut().fold(false, |changed, event| erase(event, erased) | changed)
    }
}

fn erase(event: &mut Event, (whose, up_to): Erased) -> bool {
    let concerns = event.seq <= up_to && whose.is_none_or(|whose| event.author.id == whose);
    let is_said = matches!(event.kind, EventKind::Message | EventKind::Edited);
    let Some(message) = event.message.as_mut().filter(|_| is_said) else { return false };
    let is_gone = |author: UserId, seq: Seq| seq <= up_to && whose.is_none_or(|whose| author == whose);
    let quote = message.reply_to.as_mut().filter(|quote| !quote.deleted);
    let quote = quote.filter(|quote| quote.author.as_ref().is_some_and(|author| is_gone(author.id, quote.seq)));
    let is_quoted = quote.is_some();
    if let Some(quote) = quote {
        (quote.content, quote.deleted) = (String::new(), true);
    }
    let is_erased = concerns && !message.deleted;
    if is_erased {
        *message = Message { changed: message.changed, ..Message::erased(message.kind) };
    }
    is_quoted || is_erased
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{event, own_event, page, summary};
    use wire::Person;

    const ME: UserId = UserId(1);

    fn erasing(seq: i64, about: Option<Person>, target: Option<i64>) -> Event {
        let (about, target) = (about.map(Box::new), target.map(Seq));
        Event { kind: EventKind::Erased, message: None, about, target, ..event(seq) }
    }

    fn room() -> Room {
        let mut room = Room::new(summary(0), ME);
        for seq in 1..=6 {
            room.take(if seq % 2 == 0 { own_event(seq) } else { event(seq) });
        }
        room
    }

    fn deleted(room: &Room) -> Vec<i64> {
        let is_deleted = |event: &&Event| event.message.as_ref().is_some_and(|message| message.deleted);
        room.events().into_iter().filter(is_deleted).map(|event| event.seq.0).collect()
    }

    #[test]
    fn the_messages_of_somebody_lose_their_content_and_are_not_unread() {
        let mut room = room();
        assert_eq!(room.unread(), 3);
        let erasing = erasing(7, Some(event(1).author), None);
        let joined = room.take(erasing.clone());
        assert!(room.erase(&joined));
        assert_eq!(deleted(&room), [1, 3, 5]);
        assert_eq!(room.unread(), 0);
        assert_eq!(room.last.as_ref().map(|last| last.seq), Some(Seq(6)), "what shows no line is not the last one");
        assert!(!room.erase(&joined), "the second time there is nothing left to do");
        let later = room.take(event(8));
        assert!(!room.erase(&later), "who comes back is read again");
        assert_eq!(deleted(&room), [1, 3, 5]);
    }

    #[test]
    fn everybodys_messages_lose_their_content_up_to_a_position() {
        let mut room = room();
        let joined = room.take(erasing(7, None, Some(4)));
        assert!(room.erase(&joined));
        assert_eq!(deleted(&room), [1, 2, 3, 4]);
    }

    #[test]
    fn a_page_that_is_on_its_way_is_asked_for_again() {
        let mut room = Room::new(summary(100), ME);
        room.join(page(90..=100));
        room.fetch.begin(0);
        let joined = room.take(erasing(101, None, Some(95)));
        assert!(room.erase(&joined));
        assert!(!room.fetch.is_loading() && room.has_older());
        assert_eq!(deleted(&room), (90..=95).collect::<Vec<_>>());
    }
}
