//! Who looks after webhooks. Rule: an application its own, by a key with the scope; an operator all; nobody else any.

use super::{Place, URL, answered, application, heard, says, stage, world};
use domain::{Viewer, WebhookChanges};
use wire::{
    Code, WebhookId,
    apps::Scope,
    limits::{WEBHOOK_DELIVERIES_KEPT, WEBHOOK_TESTS_MAX, WEBHOOKS_PER_APP_MAX},
    webhooks::{Topic, WebhookState},
};
use world::assert_refused;

pub async fn an_application_looks_after_its_own_webhooks_only(place: &Place, name: &str) {
    let stage = stage(place, name).await;
    let (chat, host) = (&stage.chat, &stage.host);
    let key = chat
        .make_app_key("jobs", "users", &[Scope::Users, Scope::Tokens, Scope::Subjects, Scope::Notices])
        .await
        .unwrap();
    let without = chat.host(&key.text).await.unwrap().unwrap();
    let changes = WebhookChanges::default;
    assert_refused(chat.webhooks(&without).await, Code::MissingScope);
    assert_refused(chat.make_webhook(&without, URL, &Topic::EVERY).await, Code::MissingScope);
    assert_refused(chat.change_webhook(&without, stage.webhook, changes()).await, Code::MissingScope);
    assert_refused(chat.remove_webhook(&without, stage.webhook).await, Code::MissingScope);
    assert_refused(chat.webhook_deliveries(&without, stage.webhook).await, Code::MissingScope);
    assert_refused(chat.webhook_ping(&without, stage.webhook).await, Code::MissingScope);
    let trips = application(chat, "trips").await;
    assert_eq!(chat.webhooks(&trips).await.unwrap(), []);
    for id in [stage.webhook, WebhookId(999), WebhookId(0), WebhookId(i64::MIN)] {
        assert_refused(chat.change_webhook(&trips, id, changes()).await, Code::NoSuchWebhook);
        assert_refused(chat.remove_webhook(&trips, id).await, Code::NoSuchWebhook);
        assert_refused(chat.webhook_deliveries(&trips, id).await, Code::NoSuchWebhook);
        assert_refused(chat.webhook_ping(&trips, id).await, Code::NoSuchWebhook);
    }
    for url in ["http://jobs.example.org/", "https://10.0.0.1/", "https://localhost/", "ftp://jobs.example.org/", ""] {
        assert_refused(chat.make_webhook(host, url, &Topic::EVERY).await, Code::BadWebhookUrl);
        let elsewhere = WebhookChanges { url: Some(url.to_owned()), ..changes() };
        assert_refused(chat.change_webhook(host, stage.webhook, elsewhere).await, Code::BadWebhookUrl);
    }
    assert_refused(chat.make_webhook(host, URL, &[]).await, Code::BadTopics);
    assert_refused(chat.make_webhook(host, URL, &[Topic::Bids, Topic::Unknown]).await, Code::BadTopics);
    let before = chat.webhooks(host).await.unwrap();
    assert_eq!((before.len(), before[0].url.as_str(), before[0].state), (1, URL, WebhookState::Active));
    let all = WebhookChanges {
        url: Some(" https://jobs.example.org/new ".to_owned()),
        topics: Some(vec![Topic::Members, Topic::Bids, Topic::Members]),
        paused: Some(true),
    };
    let changed = chat.change_webhook(host, stage.webhook, all).await.unwrap();
    assert_eq!(changed.url, "https://jobs.example.org/new");
    assert_eq!((changed.topics, changed.state), (vec![Topic::Bids, Topic::Members], WebhookState::Paused));
    for _ in 1..WEBHOOKS_PER_APP_MAX {
        chat.make_webhook(host, URL, &Topic::EVERY).await.unwrap();
    }
    assert_refused(chat.make_webhook(host, URL, &Topic::EVERY).await, Code::TooManyWebhooks);
    chat.make_webhook(&trips, URL, &Topic::EVERY).await.unwrap();
    chat.close().await;
}

