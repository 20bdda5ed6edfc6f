//! Looking for what was said, and the way to it. Rule: a place leads to a message that its reader may see, or says that there is
//! none.

use crate::support::{Answer, TestApp};
use wire::{Code, RoomId};

/// The positions of the messages on a page, in order.
fn seqs(answer: &Answer) -> Vec<i64> {
    let parts = answer.body.split("data-seq=\"").skip(1);
    parts.filter_map(|part| part.split_once('"')?.0.parse().ok()).collect()
}

/// The position that the page is opened at.
fn at(answer: &Answer) -> Option<i64> {
    let (_, bubble) = answer.body.split_once("tabindex=\"-1\" autofocus")?;
    bubble.split_once("data-seq=\"")?.1.split_once('"')?.0.parse().ok()
}

async fn say(app: &TestApp, count: i64) -> (crate::support::Member, crate::support::Member, RoomId) {
    let (ana, ben, room) = app.pair().await;
    let mut hers = ana.socket().await;
    for number in 1..=count {
        hers.say_acked(room, &format!("number {number}.")).await;
    }
    (ana, ben, room)
}

#[tokio::test]
async fn a_room_opens_at_a_message_with_the_ways_to_what_is_before_and_after_it() {
    let app = TestApp::start_with(|config| config.sends_per_window_max = 1_000).await;
    let (_ana, ben, room) = say(&app, 200).await;
    let page = ben.browser.get(&format!("/r/{room}?at=60")).await;
    assert_eq!((page.status, at(&page)), (200, Some(60)), "{page:?}");
    assert_eq!(seqs(&page), (35..=84).chain(151..=200).collect::<Vec<_>>());
    for way in [format!("/r/{room}?before=35"), format!("/r/{room}?after=84")] {
        assert!(page.body.contains(&format!("href=\"{way}\"")), "{way}");
    }
    let end = ben.browser.get(&format!("/r/{room}?at=160")).await;
    assert_eq!((seqs(&end), at(&end)), ((135..=200).collect(), Some(160)), "the two parts are one");
    assert!(!end.body.contains("data-gap"));
}

#[tokio::test]
async fn a_place_without_a_message_opens_the_room_as_usual_and_says_so() {
    let app = TestApp::start().await;
    let (ana, _ben, room) = say(&app, 3).await;
    const NOT_HERE: &str = "That message is not here";
    for nowhere in ["0", "-1", "4", "9223372036854775807"] {
        let page = ana.browser.get(&format!("/r/{room}?at={nowhere}")).await;
        assert_eq!((page.status, seqs(&page), at(&page)), (200, vec![1, 2, 3], None), "{nowhere}");
        assert!(page.body.contains(NOT_HERE), "{nowhere}");
    }
    for usual in ["", "?at=", "?at=x", "?at=3"] {
        assert!(!ana.browser.get(&format!("/r/{room}{usual}")).await.body.contains(NOT_HERE), "{usual}");
    }
    let later = app.person("cyd").await;
    let hall = ana.browser.post("/rooms", &[("title", "Hall")]).await.location.unwrap();
    ana.browser.post(&hall, &[("content", "Before her")]).await;
    ana.connect(&later).await;
    ana.browser.post(&format!("{hall}/change/invite"), &[("username", "cyd")]).await;
    ana.browser.post(&hall, &[("content", "With her")]).await;
    let hidden = later.browser.get(&format!("{hall}?at=2")).await;
    assert!(
        hidden.status == 200 && hidden.body.contains(NOT_HERE) && !hidden.body.contains("Before her"),
        "{hidden:?}"
    );
    let seen = later.browser.get(&format!("{hall}?at=4")).await;
    assert!(at(&seen) == Some(4) && !seen.body.contains(NOT_HERE), "{seen:?}");
    let stranger = app.person("eve").await;
    assert_eq!(stranger.browser.get(&format!("{hall}?at=2")).await.status, 404);
}

/// Everything that was said can be found.
async fn index(app: &TestApp) {
    while app.chat().index_part().await.unwrap() {}
}

/// The texts of the results on the page, hits marked.
fn results(answer: &Answer) -> Vec<String> {
    let said = answer.body.split("class=\"said\">").skip(1);
    let texts = said.filter_map(|part| Some(part.split_once("</p>")?.0.to_owned()));
    texts.map(|text| text.replace("<mark>", "[").replace("</mark>", "]").replace("<!>", "")).collect()
}

