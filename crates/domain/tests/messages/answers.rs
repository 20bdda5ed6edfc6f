//! Answering. Rule: a quote shows what stands there now, to whoever may see it, and to others only where it stands.

use super::{amend, answer, edit, heard, react};
use crate::support::{
    ear::Ear,
    scene::{change, chat, circle, found, fresh_cid, invite, seen},
    talk::{self, say},
    world::{Place, assert_refused},
};
use domain::{Chat, Draft, Viewer};
use futures::future::join_all;
use wire::{Amendment, Code, Event, EventKind, Quote, RoomId, Seq};

fn quote(event: &Event) -> Quote {
    *event.message.clone().unwrap().reply_to.expect("an answer")
}

async fn quoted(chat: &Chat, viewer: &Viewer, room: RoomId, seq: Seq) -> Quote {
    quote(seen(chat, viewer, room).await.iter().find(|event| event.seq == seq).unwrap())
}

pub async fn an_answer_quotes_what_it_answers(place: &Place) {
    let chat = chat(place, "answers").await;
    let (room, ann, bob) = talk::pair(&chat, "ann", "bob").await;
    let long = format!("first line\nsecond line {}", "é".repeat(200));
    let first = say(&chat, ann.clone(), room, &long).await.unwrap();
    let mut hers = Ear::of(&chat, &ann).await;
    let cid = fresh_cid();
    let draft = Draft { reply_to: Some(first.seq), ..talk::draft(cid, room, "yes") };
    let ack = chat.append(&bob, draft.clone()).await.unwrap();
    let live = heard(&mut hers, first.seq).await;
    let shown = quote(&live);
    assert_eq!((shown.seq, shown.author.clone(), shown.deleted), (first.seq, Some(ann.person()), false));
    assert!(shown.content.starts_with("first line second line é") && shown.content.chars().count() == 140);
    assert_eq!(seen(&chat, &ann, room).await.last(), Some(&live), "the log says what was told");
    assert_eq!(chat.room(&ann, room).await.unwrap().last, Some(live), "and so does the row");
    let elsewhere = Draft { reply_to: None, ..draft.clone() };
    assert_refused(chat.append(&bob, elsewhere).await, Code::CidConflict);

    let edited = amend(&chat, &ann, room, first.seq, edit("short")).await.unwrap();
    let shown = quoted(&chat, &bob, room, ack.seq).await;
    assert_eq!((shown.content.as_str(), shown.changed), ("short", edited.seq));
    amend(&chat, &ann, room, first.seq, Amendment::Delete).await.unwrap();
    let shown = quoted(&chat, &bob, room, ack.seq).await;
    assert_eq!((shown.content.as_str(), shown.deleted), ("", true));
    assert_eq!(chat.append(&bob, draft).await.unwrap(), ack, "a retry is stored already");
    chat.close().await;
}

pub async fn nobody_answers_what_they_do_not_see(place: &Place) {
    let chat = chat(place, "unseen").await;
    let [ann, bob] = circle(&chat, ["ann", "bob"]).await;
    let (room, other) = (found(&chat, &ann, "Tea", false).await, found(&chat, &ann, "Coffee", false).await);
    let hidden = say(&chat, ann.clone(), room, "before he came").await.unwrap();
    change(&chat, &ann, room, invite(&bob)).await.unwrap();
    let there = say(&chat, ann.clone(), room, "after").await.unwrap();
    for text in ["a", "b", "c", "d", "e", "f"] {
        say(&chat, ann.clone(), other, text).await.unwrap();
    }
    // 1 and 3 tell what happened to the room; 5 and 6 exist in the other room only.
    for nothing in [hidden.seq.0, 0, -1, 1, 3, 5, 6, i64::MAX, i64::MIN] {
        assert_refused(answer(&chat, &bob, room, Seq(nothing), "x").await, Code::NoSuchMessage);
        if nothing == hidden.seq.0 {
            assert_refused(amend(&chat, &bob, room, Seq(nothing), react("👍")).await, Code::NoSuchMessage);
            assert_refused(chat.message(&bob, room, Seq(nothing)).await, Code::NotFound);
        }
    }
    assert_refused(answer(&chat, &bob, other, Seq(3), "x").await, Code::NotFound);
    assert_eq!(chat.room(&ann, room).await.unwrap().head, there.seq, "nothing of it was stored");
    answer(&chat, &bob, room, there.seq, "x").await.unwrap();
    chat.close().await;
}

