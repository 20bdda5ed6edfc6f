//! Bids at the doors: the form, the page about a message, the socket, the server functions. Rule: all of them lead to one bid and one
//! decision; what is refused has its sentence and status, at its field, and changes nothing.

use crate::support::{Answer, Member, TestApp, process::twotick, socket::fresh_cid};
use serde_json::json;
use wire::{
    BidState, Code, Decision, EventKind, Offer, Parts, RoomId, Seq,
    frame::{ClientFrame, ServerFrame},
};

/// What is typed, why it is refused, and at which field.
type Wrong<'a> = (&'a [(&'a str, &'a str)], Code, &'a str);

fn offer() -> Offer {
    Offer { amount: 12_000, currency: "EUR".to_owned(), note: "Two coats".to_owned(), expires_at: None }
}

fn accept(room: RoomId, target: Seq) -> ClientFrame {
    ClientFrame::BidDecision { cid: fresh_cid(), room, target, decision: Decision::Accept, offer: None }
}

/// The form of a bid, filled in, with what stands in it else.
async fn make(member: &Member, room: RoomId, query: &str, fields: &[(&str, &str)]) -> Answer {
    let path = format!("/r/{room}/bids/new");
    let page = member.browser.get(&format!("{path}{query}")).await;
    assert_eq!(page.status, 200, "{page:?}");
    let value = |name: &str| {
        let (_, rest) = page.body.split_once(&format!("name=\"{name}\" value=\""))?;
        rest.split('"').next()
    };
    let mut form = vec![("cid", value("cid").expect("an id"))];
    form.extend(value("counter").map(|seq| ("counter", seq)));
    form.extend_from_slice(fields);
    member.browser.post(&path, &form).await
}

async fn state(app: &TestApp, member: &Member, room: RoomId, seq: Seq) -> BidState {
    let viewer = app.chat().viewer(member.token()).await.unwrap().expect("a session");
    let event = app.chat().message(&viewer, room, seq).await.unwrap().event;
    Parts::of(&event.message.unwrap().more).bid.expect("a bid").state
}

