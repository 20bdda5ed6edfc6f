//! Reacting. Rule: once per person and emoji, in one spelling, and never so much that a message grows without end.

use super::fold::Fold;
use super::{amend, react, read, unreact};
use crate::support::{
    ear::Ear,
    scene::{change, chat, circle, found, invite, seen},
    talk::{self, say},
    world::{Place, assert_refused},
};
use futures::future::join_all;
use wire::limits::REACTIONS_KINDS_MAX;
use wire::{Code, EventKind, Reaction, Seq, UserId};

fn reaction(emoji: &str, by: &[UserId]) -> Reaction {
    Reaction { emoji: emoji.to_owned(), by: by.to_vec() }
}

pub async fn everybody_reacts_once_with_each_emoji(place: &Place) {
    let chat = chat(place, "reacted").await;
    let [ann, bob, cal] = circle(&chat, ["ann", "bob", "cal"]).await;
    let room = found(&chat, &ann, "Tea", false).await;
    for guest in [&bob, &cal] {
        change(&chat, &ann, room, invite(guest)).await.unwrap();
    }
    let first = say(&chat, ann.clone(), room, "one").await.unwrap();
    let active_at = chat.room(&bob, room).await.unwrap().active_at;
    let mut his = Ear::of(&chat, &bob).await;
    let steps =
        [(&bob, react("👍")), (&cal, react("❤")), (&ann, react("👍")), (&bob, react("❤️")), (&bob, unreact("👍"))];
    for (viewer, step) in steps {
        let ack = amend(&chat, viewer, room, first.seq, step).await.unwrap();
        his.skip_to(ack.seq).await;
    }
    for (viewer, step) in [(&bob, react("❤")), (&bob, unreact("👍")), (&cal, unreact("👍"))] {
        assert_refused(amend(&chat, viewer, room, first.seq, step).await, Code::Unchanged);
    }
    let expected = [reaction("👍", &[ann.user]), reaction("❤️", &[cal.user, bob.user])];
    let said = read(&chat, &cal, room, first.seq).await.message.unwrap();
    assert_eq!(said.reactions, expected, "an emoji keeps its place while anybody reacts with it");
    let names = chat.message(&cal, room, first.seq).await.unwrap().reactions.into_iter();
    let names: Vec<_> =
        names.map(|(emoji, people)| (emoji, people.iter().map(|who| who.id).collect::<Vec<_>>())).collect();
    assert_eq!(names, [("👍".to_owned(), vec![ann.user]), ("❤️".to_owned(), vec![cal.user, bob.user])]);
    amend(&chat, &ann, room, first.seq, unreact("👍")).await.unwrap();
    amend(&chat, &ann, room, first.seq, react("👍")).await.unwrap();
    let said = read(&chat, &cal, room, first.seq).await.message.unwrap();
    assert_eq!(said.reactions, [reaction("❤️", &[cal.user, bob.user]), reaction("👍", &[ann.user])]);
    let row = chat.room(&bob, room).await.unwrap();
    assert_eq!((row.active_at, row.unread.count, row.last.unwrap().seq), (active_at, 1, first.seq));
    chat.close().await;
}

pub async fn what_is_no_emoji_or_one_too_many_is_refused(place: &Place) {
    let chat = chat(place, "no_emoji").await;
    let (room, ann, bob) = talk::pair(&chat, "ann", "bob").await;
    let first = say(&chat, ann.clone(), room, "one").await.unwrap();
    for bad in ["", "ok", "👍👍", "<b>", &"👍".repeat(10_000)] {
        for step in [react(bad), unreact(bad)] {
            assert_refused(amend(&chat, &bob, room, first.seq, step).await, Code::BadEmoji);
        }
    }
    let mut emoji = domain::emoji::groups().flat_map(|(_, emoji)| emoji.map(|(emoji, _)| emoji));
    for emoji in emoji.by_ref().take(REACTIONS_KINDS_MAX) {
        amend(&chat, &bob, room, first.seq, react(emoji)).await.unwrap();
    }
    let one_more = emoji.next().unwrap();
    assert_refused(amend(&chat, &ann, room, first.seq, react(one_more)).await, Code::TooManyReactions);
    let said = read(&chat, &ann, room, first.seq).await.message.unwrap();
    assert_eq!(said.reactions.len(), REACTIONS_KINDS_MAX);
    let there = said.reactions[3].emoji.clone();
    amend(&chat, &ann, room, first.seq, react(&there)).await.unwrap();
    assert_eq!(read(&chat, &ann, room, first.seq).await.message.unwrap().reactions[3].by, [bob.user, ann.user]);
    chat.close().await;
}

pub async fn two_hundred_toggles_at_once_leave_what_the_log_says(place: &Place) {
    let chat = chat(place, "toggles").await;
    let people = circle(&chat, ["ann", "bob", "cal", "dan"]).await;
    let room = found(&chat, &people[0], "Tea", false).await;
    for guest in &people[1..] {
        change(&chat, &people[0], room, invite(guest)).await.unwrap();
    }
    let first = say(&chat, people[0].clone(), room, "one").await.unwrap();
    let before = Fold::of(seen(&chat, &people[0], room).await);
    let toggle = |number: usize| {
        let emoji = ["👍", "❤️", "🎂"][number / 4 % 3];
        let step = if (number / 12).is_multiple_of(2) { react(emoji) } else { unreact(emoji) };
        amend(&chat, &people[number % 4], room, first.seq, step)
    };
    let answers = join_all((0..200).map(toggle)).await;
    let done = answers.iter().filter(|answer| answer.is_ok()).count();
    let refused = answers.into_iter().filter_map(Result::err).map(|error| error.code());
    assert!(refused.into_iter().all(|code| code == Code::Unchanged), "each is done, or is so already");
    let events = seen(&chat, &people[0], room).await;
    let kinds = [EventKind::Reacted, EventKind::Unreacted];
    assert_eq!(events.iter().filter(|event| kinds.contains(&event.kind)).count(), done);
    assert_eq!(events.last().unwrap().seq, Seq(first.seq.0 + done as i64), "nothing refused takes a position");
    before.assert_amounts_to(events);
    chat.close().await;
}
