//! What an event tells of another one that its reader may not see. Rule: whoever came later hears that something was quoted or
//! changed and where, and nothing of what was said there; one event is encoded twice at most, however many receive it.

use crate::{
    fanout::{Text, hub::Hub, members::Members},
    store::events::View,
};
use std::collections::HashSet;
use wire::{Event, EventKind, Message, Quote, Seq, UserId, frame::ServerFrame};

/// The message that an event speaks of: the one that it answers, or that it changes.
fn spoken_of(event: &Event) -> Option<Seq> {
    match event.kind {
        EventKind::Message => event.message.as_ref()?.reply_to.as_ref().map(|quote| quote.seq),
        EventKind::Edited | EventKind::Reacted | EventKind::Unreacted | EventKind::Decided => event.target,
        _ => None,
    }
}

/// Takes away what the event tells of it.
fn veil(event: &mut Event) {
    let Some(said) = &mut event.message else { return };
    if event.kind == EventKind::Message {
        if let Some(quote) = &mut said.reply_to {
            **quote = unseen(quote.seq);
        }
    } else if event.kind == EventKind::Decided {
        // It counts as it does for everybody.
        *said = Message::new(said.kind, String::new());
    } else {
        *said = Message::erased(said.kind);
        event.mentions.clear();
    }
}

/// A message of which nothing may be told but where it stands.
pub(crate) fn unseen(seq: Seq) -> Quote {
    Quote { seq, author: None, content: String::new(), deleted: false, changed: Seq(0) }
}

/// Leaves in events what somebody with this view may know.
pub(crate) fn veil_for(view: &View, events: &mut [Event]) {
    for event in events {
        if spoken_of(event).is_some_and(|seq| !view.holds(seq)) {
            veil(event);
        }
    }
}

/// Tells everybody who may see the event, each as much as they may know.
pub(super) fn tell(hub: &Hub, members: &Members, mut event: Event) {
    let readers = members.who_see(event.seq);
    let Some(seq) = spoken_of(&event) else {
        return hub.tell(readers, &Text::encode(&ServerFrame::Event(event)));
    };
    let witnesses: HashSet<UserId> = members.who_see(seq).collect();
    let (knowing, others): (Vec<UserId>, Vec<UserId>) = readers.partition(|user| witnesses.contains(user));
    hub.tell(knowing, &Text::encode(&ServerFrame::Event(event.clone())));
    if !others.is_empty() {
        veil(&mut event);
        hub.tell(others, &Text::encode(&ServerFrame::Event(event)));
    }
}
