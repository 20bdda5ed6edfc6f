//! What is told. Rule: each event of a topic, whole, once, in the order of its room; of nobody else's rooms a word.

use super::{Place, Told, application, heard, says, scene, stage, talk, world};
use domain::Change;
use serde_json::json;
use wire::{Amendment, Decision, MessageType, Offer, Seq, webhooks::Topic};

fn offer() -> Offer {
    Offer { amount: 12_000, currency: "EUR".to_owned(), note: "Two coats".to_owned(), expires_at: None }
}

pub async fn everything_that_happens_is_told_in_the_order_of_the_log(place: &Place, name: &str) {
    let stage = stage(place, name).await;
    let (chat, ann, bob) = (&stage.chat, &stage.ann, &stage.bob);
    let [cal] = scene::circle(chat, ["cal"]).await;
    world::connect(chat, ann, &cal).await;
    let room = stage.job("job-1").await;
    stage.says(room, "Good morning!").await;
    let edit = Amendment::Edit { content: "Good evening!".to_owned() };
    chat.amend(ann, scene::fresh_cid(), room, Seq(2), edit).await.unwrap();
    let react = Amendment::React { emoji: "👍".to_owned() };
    chat.amend(bob, scene::fresh_cid(), room, Seq(2), react).await.unwrap();
    let bid = chat.bid(bob, scene::fresh_cid(), room, "ann", offer()).await.unwrap().seq;
    chat.decide_bid(ann, scene::fresh_cid(), room, bid, (Decision::Accept, None)).await.unwrap();
    let notice = Change::Notice { text: "Paid".to_owned() };
    scene::change(chat, ann, room, notice).await.unwrap();
    scene::change(chat, ann, room, scene::invite(&cal)).await.unwrap();
    scene::change(chat, ann, room, Change::Rename { title: "Gate".to_owned() }).await.unwrap();
    scene::change(chat, ann, room, scene::remove(&cal)).await.unwrap();
    chat.amend(ann, scene::fresh_cid(), room, Seq(2), Amendment::Delete).await.unwrap();
    scene::change(chat, bob, room, Change::Leave).await.unwrap();
    let told = stage.told(|told| told.brief().0 == "member_left").await;
    let found: Vec<&str> = told.iter().map(|told| told.brief().0).collect();
    let expected = [
        "message_created",
        "message_created",
        "message_edited",
        "bid_made",
        "bid_accepted",
        "message_created",
        "member_joined",
        "member_removed",
        "message_deleted",
        "member_left",
    ];
    assert_eq!(found, expected);
    let seqs: Vec<i64> = told.iter().map(|told| told.body["data"]["event"]["seq"].as_i64().unwrap()).collect();
    assert_eq!(seqs, [1, 2, 3, 5, 6, 7, 8, 10, 11, 12], "the reaction and the new title are none of the topics");
    assert_eq!(told[0].body["data"]["subject"], json!({ "kind": "job", "id": "job-1", "thread": "" }));
    assert_eq!(told[3].body["data"]["event"]["message"]["bid"]["amount"], json!(12_000));
    let ids: std::collections::BTreeSet<&str> = told.iter().map(|told| told.id.as_str()).collect();
    assert_eq!(ids.len(), told.len());
    // Where it stands is what members read, to the letter.
    let event = &chat.message(ann, room, Seq(7)).await.unwrap().event;
    assert_eq!(told[5].body["data"]["event"], serde_json::to_value(event).unwrap());
    assert_eq!(event.message.as_ref().unwrap().kind, MessageType::System, "what the host tells is told, too");
    stage.chat.close().await;
}

