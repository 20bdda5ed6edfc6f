//! Many at once. Rule: whatever two servers do at the same time, a thing has one room, and its log one order.

use super::rooms::{chat, edit, fast, guest, job, known_as, user};
use super::{fresh_cid, host};
use crate::support::{talk, world::Place};
use domain::{AppChange, Chat, Page, Settings};
use futures::future::join_all;
use std::collections::BTreeSet;
use wire::{RoomId, Seq};

pub async fn a_thing_has_one_room_however_many_open_it(place: &Place) {
    let one = chat(place, "hosted_races").await;
    let mut settings = Settings::new(talk::url(place, "hosted_races"));
    fast(&mut settings);
    let two = Chat::open(settings).await.unwrap();
    let jobs = host(&one, "jobs").await;
    let ana = user(&one, &jobs, "ana").await;
    for round in 0..4 {
        let id = round.to_string();
        let opened = (0..12_usize).map(|number| {
            let chat = if number.is_multiple_of(2) { &one } else { &two };
            chat.open_app_subject(&jobs, fresh_cid(), job(&id, &[("ana", "client")]))
        });
        let rooms: BTreeSet<RoomId> = join_all(opened).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(rooms.len(), 1, "{rooms:?}");
        assert_eq!(one.room(&ana, rooms.into_iter().next().unwrap()).await.unwrap().head, Seq(1), "and one notice");
    }
    assert_eq!(one.inbox(&ana).await.unwrap().rooms.len(), 4);
    two.close().await;
    one.close().await;
}

pub async fn what_an_application_does_and_people_say_has_one_order(place: &Place) {
    let one = chat(place, "hosted_order").await;
    let mut settings = Settings::new(talk::url(place, "hosted_order"));
    fast(&mut settings);
    let two = Chat::open(settings).await.unwrap();
    let jobs = host(&one, "jobs").await;
    let ana = user(&one, &jobs, "ana").await;
    user(&one, &jobs, "ben").await;
    let room = one.open_app_subject(&jobs, fresh_cid(), job("42", &[("ana", "client")])).await.unwrap();
    let acts = (0..40_usize).map(|number| {
        let chat = if number.is_multiple_of(2) { &one } else { &two };
        let (ana, jobs) = (ana.clone(), &jobs);
        async move {
            let wish = match number % 5 {
                0 => {
                    talk::say(chat, ana, room, &number.to_string()).await.unwrap();
                    return;
                }
                1 => edit(vec![guest("ben", "worker")], &[]),
                2 => AppChange::Edit { title: None, link: None, add: vec![], remove: vec![known_as("ben")] },
                3 => AppChange::Edit { title: Some(format!("Gate {number}")), link: None, add: vec![], remove: vec![] },
                _ => AppChange::Notice { text: number.to_string() },
            };
            chat.change_app_subject(jobs, fresh_cid(), room, wish).await.unwrap();
        }
    });
    join_all(acts).await;
    let page = one.history(&ana, room, Page::After(Seq(0)), 200).await.unwrap();
    let positions: Vec<i64> = page.events.iter().map(|event| event.seq.0).collect();
    assert_eq!(positions, (1..=page.head.0).collect::<Vec<_>>(), "dense, and each once");
    let joined = |name: &str| page.events.iter().filter(|event| event.kind.as_str() == name).count();
    let found = one.app_subject(&jobs, room, None).await.unwrap();
    assert_eq!(joined("joined") - joined("removed"), found.participants.len() - 1, "who is in it follows from the log");
    assert_eq!(page.events.iter().filter(|event| event.kind.as_str() == "message").count(), 1 + 8 + 8);
    two.close().await;
    one.close().await;
}
