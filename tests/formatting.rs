//! Formatted texts, from door to door. Rule: the server alone decides what is formatting, once; a text without any costs nothing,
//! and a page without scripts shows the same elements.

use crate::support::{Socket, TestApp, socket::fresh_cid};
use wire::{
    Amendment, EventKind, MessageType, RoomId, Seq, TextSpan,
    frame::{ClientFrame, ServerFrame},
    read::Tree,
};

const TEXT: &str = "**Tea** at https://example.org/tea?\n> [when](https://example.org/when)\n1. at 4\n2. at `5`";
const SPANS: &str = concat!(
    r#"[["b","Tea"]," at ",["a","https://example.org/tea"],"?","#,
    r#"["blockquote",["a","https://example.org/when","when"]],["ol",1,["li","at 4"],["li","at ",["code","5"]]]]"#
);
/// What every link has.
const AWAY: &str = r#"target="_blank" rel="noopener noreferrer nofollow ugc" referrerpolicy="no-referrer""#;

/// The spans of what an event says.
fn spans(event: wire::Event) -> String {
    let more = event.message.unwrap().more;
    serde_json::to_string(&TextSpan::tree(&TextSpan::of(&more))).unwrap()
}

/// The spans of every message, as history has them.
async fn held(app: &TestApp, socket: &mut Socket, room: RoomId) -> Vec<String> {
    match socket.resume(&app.epoch(), room, Some(Seq(0))).await {
        ServerFrame::MessageHistory { page, .. } => page.events.into_iter().map(spans).collect(),
        other => panic!("no page: {other:?}"),
    }
}

#[tokio::test]
async fn a_text_is_read_once_and_its_formatting_is_the_same_everywhere() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    let (_, seq) = hers.say_acked(room, TEXT).await;
    for socket in [&mut hers, &mut his] {
        let event = socket.event(room).await;
        assert_eq!(event.message.as_ref().unwrap().content, TEXT, "what was typed is kept");
        assert_eq!(spans(event), SPANS);
    }
    hers.say_acked(room, "2 * 3 * 4 = 24 :)").await;
    let event = his.event(room).await;
    assert!(event.message.unwrap().more.is_nothing(), "what has no formatting costs nothing");
    assert_eq!(held(&app, &mut his, room).await, [SPANS, "null"]);

    for path in [format!("/r/{room}"), format!("/r/{room}/message/{seq}")] {
        let page = ben.browser.get(&path).await.body.replace("<!>", "");
        for part in [
            "<b>Tea</b> at <a ",
            &format!(
                "<a href=\"https://example.org/tea\" {AWAY}>https://example.org/tea</a>?<blockquote dir=\"auto\"><a "
            ),
            &format!("<a href=\"https://example.org/when\" {AWAY}>when</a></blockquote>"),
            "<ol dir=\"auto\" start=\"1\"><li>at 4</li><li>at <code dir=\"auto\">5</code></li></ol>",
        ] {
            assert!(page.contains(part), "{path} lacks {part}:\n{page}");
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn an_edit_has_the_formatting_of_the_new_text_and_nothing_is_left_of_a_deleted_one() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    let (_, seq) = hers.say_acked(room, "*one*").await;
    assert_eq!(spans(his.event(room).await), r#"[["i","one"]]"#);
    let steps = [("**two**", r#"[["b","two"]]"#), ("three", "null"), ("~~four~~", r#"[["s","four"]]"#)];
    for (text, expected) in steps {
        hers.send(&ClientFrame::amend(fresh_cid(), room, seq, Amendment::Edit { content: text.to_owned() })).await;
        let event = his.event(room).await;
        assert_eq!((event.kind, spans(event).as_str()), (EventKind::Edited, expected), "{text}");
        assert_eq!(held(&app, &mut his, room).await[0], expected, "folded into {text}");
    }
    hers.send(&ClientFrame::amend(fresh_cid(), room, seq, Amendment::Delete)).await;
    assert_eq!(his.event(room).await.kind, EventKind::Deleted);
    match his.resume(&app.epoch(), room, Some(Seq(0))).await {
        ServerFrame::MessageHistory { page, .. } => {
            let said = |event: &wire::Event| event.message.as_ref().is_none_or(|said| said.more.is_nothing());
            assert!(page.events.iter().all(said), "{:?}", page.events);
        }
        other => panic!("no page: {other:?}"),
    }
    app.stop().await;
}

#[tokio::test]
async fn formatting_is_never_taken_from_a_client() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    let cid = fresh_cid();
    let evil = r#"[["a","javascript:alert(1)","click"],["b","not what was said"]]"#;
    let frame = format!(
        r#"{{"type":"chat_message","cid":"{cid}","room":{room},"content":"hello","spans":{evil},"more":{{"spans":{evil}}}}}"#
    );
    hers.send_text(frame).await;
    hers.acked(cid).await;
    let event = his.event(room).await;
    assert!(event.message.is_some_and(|said| said.more.is_nothing() && said.content == "hello"));
    let body = serde_json::json!({
        "cid": fresh_cid(), "room": room, "content": "**you**", "spans": [["b", "me"]], "more": { "spans": [["b", "me"]] },
    });
    let answer = ana.browser.call("/api/fn/send", &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(spans(his.event(room).await), r#"[["b","you"]]"#);
    let page = ben.browser.get(&format!("/r/{room}")).await.body;
    assert!(!page.contains("not what was said") && !page.contains("javascript:"));

    // A text of another type is refused as before.
    let (message_type, attachments, location) = (MessageType::System, Tree::Nothing, Tree::Nothing);
    let content = "**host**".to_owned();
    let cid = fresh_cid();
    hers.send(&ClientFrame::ChatMessage { cid, room, message_type, content, reply_to: None, attachments, location })
        .await;
    hers.refused(cid).await;
    app.stop().await;
}
