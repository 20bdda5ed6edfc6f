//! Whether somebody's browser is to be told of a conversation, and in which words. Rule: both follow from the log, the cursors and
//! what the browser has been told before, as they are at this moment; nothing is remembered of what was to be said.

use serde_json::json;
use wire::{
    Event, EventKind, Level, RoomId, Seq,
    limits::{PUSH_BYTES_MAX, PUSH_TEXT_CHARS_MAX},
};

/// How a conversation stands for somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The last unread message that they want to hear of and that is still there; none: there is nothing to hear of, or it is not
    /// their conversation any more.
    pub(crate) newest: Option<Seq>,
    /// Some tab of theirs has had everything up to here, and has told of it itself.
    pub(crate) delivered: Seq,
    /// A tab of theirs is open somewhere.
    pub(crate) is_here: bool,
}

/// What one of their browsers has been told of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) seq: Seq,
    /// It may still show that.
    pub(crate) is_shown: bool,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Nothing,
    /// A tab is open that has not had it: either it takes it, or it goes.
    Wait,
    /// The message at this position is to be told.
    Tell(Seq),
    /// What is shown is to be taken away.
    Withdraw,
}

/// What is to be done for a browser now.
pub(crate) fn decide(standing: &Standing, told: &Told) -> Step {
    match standing.newest {
        None if told.is_shown => Step::Withdraw,
        None => Step::Nothing,
        // What it shows is not there any more: it was deleted.
        Some(newest) if newest < told.seq && told.is_shown => Step::Withdraw,
        Some(newest) if newest <= told.seq || newest <= standing.delivered => Step::Nothing,
        Some(_) if standing.is_here => Step::Wait,
        Some(newest) => Step::Tell(newest),
    }
}

/// The unread events of which somebody with this level wants to hear, out of all and those that name them.
pub(crate) fn loud(level: Level, count: i64, mentions: i64) -> i64 {
    match level {
        Level::None => 0,
        Level::Mentions => mentions,
        Level::All | Level::Unknown => count,
    }
}

/// A conversation in which something is new.
pub(crate) struct News<'a> {
    pub(crate) room: RoomId,
    pub(crate) title: &'a str,
    /// More than two people can speak there, so that it is said who did.
    pub(crate) is_shared: bool,
    pub(crate) event: &'a Event,
    /// Unread ones in this conversation, and in all.
    pub(crate) count: i64,
    pub(crate) badge: i64,
}

/// What is pushed, as JSON: see `public/worker.js`.
pub(crate) fn words(news: &News<'_>) -> String {
    let News { room, title, is_shared, event, count, badge } = news;
    let said = event.message.as_ref().map_or("", |message| message.gist());
    let said = match event.kind {
        EventKind::Decided => format!("{} {said}", event.author.display_name),
        _ if *is_shared => format!("{}: {said}", event.author.display_name),
        _ => said.to_owned(),
    };
    let mut text: String = said.chars().take(PUSH_TEXT_CHARS_MAX).collect();
    loop {
        let told =
            json!({ "room": room, "seq": event.seq, "title": title, "text": text, "count": count, "badge": badge });
        let told = told.to_string();
        // A text of signs that JSON writes in six bytes each.
        if told.len() <= PUSH_BYTES_MAX || text.is_empty() {
            return told;
        }
        let half = text.chars().count() / 2;
        text = text.chars().take(half).collect();
    }
}

/// That what is shown of a conversation is to be taken away.
pub(crate) fn gone(room: RoomId, badge: i64) -> String {
    json!({ "room": room, "gone": true, "badge": badge }).to_string()
}

/// A test.
pub(crate) fn test() -> String {
    json!({ "test": true }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::{Cid, Message, MessageType, Person, Time, UserId};

    fn check(newest: Option<i64>, delivered: i64, is_here: bool, told: (i64, bool), expected: Step) {
        let standing = Standing { newest: newest.map(Seq), delivered: Seq(delivered), is_here };
        let told = Told { seq: Seq(told.0), is_shown: told.1 };
        assert_eq!(decide(&standing, &told), expected, "{standing:?} {told:?}");
    }

    #[test]
    fn what_is_new_and_unread_is_told_once() {
        check(None, 0, false, (0, false), Step::Nothing);
        check(Some(5), 4, false, (0, false), Step::Tell(Seq(5)));
        check(Some(5), 4, false, (5, true), Step::Nothing);
        check(Some(6), 4, false, (5, true), Step::Tell(Seq(6)));
        check(Some(5), 4, false, (5, false), Step::Nothing);
    }

    #[test]
    fn what_a_tab_has_had_is_not_told_and_while_one_is_open_it_has_its_time() {
        check(Some(5), 5, false, (0, false), Step::Nothing);
        check(Some(5), 5, true, (0, false), Step::Nothing);
        check(Some(5), 4, true, (0, false), Step::Wait);
    }

    #[test]
    fn what_was_read_or_deleted_is_taken_away_whoever_is_here() {
        for is_here in [false, true] {
            check(None, 5, is_here, (5, true), Step::Withdraw);
            check(Some(4), 3, is_here, (5, true), Step::Withdraw);
        }
        check(Some(4), 3, false, (5, false), Step::Nothing);
    }

    fn event(kind: EventKind, text: &str) -> Event {
        Event {
            room: RoomId(7),
            seq: Seq(3),
            cid: Cid::from_bytes([1; 16]),
            kind,
            author: Person {
                id: UserId(1),
                username: "ana".to_owned(),
                display_name: "Ana".to_owned(),
                ..Person::default()
            },
            at: Time(0),
            message: Some(Message::new(MessageType::Text, text.to_owned())),
            target: None,
            about: None,
            mentions: Vec::new(),
        }
    }

    fn text_of(event: &Event, is_shared: bool) -> String {
        let news = News { room: event.room, title: "Garden", is_shared, event, count: 2, badge: 4 };
        let told = words(&news);
        assert!(told.len() <= PUSH_BYTES_MAX, "{}", told.len());
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        assert_eq!(
            (&told["room"], &told["seq"], &told["count"], &told["badge"]),
            (&json!(7), &json!(3), &json!(2), &json!(4))
        );
        told["text"].as_str().unwrap().to_owned()
    }

    #[test]
    fn who_speaks_is_said_where_there_are_several() {
        assert_eq!(text_of(&event(EventKind::Message, "See you"), false), "See you");
        assert_eq!(text_of(&event(EventKind::Message, "See you"), true), "Ana: See you");
        assert_eq!(text_of(&event(EventKind::Decided, "accepted the bid"), false), "Ana accepted the bid");
    }

    #[test]
    fn whatever_is_said_fits() {
        for sign in ["a", "\u{1}", "\"", "😀", "上"] {
            let told = text_of(&event(EventKind::Message, &sign.repeat(10_000)), true);
            let count = told.chars().count();
            assert!((50..=PUSH_TEXT_CHARS_MAX).contains(&count), "{sign:?}: {count}");
        }
    }
}
