//! What somebody holds who was there, against what somebody reads who comes now. Rule: the events amount to the messages.

use super::{amend, answer, edit, react, unreact};
use crate::support::{
    scene::{change, chat, circle, found, invite, seen},
    talk::say,
    world::Place,
};
use domain::{Chat, Viewer};
use futures::future::join_all;
use wire::{Amendment, Event, EventKind, RoomId, Seq};

/// The events that somebody holds, with everything folded in that came after them.
pub struct Fold(Vec<Event>);

impl Fold {
    /// What was read at some time.
    pub fn of(events: Vec<Event>) -> Self {
        Self(events)
    }

    /// Takes the events after those, one by one, as they are in the log, and compares.
    #[track_caller]
    pub fn assert_amounts_to(mut self, now: Vec<Event>) {
        let head = self.0.last().map_or(Seq(0), |event| event.seq);
        for event in now.iter().filter(|event| event.seq > head) {
            self.take(event);
        }
        let plain = |mut event: Event| {
            // Reactions move it as well, which a quote does not show.
            if let Some(quote) = event.message.as_mut().and_then(|said| said.reply_to.as_mut()) {
                quote.changed = Seq(0);
            }
            event
        };
        let held: Vec<Event> = self.0.into_iter().map(plain).collect();
        let read: Vec<Event> = now.into_iter().filter(|event| held.iter().any(|held| held.seq == event.seq)).collect();
        assert_eq!(held, read.into_iter().map(plain).collect::<Vec<_>>());
    }

    fn take(&mut self, event: &Event) {
        for held in &mut self.0 {
            let Some(said) = &mut held.message else { continue };
            if Some(held.seq) == event.target && said.amend(event) {
                match event.kind {
                    EventKind::Edited => held.mentions.clone_from(&event.mentions),
                    EventKind::Deleted => held.mentions.clear(),
                    _ => {}
                }
            }
            if let Some(quote) = &mut said.reply_to {
                quote.amend(event);
            }
        }
    }
}

/// Something that one of four people does to one of the messages; the number says what.
async fn step(chat: &Chat, people: &[Viewer; 4], room: RoomId, messages: &[Seq], number: usize) {
    let viewer = &people[number * 7 % 4];
    let target = messages[number * 5 % messages.len()];
    let emoji = ["👍", "❤️", "🎂"][number % 3];
    let _ = match number % 8 {
        0 | 1 => {
            amend(chat, viewer, room, target, edit(&format!("text {number} @{}", people[number % 4].username))).await
        }
        2..=4 => amend(chat, viewer, room, target, react(emoji)).await,
        5 | 6 => amend(chat, viewer, room, target, unreact(emoji)).await,
        _ if number % 40 == 7 => amend(chat, viewer, room, target, Amendment::Delete).await,
        _ => answer(chat, viewer, room, target, "so be it").await,
    };
}

pub async fn whatever_happens_at_once_the_events_amount_to_what_is_read(place: &Place) {
    let chat = chat(place, "folded").await;
    let people = circle(&chat, ["ann", "bob", "cal", "dan"]).await;
    let room = found(&chat, &people[0], "Tea", false).await;
    for guest in &people[1..] {
        change(&chat, &people[0], room, invite(guest)).await.unwrap();
    }
    let mut messages = Vec::new();
    for number in 0..6 {
        messages.push(say(&chat, people[number % 4].clone(), room, "@ann and @bob").await.unwrap().seq);
    }
    for (number, target) in messages.clone().into_iter().enumerate() {
        answer(&chat, &people[number % 4], room, target, "an answer").await.unwrap();
    }
    let mut held = Vec::new();
    for round in 0..4 {
        held.push(Fold::of(seen(&chat, &people[0], room).await));
        join_all((0..60).map(|number| step(&chat, &people, room, &messages, round * 60 + number))).await;
    }
    let now = seen(&chat, &people[0], room).await;
    assert!(now.iter().zip(1..).all(|(event, seq)| event.seq == Seq(seq)), "the log is dense");
    for kind in [EventKind::Edited, EventKind::Deleted, EventKind::Reacted, EventKind::Unreacted] {
        assert!(now.iter().any(|event| event.kind == kind), "{kind:?} has been tried");
    }
    for held in held {
        held.assert_amounts_to(now.clone());
    }
    chat.close().await;
}