#[tokio::test]
async fn a_bid_is_made_countered_and_accepted_by_plain_forms() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let details = ana.browser.get(&format!("/r/{room}/details")).await.body;
    assert!(details.contains(&format!("href=\"/r/{room}/bids/new\"")), "{details}");
    let fields = [("amount", "1.234,50"), ("currency", "EUR"), ("note", "Two coats\r\nof paint"), ("hours", "24")];
    let made = make(&ana, room, "", &fields).await;
    assert_eq!((made.status, made.location), (303, Some(format!("/r/{room}"))));
    let path = format!("/r/{room}/message/1");
    let page = ben.browser.get(&path).await.body;
    for part in ["Bid to ben", "€1,234.50", "Two coats\nof paint", "Expires ", "data-state=\"open\"", "counter=1"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let hers = ana.browser.get(&path).await.body;
    assert!(hers.contains("/withdraw\"") && !hers.contains("/accept\"") && !hers.contains("/edit\""), "{hers}");

    let form = ben.browser.get(&format!("/r/{room}/bids/new?counter=1")).await.body;
    assert!(form.contains("Another bid instead") && form.contains("€1,234.50"), "{form}");
    let countered = make(&ben, room, "?counter=1", &[("amount", "1000"), ("currency", "EUR")]).await;
    assert_eq!(countered.status, 303, "{countered:?}");
    assert_eq!(state(&app, &ana, room, Seq(1)).await, BidState::Countered);
    let page = ana.browser.get(&format!("/r/{room}/message/3")).await.body;
    assert!(page.contains("€1,000.00") && page.contains("In place of an earlier bid"), "{page}");
    let done = ana.browser.post(&format!("/r/{room}/message/3/accept"), &[]).await;
    assert_eq!((done.status, done.location), (303, Some(format!("/r/{room}/message/3"))));
    assert_eq!(state(&app, &ben, room, Seq(3)).await, BidState::Accepted);
    let room_page = ben.browser.get(&format!("/r/{room}")).await.body;
    assert!(room_page.contains("accepted the bid of €1,000.00"), "{room_page}");
    let again = ana.browser.post(&format!("/r/{room}/message/3/decline"), &[]).await;
    assert_eq!(again.status, Code::BidSettled.status());
    assert!(again.body.contains(Code::BidSettled.sentence()), "{again:?}");
    app.stop().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_bid_is_said_at_its_field_and_nothing_is_stored() {
    let app = TestApp::start().await;
    let (ana, _, room) = app.pair().await;
    let long = "x".repeat(5_000);
    let no_such = "X".repeat(4);
    let cases: [Wrong; 9] = [
        (&[("amount", "-1"), ("currency", "EUR")], Code::BadAmount, "amount"),
        (&[("amount", "0"), ("currency", "EUR")], Code::BadAmount, "amount"),
        (&[("amount", "10000000000000"), ("currency", "EUR")], Code::BadAmount, "amount"),
        (&[("amount", "1e9"), ("currency", "EUR")], Code::BadAmount, "amount"),
        (&[("amount", "1.5"), ("currency", "JPY")], Code::BadAmount, "amount"),
        (&[("amount", "1"), ("currency", &no_such)], Code::BadCurrency, "currency"),
        (&[("amount", "1"), ("currency", "EUR"), ("note", &long)], Code::NoteTooLong, "note"),
        (&[("amount", "1"), ("currency", "EUR"), ("hours", "-3")], Code::BadExpiry, "hours"),
        (&[("amount", "1"), ("currency", "EUR"), ("hours", "9999999999999999")], Code::BadExpiry, "hours"),
    ];
    for (fields, code, field) in cases {
        let answer = make(&ana, room, "", fields).await;
        assert_eq!(answer.status, code.status(), "{code}: {answer:?}");
        let (_, rest) = answer.body.split_once(&format!("id=\"{field}\"")).expect(field);
        let sentence = rest.find("role=\"alert\"").unwrap_or_else(|| panic!("{code} is not said below {field}"));
        assert!(rest[..sentence].contains("aria-invalid=\"true\""), "{code} at {field}");
        assert!(rest[sentence..].starts_with("role=\"alert\"") && rest.contains(&escaped(code.sentence())), "{code}");
        assert!(answer.body.contains("autofocus"), "{code}");
    }
    for counter in ["1", "99", "-1"] {
        assert_eq!(ana.browser.get(&format!("/r/{room}/bids/new?counter={counter}")).await.status, 404);
    }
    let viewer = app.chat().viewer(ana.token()).await.unwrap().expect("a session");
    assert_eq!(app.chat().room(&viewer, room).await.unwrap().head, Seq(0), "nothing of it was stored");
    app.stop().await;
}

fn escaped(sentence: &str) -> String {
    sentence.replace('\'', "&#x27;")
}

#[tokio::test]
async fn over_the_socket_and_over_http_a_decision_is_one() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    let cid = fresh_cid();
    let request = json!({ "cid": cid, "room": room, "offer": offer() });
    for _ in 0..2 {
        let answer = ana.browser.call("/api/fn/bid", &request).await;
        let ack: ServerFrame = serde_json::from_str(&answer.body).unwrap();
        assert!(matches!(ack, ServerFrame::Ack { seq: Seq(1), .. }), "{answer:?}");
    }
    let made = his.event(room).await;
    assert_eq!(Parts::of(&made.message.unwrap().more).bid.unwrap().amount, 12_000);
    let counter = Offer { amount: 10_000, ..offer() };
    let (cid, target, decision) = (fresh_cid(), made.seq, Decision::Counter);
    let frame = ClientFrame::BidDecision { cid, room, target, decision, offer: Some(counter.clone()) };
    his.send(&frame).await;
    let (seq, _) = his.acked(cid).await;
    assert_eq!(seq, Seq(3), "the ack is that of the bid back");
    let request = json!({ "cid": cid, "room": room, "target": 1, "decision": "counter", "offer": counter });
    let answer = ben.browser.call("/api/fn/decide_bid", &request).await;
    assert!(answer.body.contains("\"seq\":3"), "the same over HTTP: {answer:?}");
    assert_eq!(hers.event(room).await.seq, Seq(1));
    assert_eq!(hers.event(room).await.kind, EventKind::Decided);
    assert_eq!(hers.event(room).await.seq, Seq(3));
    for (member, target, code) in [
        (&ana, 1, Code::NotYourBid),
        (&ben, 1, Code::BidSettled),
        (&ben, 3, Code::NotYourBid),
        (&ana, 2, Code::NoSuchMessage),
    ] {
        let request = json!({ "cid": fresh_cid(), "room": room, "target": target, "decision": "accept" });
        let answer = member.browser.call("/api/fn/decide_bid", &request).await;
        assert_eq!((answer.status, answer.refusal().code), (code.status(), code), "{target}");
    }
    let (cid, target) = (fresh_cid(), Seq(3));
    let ponder = json!({ "type": "bid_decision", "cid": cid, "room": room, "target": 3, "decision": "ponder" });
    hers.send_text(ponder.to_string()).await;
    assert_eq!(hers.refused(cid).await.code, Code::Malformed);
    let bare = ClientFrame::BidDecision { cid, room, target, decision: Decision::Counter, offer: None };
    hers.send(&bare).await;
    assert_eq!(hers.refused(cid).await.code, Code::BadAmount);
    let (cid, decision, offer) = (fresh_cid(), Decision::Accept, None);
    hers.send(&ClientFrame::BidDecision { cid, room, target, decision, offer }).await;
    assert_eq!(hers.acked(cid).await.0, Seq(4));
    assert_eq!(state(&app, &ben, room, target).await, BidState::Accepted);
    app.stop().await;
}

