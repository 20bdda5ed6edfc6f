//! Looking for what was said, and the way to it. Rule: a place leads to a message that its reader may see, or says that there is
//! none.

use crate::support::{Answer, TestApp};
use wire::RoomId;

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
