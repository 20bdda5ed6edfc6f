//! Several servers, and one that is killed. Rule: what was taken and not noted is told again, under the same id; everything else is told
//! once, by one server at a time.

use super::{NOW_MS, Place, Told, heard, open, says, stage, stage_at};
use crate::support::talk;
use domain::{Answered, Chat, Clock};
use std::collections::BTreeSet;
use tokio::sync::Mutex;
use wire::limits::WEBHOOK_LEASE_MS;

pub async fn a_server_that_is_killed_loses_nothing(place: &Place, name: &str) {
    let stage = stage_at(place, name, Clock::manual(NOW_MS)).await;
    let room = stage.job("job-1").await;
    for number in 0..20 {
        stage.says(room, &number.to_string()).await;
    }
    // It dies in the middle of a turn: what it has done since it last noted something is not noted.
    let mut taken = Vec::new();
    stage.chat.webhook_due().await;
    let mut turns = stage.chat.webhook_turns().await.unwrap();
    for _ in 0..10 {
        let parcel = stage.chat.webhook_next(&mut turns[0]).await.unwrap();
        taken.push(parcel.id.clone());
        let answered = Answered { status: Some(200), wait_ms: None, error: None, took_ms: 1 };
        stage.chat.webhook_settle(&mut turns[0], parcel, answered).await;
    }
    std::mem::forget(turns);
    let clock = stage.clock.clone();
    if matches!(place, Place::Postgres(_)) {
        // Another server has to wait until the turn is nobody's.
        let other = open(&stage.url, &clock).await;
        other.webhook_due().await;
        let mut turns = other.webhook_turns().await.unwrap();
        assert!(other.webhook_next(&mut turns[0]).await.is_none(), "of two servers one tells");
        drop(turns);
        clock.set(NOW_MS + WEBHOOK_LEASE_MS);
        other.close().await;
    }
    let chat = open(&stage.url, &clock).await;
    let told = heard(&chat, |_| 200, says("19")).await;
    let ids: BTreeSet<&str> =
        taken.iter().map(String::as_str).chain(told.iter().map(|told| told.id.as_str())).collect();
    assert_eq!(ids.len(), 21, "nothing is missing, and what came twice has one id");
    let texts: Vec<&str> = told.iter().map(Told::text).collect();
    let first = 21 - texts.len();
    assert!(first <= 10, "what was noted is not sent again, and the rest is");
    let all: Vec<String> =
        std::iter::once("Open.".to_owned()).chain((0..20).map(|number| number.to_string())).collect();
    assert_eq!(texts, all[first..], "in order");
    chat.close().await;
}

/// Carries what one server tells into a list that both share, until the last is there.
async fn carry(chat: &Chat, list: &Mutex<Vec<(usize, Told)>>, server: usize, last: &str) {
    loop {
        let due = tokio::time::timeout(std::time::Duration::from_millis(20), chat.webhook_due());
        if due.await.is_ok() {
            for mut turn in chat.webhook_turns().await.unwrap() {
                while let Some(parcel) = chat.webhook_next(&mut turn).await {
                    let body = serde_json::from_str(&parcel.body).unwrap();
                    let told = Told { id: parcel.id.clone(), body, status: 200 };
                    list.lock().await.push((server, told));
                    let answered = Answered { status: Some(200), wait_ms: None, error: None, took_ms: 1 };
                    chat.webhook_settle(&mut turn, parcel, answered).await;
                }
            }
        }
        let list = list.lock().await;
        if list.iter().filter(|(_, told)| told.text() == last).count() >= 3 {
            return;
        }
    }
}

pub async fn two_servers_tell_everything_once(place: &Place, name: &str) {
    let stage = stage(place, name).await;
    let rooms = [stage.job("job-1").await, stage.job("job-2").await, stage.job("job-3").await];
    let other = open(&stage.url, &stage.clock).await;
    let list = Mutex::new(Vec::new());
    let talk = async {
        for number in 0..20 {
            for room in rooms {
                let chat = if number % 2 == 0 { &stage.chat } else { &other };
                talk::say(chat, stage.ann.clone(), room, &number.to_string()).await.unwrap();
            }
        }
    };
    let work = async {
        tokio::join!(talk, carry(&stage.chat, &list, 0, "19"), carry(&other, &list, 1, "19"));
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), work).await.expect("everything is told in time");
    let list = list.into_inner();
    let ids: BTreeSet<&str> = list.iter().map(|(_, told)| told.id.as_str()).collect();
    assert_eq!((ids.len(), list.len()), (63, 63), "each once");
    for room in rooms {
        let texts: Vec<&str> =
            list.iter().filter(|(_, told)| told.room() == room).map(|(_, told)| told.text()).collect();
        let all: Vec<String> =
            std::iter::once("Open.".to_owned()).chain((0..20).map(|number| number.to_string())).collect();
        assert_eq!(texts, all, "in order");
    }
    other.close().await;
    stage.chat.close().await;
}