#[tokio::test]
async fn of_two_tabs_that_accept_two_bids_about_one_thing_one_does() {
    let app = TestApp::start().await;
    let (ana, ben, _) = app.pair().await;
    let job = [
        ("cid", fresh_cid().to_string()),
        ("kind", "job".into()),
        ("title", "Fence".into()),
        ("username", "ben".into()),
    ];
    let job: Vec<(&str, &str)> = job.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let opened = ana.browser.post("/subjects", &job).await;
    let room: RoomId = opened.location.unwrap().strip_prefix("/r/").unwrap().parse().unwrap();
    for amount in ["100", "120"] {
        let made = make(&ben, room, "", &[("to", "ana"), ("amount", amount), ("currency", "EUR")]).await;
        assert_eq!(made.status, 303, "{made:?}");
    }
    let (mut one, mut two) = (ana.socket().await, ana.socket().await);
    let (first, second) = (accept(room, Seq(2)), accept(room, Seq(3)));
    let cid = |frame: &ClientFrame| if let ClientFrame::BidDecision { cid, .. } = frame { *cid } else { panic!() };
    tokio::join!(one.send(&first), two.send(&second));
    let (here, there) = tokio::join!(one.settled(cid(&first)), two.settled(cid(&second)));
    let is_taken =
        |frame: &ServerFrame| matches!(frame, ServerFrame::Refused { refusal, .. } if refusal.code == Code::BidTaken);
    let is_acked = |frame: &ServerFrame| matches!(frame, ServerFrame::Ack { .. });
    assert!(is_acked(&here) && is_taken(&there) || is_acked(&there) && is_taken(&here), "{here:?} {there:?}");
    let form = ben.browser.get(&format!("/r/{room}/bids/new")).await;
    assert_eq!(form.status, 200);
    let late = make(&ben, room, "", &[("to", "ana"), ("amount", "90"), ("currency", "EUR")]).await;
    assert_eq!(late.status, Code::BidTaken.status());
    app.stop().await;
}

#[tokio::test]
async fn groups_have_no_form_and_who_is_banned_is_bound_all_the_same() {
    let app = TestApp::start().await;
    let (ana, ben, direct) = app.pair().await;
    let made = ana.browser.post("/rooms", &[("title", "Tea"), ("public", "1")]).await;
    let group = made.location.unwrap();
    let answer = ana.browser.get(&format!("{group}/bids/new")).await;
    assert_eq!(answer.status, Code::NoBidsHere.status());
    assert!(answer.body.contains(Code::NoBidsHere.sentence()));
    let answer = ana.browser.post(&format!("{group}/bids/new"), &[("amount", "1"), ("currency", "EUR")]).await;
    assert_eq!(answer.status, Code::NoBidsHere.status());
    make(&ana, direct, "", &[("amount", "1"), ("currency", "EUR")]).await;
    twotick(app.data_dir(), &["user", "ban", "ana"]).await;
    let answer = ben.browser.post(&format!("/r/{direct}/message/1/accept"), &[]).await;
    assert_eq!(answer.status, 303, "who is banned is bound all the same");
    app.stop().await;
}