pub async fn nobody_elses_conversations_are_told(place: &Place, name: &str) {
    let stage = stage(place, name).await;
    application(&stage.chat, "trips").await;
    let own = stage.own("mine").await;
    let foreign = stage.own("trip-1").await;
    world::change(&stage.url, "update subjects set namespace = 'app:trips' where subject_id = 'trip-1'").await;
    let alike = stage.own("alike").await;
    world::change(&stage.url, "update subjects set namespace = 'app:jobs2' where subject_id = 'alike'").await;
    let direct = stage.chat.direct_room(&stage.ann, "bob").await.unwrap();
    let group = scene::found(&stage.chat, &stage.ann, "Garden", true).await;
    let room = stage.job("job-1").await;
    for quiet in [own, foreign, alike, direct, group] {
        stage.says(quiet, "A secret").await;
    }
    stage.says(room, "Ding").await;
    stage.chat.webhook_look(false).await.unwrap();
    let told = stage.told(says("Ding")).await;
    assert_eq!(told.iter().map(Told::text).collect::<Vec<_>>(), ["Open.", "Ding"]);
    stage.chat.close().await;
}

pub async fn a_webhook_is_told_of_its_topics_from_its_beginning_on(place: &Place, name: &str) {
    let stage = stage(place, name).await;
    let (chat, room) = (&stage.chat, stage.job("job-1").await);
    stage.says(room, "Before").await;
    stage.told(says("Before")).await;
    chat.remove_webhook(&stage.host, stage.webhook).await.unwrap();
    chat.make_webhook(&stage.host, "https://jobs.example.org/bids", &[Topic::Bids]).await.unwrap();
    stage.says(room, "Not a bid").await;
    chat.bid(&stage.bob, scene::fresh_cid(), room, "ann", offer()).await.unwrap();
    let told = stage.told(|told| told.brief().0 == "bid_made").await;
    assert_eq!(told.len(), 1, "{told:?}");
    stage.chat.close().await;
}

pub async fn what_was_deleted_in_time_is_never_told(place: &Place, name: &str) {
    let stage = stage(place, name).await;
    let (chat, room) = (&stage.chat, stage.job("job-1").await);
    stage.says(room, "One").await;
    stage.says(room, "Wrong window").await;
    stage.says(room, "Three").await;
    let mut told = Vec::new();
    // The first is not taken for a while, and what comes after it is deleted meanwhile.
    let refused = heard(chat, |told| if told.text() == "One" { 503 } else { 200 }, |told| told.text() == "One").await;
    assert!(refused.iter().all(|told| told.text() != "Wrong window"));
    chat.amend(&stage.ann, scene::fresh_cid(), room, Seq(3), Amendment::Delete).await.unwrap();
    told.extend(stage.told(|told| told.brief().0 == "message_deleted").await);
    assert!(told.iter().all(|told| !told.body.to_string().contains("Wrong window")), "{told:?}");
    let gone: Vec<_> =
        told.iter().map(|told| told.body["data"]["event"]["message"]["deleted"] == json!(true)).collect();
    assert_eq!(gone, [false, true, false, false], "it has its place, and says that it is gone");
    stage.chat.close().await;
}

pub async fn people_are_called_as_the_application_calls_them(place: &Place, name: &str) {
    let stage = stage(place, name).await;
    let room = stage.job("job-1").await;
    world::change(&stage.url, "update users set app_id = (select id from apps where name = 'jobs'), external_id = 'u-17' where username = 'ann'").await;
    application(&stage.chat, "trips").await;
    world::change(&stage.url, "update users set app_id = (select id from apps where name = 'trips'), external_id = 'x' where username = 'bob'").await;
    stage.says(room, "@bob, good morning!").await;
    let told = stage.told(says("@bob, good morning!")).await;
    let last = &told.last().unwrap().body["data"];
    assert_eq!(last["event"]["mentions"], json!([stage.bob.user]));
    assert_eq!(
        last["people"],
        json!([{ "id": stage.ann.user, "external_id": "u-17" }]),
        "what others call them is theirs"
    );
    talk::say(&stage.chat, stage.bob.clone(), room, "And to you").await.unwrap();
    let told = stage.told(says("And to you")).await;
    assert_eq!(told[0].body["data"]["people"], json!([]));
    stage.chat.close().await;
}