pub async fn what_came_of_requests_is_kept_without_what_they_said(place: &Place, name: &str) {
    let stage = stage(place, name).await;
    let (chat, room) = (&stage.chat, stage.job("job-1").await);
    stage.told(says("Open.")).await;
    stage.says(room, "A word").await;
    heard(chat, |_| 503, |told| told.status == 503).await;
    let kept = chat.webhook_deliveries(&stage.host, stage.webhook).await.unwrap();
    let brief: Vec<_> = kept.iter().map(|one| (one.kind.as_str(), one.status, one.error.as_deref())).collect();
    let refused = ("message_created", Some(503), Some("answered 503"));
    assert_eq!(brief, [refused, ("message_created", Some(200), None)]);
    assert_eq!((kept[0].room, kept[0].took_ms), (Some(room), 3));
    assert!(kept[0].next_at.is_some() && kept[1].next_at.is_none());
    assert!(!format!("{kept:?}").contains("A word"));
    for _ in 0..WEBHOOK_TESTS_MAX {
        let ping = chat.webhook_ping(&stage.host, stage.webhook).await.unwrap();
        assert_eq!(serde_json::from_str::<serde_json::Value>(&ping.body).unwrap()["type"], "ping");
        let delivery = chat.webhook_pinged(&ping, &answered(204)).await.unwrap();
        assert_eq!((delivery.kind.as_str(), delivery.room, delivery.status), ("ping", None, Some(204)));
    }
    assert_refused(chat.webhook_ping(&stage.host, stage.webhook).await, Code::SlowDown);
    let state = chat.webhooks(&stage.host).await.unwrap().remove(0);
    assert_eq!(state.failures, 1, "a ping changes nothing");
    for number in 0..=WEBHOOK_DELIVERIES_KEPT {
        stage.says(room, &number.to_string()).await;
    }
    stage.told(says(&WEBHOOK_DELIVERIES_KEPT.to_string())).await;
    let kept = chat.webhook_deliveries(&stage.host, stage.webhook).await.unwrap();
    assert_eq!(i64::try_from(kept.len()).unwrap(), WEBHOOK_DELIVERIES_KEPT);
    assert!(kept.iter().all(|one| one.kind == "message_created"), "the oldest went");
    chat.close().await;
}

pub async fn a_webhook_that_is_removed_is_told_nothing_more(place: &Place, name: &str) {
    let stage = stage(place, name).await;
    let (chat, room) = (&stage.chat, stage.job("job-1").await);
    stage.says(room, "One").await;
    chat.webhook_due().await;
    let mut turns = chat.webhook_turns().await.unwrap();
    let parcel = chat.webhook_next(&mut turns[0]).await.unwrap();
    // In the middle of a turn.
    chat.remove_webhook(&stage.host, stage.webhook).await.unwrap();
    chat.webhook_settle(&mut turns[0], parcel, answered(200)).await;
    assert!(chat.webhook_next(&mut turns[0]).await.is_none());
    drop(turns);
    assert_refused(chat.webhook_deliveries(&stage.host, stage.webhook).await, Code::NoSuchWebhook);
    chat.make_webhook(&stage.host, "https://jobs.example.org/other", &Topic::EVERY).await.unwrap();
    stage.says(room, "Two").await;
    let told = stage.told(says("Two")).await;
    assert_eq!(told.len(), 1, "{told:?}");
    chat.close().await;
}

pub async fn operators_see_and_pause_all_of_them_and_nobody_else_does(place: &Place, name: &str) {
    let stage = stage(place, name).await;
    let (chat, other) = (&stage.chat, &stage.bob);
    let operator = &Viewer { is_operator: true, ..stage.ann.clone() };
    assert_refused(chat.webhooks_as(other).await, Code::NotFound);
    assert_refused(chat.webhook_as(other, stage.webhook).await, Code::NotFound);
    assert_refused(chat.pause_webhook_as(other, stage.webhook, true).await, Code::NotFound);
    assert_refused(chat.pause_webhook_as(operator, WebhookId(999), true).await, Code::NoSuchWebhook);
    chat.pause_webhook_as(operator, stage.webhook, true).await.unwrap();
    let found = chat.webhooks_as(operator).await.unwrap().remove(0);
    assert_eq!((found.app.as_str(), found.state), ("jobs", WebhookState::Paused));
    let room = stage.job("job-1").await;
    stage.says(room, "Meanwhile").await;
    chat.pause_webhook_as(operator, stage.webhook, false).await.unwrap();
    let told = stage.told(says("Meanwhile")).await;
    assert_eq!(told.len(), 2);
    let (found, deliveries) = chat.webhook_as(operator, stage.webhook).await.unwrap();
    assert_eq!((found.state, deliveries.len()), (WebhookState::Active, 2));
    chat.close().await;
}
