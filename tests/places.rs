//! Places at the doors: the form, the socket, the server function. Rule: what is sent is on the globe, and says the same to everybody; a
//! page with one on it asks nobody else for anything.

use crate::support::{TestApp, socket::fresh_cid};
use serde_json::json;
use wire::{
    Amendment, Code, MessageType, Parts, Seq,
    frame::{ClientFrame, ServerFrame},
    read::{Tree, parse},
};

#[tokio::test]
async fn a_place_that_was_typed_is_a_card_with_links_to_maps() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let details = ana.browser.get(&format!("/r/{room}/details")).await.body;
    assert!(details.contains(&format!("href=\"/r/{room}/location\"")), "{details}");
    let path = format!("/r/{room}/location");
    let cid = fresh_cid().to_string();
    let form =
        [("cid", cid.as_str()), ("latitude", "52,520008"), ("longitude", "13.404954° E"), ("label", "<b>Pier</b>")];
    for _ in 0..2 {
        let sent = ana.browser.post(&path, &form).await;
        assert_eq!((sent.status, sent.location), (303, Some(format!("/r/{room}"))));
    }
    let mut his = ben.socket().await;
    let row = his.resume(&app.epoch(), room, Some(Seq(0))).await;
    let ServerFrame::MessageHistory { page, .. } = row else { panic!("{row:?}") };
    let [event] = page.events.as_slice() else { panic!("sent twice is sent once: {page:?}") };
    let said = event.message.clone().unwrap();
    assert_eq!((said.kind, said.content.as_str()), (MessageType::Location, "📍 <b>Pier</b>"));
    let place = Parts::of(&said.more).location.unwrap();
    assert_eq!((place.latitude, place.longitude, place.accuracy), (52_520_008, 13_404_954, None));
    let page = ben.browser.get(&format!("/r/{room}/message/1")).await.body;
    assert!(page.contains("52.52001° N, 13.40495° E") && page.contains("&lt;b&gt;Pier&lt;/b&gt;"), "{page}");
    for link in ["geo:52.52001,13.40495", "https://www.openstreetmap.org/?mlat=52.52001", "rel=\"noopener noreferrer\""]
    {
        assert!(page.contains(link), "{link}: {page}");
    }
    assert!(!page.contains("<img") && !page.contains("<iframe"), "nothing is asked of anybody else");
    let edit = Amendment::Edit { content: "📍 Elsewhere".to_owned() };
    let viewer = app.chat().viewer(ana.token()).await.unwrap().expect("a session");
    let refused = app.chat().amend(&viewer, fresh_cid(), room, Seq(1), edit).await;
    assert_eq!(refused.unwrap_err().code(), Code::NotEditable);
    let found = ben.browser.get("/search?q=pier&kind=location").await;
    assert_eq!(found.status, 200);
    app.stop().await;
}

#[tokio::test]
async fn what_is_no_place_is_refused_at_every_door_and_nothing_is_stored() {
    let app = TestApp::start().await;
    let (ana, _, room) = app.pair().await;
    let path = format!("/r/{room}/location");
    let long = "x".repeat(101);
    for (latitude, longitude, label, code) in [
        ("91", "0", "", Code::BadPosition),
        ("NaN", "0", "", Code::BadPosition),
        ("1e9", "0", "", Code::BadPosition),
        ("0", "-180.000001", "", Code::BadPosition),
        ("", "", "", Code::BadPosition),
        ("0", "0", long.as_str(), Code::BadLabel),
    ] {
        let answer =
            ana.browser.post(&path, &[("latitude", latitude), ("longitude", longitude), ("label", label)]).await;
        assert_eq!(answer.status, code.status(), "{latitude} {longitude}");
        let is_said = answer.body.contains(&code.sentence().replace('\'', "&#x27;"));
        assert!(
            is_said && answer.body.contains("aria-invalid=\"true\"") && answer.body.contains("autofocus"),
            "{code}"
        );
    }
    let mut hers = ana.socket().await;
    for bad in [r#"{"latitude":91000000,"longitude":0}"#, r#"{"latitude":52.5,"longitude":13.4}"#, "{}", "7"] {
        let cid = fresh_cid();
        let frame = format!(
            "{{\"type\":\"chat_message\",\"cid\":\"{cid}\",\"room\":{room},\"content\":\"\",\"location\":{bad}}}"
        );
        hers.send_text(frame).await;
        assert_eq!(hers.refused(cid).await.code, Code::BadPosition, "{bad}");
        let more = json!({ "location": serde_json::from_str::<serde_json::Value>(bad).unwrap() });
        let request = json!({ "cid": fresh_cid(), "room": room, "content": "", "more": more });
        let answer = ana.browser.call("/api/fn/send", &request).await;
        assert_eq!((answer.status, answer.refusal().code), (422, Code::BadPosition), "{bad}");
    }
    let viewer = app.chat().viewer(ana.token()).await.unwrap().expect("a session");
    assert_eq!(app.chat().room(&viewer, room).await.unwrap().head, Seq(0));
    app.stop().await;
}

#[tokio::test]
async fn a_place_from_a_script_goes_the_way_of_every_message() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    let (cid, message_type, reply_to) = (fresh_cid(), MessageType::Text, None);
    let location = parse(r#"{"latitude":-33868820,"longitude":151209296,"accuracy":12}"#).unwrap();
    let (content, attachments) = (String::new(), Tree::Nothing);
    hers.send(&ClientFrame::ChatMessage { cid, room, message_type, content, reply_to, attachments, location }).await;
    let (seq, _) = hers.acked(cid).await;
    let said = his.event(room).await.message.unwrap();
    assert_eq!((said.kind, said.content.as_str()), (MessageType::Location, "📍 33.86882° S, 151.20930° E"));
    assert_eq!(Parts::of(&said.more).location.unwrap().accuracy, Some(12));
    let more = json!({ "location": { "latitude": -33_868_820, "longitude": 151_209_296, "accuracy": 12 } });
    let request = json!({ "cid": cid, "room": room, "content": "📍 Here", "more": more });
    let answer = ana.browser.call("/api/fn/send", &request).await;
    assert!(answer.body.contains(&format!("\"seq\":{seq}")), "the same over HTTP is the same: {answer:?}");
    app.stop().await;
}
