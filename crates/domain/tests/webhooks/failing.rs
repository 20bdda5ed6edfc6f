//! What is not taken. Rule: nothing is passed over, and nothing comes before what came before it in its room.

use super::{NOW_MS, Place, Told, answered, heard, says, stage, stage_at};
use domain::{Clock, WebhookChanges};
use std::collections::BTreeMap;
use wire::{
    limits::WEBHOOK_FAILING_MS_MAX,
    webhooks::{Pause, Topic, WebhookState},
};

pub async fn what_is_not_taken_is_sent_again_under_the_same_id_before_anything_else_of_its_room(
    place: &Place,
    name: &str,
) {
    let stage = stage(place, name).await;
    let room = stage.job("job-1").await;
    for text in ["One", "Two", "Three"] {
        stage.says(room, text).await;
    }
    let mut answers = vec![500, 0, 404, 301].into_iter();
    let answer = |told: &Told| if told.text() == "Two" { answers.next().unwrap_or(200) } else { 200 };
    let told = heard(&stage.chat, answer, says_any("Three")).await;
    let texts: Vec<&str> = told.iter().map(Told::text).collect();
    assert_eq!(texts, ["Open.", "One", "Two", "Two", "Two", "Two", "Two", "Three"]);
    let ids: std::collections::BTreeSet<&str> =
        told.iter().filter(|told| told.text() == "Two").map(|told| told.id.as_str()).collect();
    assert_eq!(ids.len(), 1, "a receiver knows it by its id");
    let state = stage.chat.webhooks(&stage.host).await.unwrap().remove(0);
    assert_eq!((state.state, state.failures), (WebhookState::Active, 0));
    stage.chat.close().await;
}

fn says_any(text: &str) -> impl Fn(&Told) -> bool {
    move |told| told.text() == text
}

pub async fn one_room_that_is_refused_does_not_hold_up_the_others(place: &Place, name: &str) {
    let stage = stage(place, name).await;
    let (bad, good) = (stage.job("job-1").await, stage.job("job-2").await);
    stage.says(bad, "Poison").await;
    let answer = |told: &Told| if told.text() == "Poison" { 500 } else { 200 };
    for text in ["One", "Two", "Three", "Four"] {
        stage.says(good, text).await;
        heard(&stage.chat, answer, says(text)).await;
    }
    stage.says(bad, "After it").await;
    stage.says(good, "Five").await;
    let told = heard(&stage.chat, answer, says("Five")).await;
    assert!(told.iter().all(|told| told.text() != "After it"), "in its own room nothing comes before it");
    stage.chat.close().await;
}

pub async fn one_that_is_gone_is_paused_and_loses_nothing_when_it_is_resumed(place: &Place, name: &str) {
    let stage = stage(place, name).await;
    let (chat, room) = (&stage.chat, stage.job("job-1").await);
    stage.told(says("Open.")).await;
    stage.says(room, "One").await;
    heard(chat, |_| 410, says_any("One")).await;
    let state = chat.webhooks(&stage.host).await.unwrap().remove(0);
    assert_eq!((state.state, state.paused_why), (WebhookState::Paused, Some(Pause::Gone)));
    // Another one is told meanwhile; this one is not.
    chat.make_webhook(&stage.host, "https://jobs.example.org/other", &Topic::EVERY).await.unwrap();
    stage.says(room, "Two").await;
    chat.webhook_look(false).await.unwrap();
    let told = stage.told(says("Two")).await;
    assert_eq!(told.len(), 1, "{told:?}");
    let resumed = WebhookChanges { paused: Some(false), ..WebhookChanges::default() };
    chat.change_webhook(&stage.host, stage.webhook, resumed).await.unwrap();
    let told = stage.told(says("Two")).await;
    assert_eq!(told.iter().map(Told::text).collect::<Vec<_>>(), ["One", "Two"]);
    stage.chat.close().await;
}

pub async fn after_three_days_of_failing_it_is_paused(place: &Place, name: &str) {
    let stage = stage_at(place, name, Clock::manual(NOW_MS)).await;
    let (chat, room) = (&stage.chat, stage.job("job-1").await);
    heard(chat, |_| 503, |told| told.status == 503).await;
    let state = async || chat.webhooks(&stage.host).await.unwrap().remove(0);
    let failing = state().await;
    assert_eq!((failing.state, failing.failures), (WebhookState::Failing, 1));
    stage.clock.set(NOW_MS + WEBHOOK_FAILING_MS_MAX);
    heard(chat, |_| 503, |told| told.status == 503).await;
    assert_eq!((state().await.state, state().await.paused_why), (WebhookState::Paused, Some(Pause::Failing)));
    stage.says(room, "Later").await;
    let resumed = WebhookChanges { paused: Some(false), ..WebhookChanges::default() };
    chat.change_webhook(&stage.host, stage.webhook, resumed).await.unwrap();
    let told = stage.told(says("Later")).await;
    assert_eq!(told.iter().map(Told::text).collect::<Vec<_>>(), ["Open.", "Later"]);
    stage.chat.close().await;
}

pub async fn a_server_that_is_slow_to_answer_keeps_nobody_else_waiting(place: &Place, name: &str) {
    let stage = stage(place, name).await;
    let chat = &stage.chat;
    let other = chat.make_webhook(&stage.host, "https://jobs.example.org/other", &Topic::EVERY).await.unwrap().0.id;
    stage.job("job-1").await;
    chat.webhook_look(false).await.unwrap();
    let mut turns = BTreeMap::new();
    while turns.len() < 2 {
        chat.webhook_due().await;
        for mut turn in chat.webhook_turns().await.unwrap() {
            let parcel = chat.webhook_next(&mut turn).await.unwrap();
            turns.insert(parcel.url.clone(), (turn, parcel));
        }
    }
    // The first hangs; the other one's turn goes to its end.
    let (_hangs, _) = turns.remove(super::URL).unwrap();
    let (mut turn, parcel) = turns.remove("https://jobs.example.org/other").unwrap();
    chat.webhook_settle(&mut turn, parcel, answered(200)).await;
    assert!(chat.webhook_next(&mut turn).await.is_none());
    assert_eq!(chat.webhook_deliveries(&stage.host, other).await.unwrap()[0].status, Some(200));
    assert_eq!(chat.webhook_deliveries(&stage.host, stage.webhook).await.unwrap(), []);
}