pub async fn who_came_later_reads_of_what_was_before_only_where_it_stands(place: &Place) {
    const SECRET: &str = "the cake is in the cellar";
    let chat = chat(place, "later").await;
    let [ann, bob, cal] = circle(&chat, ["ann", "bob", "cal"]).await;
    let room = found(&chat, &ann, "Tea", false).await;
    change(&chat, &ann, room, invite(&bob)).await.unwrap();
    let hidden = say(&chat, ann.clone(), room, SECRET).await.unwrap();
    let joined = change(&chat, &ann, room, invite(&cal)).await.unwrap().unwrap().seq;
    let (mut his, mut theirs) = (Ear::of(&chat, &bob).await, Ear::of(&chat, &cal).await);
    answer(&chat, &bob, room, hidden.seq, "thanks").await.unwrap();
    amend(&chat, &ann, room, hidden.seq, edit(&format!("@cal, {SECRET}!"))).await.unwrap();
    amend(&chat, &bob, room, hidden.seq, react("🎂")).await.unwrap();
    amend(&chat, &ann, room, hidden.seq, Amendment::Delete).await.unwrap();
    let (mut knowing, mut told) = (Vec::new(), Vec::new());
    let (mut one, mut other) = (joined, joined);
    while told.last().is_none_or(|event: &Event| event.kind != EventKind::Deleted) {
        knowing.push(heard(&mut his, one).await);
        told.push(heard(&mut theirs, other).await);
        (one, other) = (knowing[knowing.len() - 1].seq, told[told.len() - 1].seq);
    }
    assert_eq!(told.len(), 4);
    let text = format!("{told:?}{:?}", seen(&chat, &cal, room).await);
    assert!(!text.contains("cellar") && !text.contains("🎂"), "{text}");
    assert!(told.iter().all(|event| event.mentions.is_empty()));
    let unseen = Quote { seq: hidden.seq, author: None, content: String::new(), deleted: false, changed: Seq(0) };
    assert_eq!(quote(&told[0]), unseen);
    assert_eq!(quoted(&chat, &cal, room, told[0].seq).await, unseen);
    assert_eq!(quote(chat.room(&cal, room).await.unwrap().last.as_ref().unwrap()), unseen);
    assert_eq!(
        (quote(&knowing[0]).content.as_str(), knowing[2].message.clone().unwrap().content.as_str()),
        (SECRET, "🎂")
    );
    chat.close().await;
}

pub async fn many_answers_at_once_quote_each_its_own(place: &Place) {
    let chat = chat(place, "many").await;
    let (room, ann, bob) = talk::pair(&chat, "ann", "bob").await;
    let (other, ..) = (talk::pair(&chat, "cal", "dan").await.0, ());
    let mut seqs = Vec::new();
    for number in 0..20 {
        seqs.push(say(&chat, ann.clone(), room, &format!("question {number}")).await.unwrap().seq);
    }
    let one = |number: usize| {
        let (viewer, target) = (if number.is_multiple_of(2) { &ann } else { &bob }, seqs[number % 20]);
        let (room, target) = if number % 10 == 9 { (other, target) } else { (room, target) };
        let target = if number % 10 == 8 { Seq(500) } else { target };
        answer(&chat, viewer, room, target, "answer")
    };
    let answers = join_all((0..100).map(one)).await;
    let events = seen(&chat, &ann, room).await;
    for (number, answer) in answers.into_iter().enumerate() {
        match number % 10 {
            8 => assert_refused(answer, Code::NoSuchMessage),
            9 => assert_refused(answer, Code::NotFound),
            _ => {
                let seq = answer.unwrap().seq;
                let event = events.iter().find(|event| event.seq == seq).unwrap();
                assert_eq!(quote(event).content, format!("question {}", number % 20));
            }
        }
    }
    chat.close().await;
}
