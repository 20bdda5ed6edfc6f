//! What a change of a room says in the conversation and in the list. Rule: a sentence about who did what, from the reader's
//! side.

use wire::{Event, EventKind, Person, UserId};

/// The sentence; none for a message, and for what this version does not know.
pub(crate) fn sentence(event: &Event, me: UserId) -> Option<String> {
    // Whoever joins is brought in by nobody else.
    let is_outcome = event.kind == EventKind::Decided;
    let about = event.about.as_ref().filter(|about| about.id != event.author.id && !is_outcome);
    let whom = about.map(|about| name(about, me, "you"));
    let text = event.message.as_ref().map_or("", |said| said.content.as_str());
    let (verb, end) = match (event.kind, whom.is_some()) {
        (EventKind::Created, _) => (" made the room ", ""),
        (EventKind::Joined, false) => (" joined", as_what(text)),
        (EventKind::Joined, true) => (" added ", as_what(text)),
        (EventKind::Left, _) => (" left", ""),
        (EventKind::Removed, _) => (" removed ", ""),
        (EventKind::Role, _) => (" made ", " "),
        (EventKind::Renamed, _) => (" called this room ", ""),
        (EventKind::Topic, _) if text.is_empty() => (" took the topic away", ""),
        (EventKind::Topic, _) => (" set the topic: ", ""),
        (EventKind::Archived, _) if text.is_empty() => (" closed this room", ""),
        (EventKind::Archived, _) => (" closed this room: ", ""),
        (EventKind::Reopened, _) => (" opened this room again", ""),
        (EventKind::Decided, _) if text.is_empty() => (" decided about a bid", ""),
        (EventKind::Decided, _) => (" ", ""),
        _ => return None,
    };
    Some(name(&event.author, me, "You").to_owned() + verb + whom.unwrap_or_default() + end + text)
}

/// Before what somebody is to a subject, if it was said.
fn as_what(part: &str) -> &'static str {
    if part.is_empty() { "" } else { " as " }
}

fn name<'a>(person: &'a Person, me: UserId, own: &'a str) -> &'a str {
    if person.id == me { own } else { &person.display_name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use wire::{Message, MessageType};

    fn check(kind: EventKind, about: Option<i64>, text: Option<&str>, expected: &str) {
        let person = |id: i64| Person { display_name: format!("Person {id}"), ..sample::event(1).author };
        let event = Event {
            kind,
            message: text.map(|text| Message::new(MessageType::Text, text.to_owned())),
            author: Person { id: UserId(1), ..person(1) },
            about: about.map(|id| Box::new(Person { id: UserId(id), ..person(id) })),
            ..sample::event(1)
        };
        assert_eq!(sentence(&event, UserId(9)).as_deref(), Some(expected));
    }

    #[test]
    fn a_change_says_who_did_what() {
        check(EventKind::Created, None, Some("Garden"), "Person 1 made the room Garden");
        check(EventKind::Joined, None, None, "Person 1 joined");
        check(EventKind::Joined, Some(1), None, "Person 1 joined");
        check(EventKind::Joined, Some(9), None, "Person 1 added you");
        check(EventKind::Joined, Some(2), Some("client"), "Person 1 added Person 2 as client");
        check(EventKind::Archived, None, None, "Person 1 closed this room");
        check(EventKind::Archived, None, Some("All is painted."), "Person 1 closed this room: All is painted.");
        check(EventKind::Removed, Some(2), None, "Person 1 removed Person 2");
        check(EventKind::Role, Some(2), Some("admin"), "Person 1 made Person 2 admin");
        check(EventKind::Renamed, None, Some("Garden"), "Person 1 called this room Garden");
        check(EventKind::Topic, None, Some("Beans"), "Person 1 set the topic: Beans");
        check(EventKind::Topic, None, None, "Person 1 took the topic away");
        let accepted = Some("accepted the bid of €120.00");
        check(EventKind::Decided, Some(9), accepted, "Person 1 accepted the bid of €120.00");
        check(EventKind::Decided, Some(9), None, "Person 1 decided about a bid");
    }

    #[test]
    fn a_message_is_none() {
        assert_eq!(sentence(&sample::event(1), UserId(1)), None);
        assert_eq!(sentence(&Event { kind: EventKind::Unknown, ..sample::event(1) }, UserId(1)), None);
    }
}