#[tokio::test]
async fn a_search_by_a_plain_form_shows_what_was_said_around_and_leads_there() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let mut hers = ana.socket().await;
    for text in ["Where are you?", "我在上海工作 <b>now</b>", "Good"] {
        hers.say_acked(room, text).await;
    }
    index(&app).await;
    let empty = ben.browser.get("/search").await;
    assert!(empty.status == 200 && results(&empty).is_empty() && empty.body.contains("name=\"q\""), "{empty:?}");
    let page = ben.browser.get("/search?q=%E4%B8%8A%E6%B5%B7&room=&person=&from=&to=&kind=").await;
    assert_eq!(
        (page.status, results(&page)),
        (200, vec!["我在[上海]工作 &lt;b&gt;now&lt;/b&gt;".to_owned()]),
        "{page:?}"
    );
    for part in [format!("href=\"/r/{room}?at=2\""), "Where are you?".to_owned(), "Good".to_owned()] {
        assert!(page.body.contains(&part), "{part}: {page:?}");
    }
    let narrowed = ben.browser.get(&format!("/search?q=good&room={room}&person=ana&kind=text&from=2020-01-01")).await;
    assert_eq!(results(&narrowed), ["[Good]"], "{narrowed:?}");
    assert_eq!(results(&ben.browser.get("/search?q=good&to=2020-01-01").await), [""; 0]);
}

#[tokio::test]
async fn what_cannot_be_looked_for_is_refused_with_what_was_typed() {
    let app = TestApp::start().await;
    let (ana, _ben, _room) = app.pair().await;
    let long = "x".repeat(10 * 1024);
    for (query, code, word) in [
        (format!("q={long}"), Code::SearchTooLong, "at most 200 characters"),
        ("q=tea&room=12345".to_owned(), Code::NotFound, "no such room"),
        ("q=tea&room=x".to_owned(), Code::NotFound, "no such room"),
        ("q=tea&person=nobody".to_owned(), Code::NoSuchPerson, "nobody of that name"),
        ("q=tea&kind=%27".to_owned(), Code::UnknownType, "does not exist"),
        ("q=tea&from=2026-02-31x".to_owned(), Code::Malformed, "could not be read"),
    ] {
        let page = ana.browser.get(&format!("/search?{query}")).await;
        assert!(page.status == code.status() && page.body.contains(word), "{code}: {page:?}");
        assert!(page.body.contains("value=\"tea\"") || page.body.contains(&long), "{code}");
    }
    for odd in
        ["%25", "*", "%22", "_", "%5C", "%00", "%F0%9F%91%8D", "%EE%80%801", "%22%29%20OR%20%28%22", "q&before=x"]
    {
        let page = ana.browser.get(&format!("/search?q={odd}")).await;
        assert!(page.status == 200 && results(&page).is_empty(), "{odd}: {page:?}");
    }
}

#[tokio::test]
async fn a_search_shows_nobody_what_is_not_theirs() {
    let app = TestApp::start().await;
    let (ana, ben, _room) = app.pair().await;
    let (cyd, eve) = (app.person("cyd").await, app.person("eve").await);
    ana.connect(&cyd).await;
    let hall = ana.browser.post("/rooms", &[("title", "Hall")]).await.location.unwrap();
    let change = async |change: &str, name: &str| {
        let answer = ana.browser.post(&format!("{hall}/change/{change}"), &[("username", name)]).await;
        assert_eq!(answer.status, 303, "{change} {name}: {answer:?}");
    };
    let say = async |text: &str| assert_eq!(ana.browser.post(&hall, &[("content", text)]).await.status, 303);
    change("invite", "ben").await;
    say("secret one").await;
    change("invite", "cyd").await;
    change("mute", "cyd").await;
    say("secret two").await;
    change("remove", "ben").await;
    say("secret three").await;
    index(&app).await;
    for (who, expected) in
        [(&ana, vec!["three", "two", "one"]), (&cyd, vec!["three", "two"]), (&ben, vec![]), (&eve, vec![])]
    {
        let expected: Vec<String> = expected.into_iter().map(|word| format!("[secret] {word}")).collect();
        let page = who.browser.get("/search?q=secret").await;
        assert_eq!(results(&page), expected, "{}: {page:?}", who.name);
        let arguments = serde_json::json!({ "words": "secret" });
        let answer = who.browser.call("/api/fn/search", &arguments).await;
        let found: wire::search::Found = serde_json::from_str(&answer.body).unwrap();
        assert_eq!((answer.status, found.hits.len()), (200, expected.len()), "{}: {answer:?}", who.name);
        assert!(expected.len() == 3 || !answer.body.contains("secret one"), "{}", who.name);
    }
    let number: i64 = hall.trim_start_matches("/r/").parse().unwrap();
    for who in [&ben, &eve] {
        let arguments = serde_json::json!({ "words": "secret", "room": number });
        let answer = who.browser.call("/api/fn/search", &arguments).await;
        assert_eq!((answer.status, answer.refusal().code), (404, Code::NotFound), "{}", who.name);
    }
}
