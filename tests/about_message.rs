//! The page about a message, and all emoji, without a script. Rule: everything that can be done to a message can be done there; what
//! was refused is shown where it was typed, with its sentence and status, and nothing has changed.

use crate::support::{Answer, Member, TestApp};
use wire::{Code, RoomId, Seq};

/// The id of the form that goes to this address, as the page has it.
fn cid(page: &str, action: &str) -> String {
    let form = page.split("<form").find(|form| form.contains(&format!("action=\"{action}\""))).expect(action);
    let (_, rest) = form.split_once("name=\"cid\" value=\"").expect("an id");
    rest.split('"').next().unwrap().to_owned()
}

/// Fills in a form of the page about a message and sends it, with the id that stands in it.
async fn send(member: &Member, room: RoomId, seq: Seq, act: &str, fields: &[(&str, &str)]) -> Answer {
    let path = format!("/r/{room}/message/{seq}");
    let page = member.browser.get(&path).await;
    let action = format!("{path}/{act}");
    let cid = cid(&page.body, &action);
    let mut form = vec![("cid", cid.as_str())];
    form.extend_from_slice(fields);
    member.browser.post(&action, &form).await
}

#[tokio::test]
async fn everything_that_becomes_of_a_message_can_be_done_by_plain_forms() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (_, seq) = ana.socket().await.say_acked(room, "Hello Bne").await;
    let path = format!("/r/{room}/message/{seq}");
    let page = ben.browser.get(&path).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Hello Bne") && page.body.contains("Message of ana"), "{}", page.body);
    assert!(!page.body.contains(&format!("{path}/edit")) && !page.body.contains(&format!("{path}/delete")));

    let answer = send(&ana, room, seq, "edit", &[("content", "Hello Ben\r\nand all")]).await;
    assert_eq!((answer.status, answer.location.as_deref()), (303, Some(path.as_str())));
    let hers = ana.browser.get(&path).await.body;
    assert!(
        hers.contains("Hello Ben\nand all") && hers.contains("Earlier texts") && hers.contains("Hello Bne"),
        "{hers}"
    );
    let his = ben.browser.get(&path).await.body;
    assert!(his.contains("edited") && !his.contains("Hello Bne"), "earlier texts are not his to read");

    assert_eq!(send(&ben, room, seq, "react", &[("emoji", "❤")]).await.status, 303);
    assert!(ana.browser.get(&path).await.body.contains("data-reaction=\"❤️\""));
    assert_eq!(send(&ben, room, seq, "unreact", &[("emoji", "❤️")]).await.status, 303);
    assert!(!ana.browser.get(&path).await.body.contains("data-reaction"));

    let answer = send(&ben, room, seq, "reply", &[("content", "And to you")]).await;
    assert_eq!((answer.status, answer.location), (303, Some(format!("/r/{room}"))));
    let reply = app.chat().message(&viewer(&app, &ben).await, room, Seq(5)).await.unwrap().event;
    let quote = reply.message.unwrap().reply_to.expect("an answer");
    assert_eq!((quote.seq, quote.content.as_str()), (seq, "Hello Ben and all"));
    let page = ana.browser.get(&format!("/r/{room}/message/5")).await.body;
    assert!(page.contains("In answer to ana: “Hello Ben and all”"), "{page}");

    assert_eq!(send(&ana, room, seq, "delete", &[]).await.status, 303);
    let page = ana.browser.get(&path).await.body;
    assert!(page.contains("This message was deleted.") && !page.contains("Hello") && !page.contains("<textarea"));
    app.stop().await;
}

/// Who this is, for the domain.
async fn viewer(app: &TestApp, member: &Member) -> domain::Viewer {
    app.chat().viewer(member.token()).await.unwrap().expect("a session")
}

#[tokio::test]
async fn a_form_sent_twice_is_done_once_and_what_is_refused_stands_in_it() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (_, seq) = ana.socket().await.say_acked(room, "Hello").await;
    let path = format!("/r/{room}/message/{seq}");
    let page = ben.browser.get(&path).await.body;
    let action = format!("{path}/reply");
    let cid = cid(&page, &action);
    for _ in 0..2 {
        assert_eq!(ben.browser.post(&action, &[("cid", &cid), ("content", "Once")]).await.status, 303);
    }
    let inbox = ben.browser.get(&format!("/r/{room}")).await.body;
    assert!(inbox.contains("Once"));
    assert_eq!(app.person("eve").await.browser.get(&path).await.status, 404);

    let long = "y".repeat(10_001);
    let cases = [
        (&ana, "edit", vec![("content", " \n")], Code::EmptyMessage),
        (&ana, "edit", vec![("content", long.as_str())], Code::MessageTooLong),
        (&ana, "edit", vec![("content", "Hello")], Code::Unchanged),
        (&ben, "react", vec![("emoji", "<b>no</b>")], Code::BadEmoji),
        (&ben, "reply", vec![("content", "")], Code::EmptyMessage),
    ];
    for (member, act, fields, code) in cases {
        let answer = send(member, room, seq, act, &fields).await;
        assert_eq!(answer.status, code.status(), "{act} {code}");
        assert!(answer.body.contains(code.sentence()), "{act} {code}: {}", answer.body);
        assert!(answer.body.contains("autofocus") && answer.body.contains("aria-invalid=\"true\""), "{act} {code}");
        assert!(!answer.body.contains("<b>no"), "what was typed is text");
    }
    for (member, act, code) in [(&ben, "edit", Code::NotAuthor), (&ben, "delete", Code::NotAuthor)] {
        let answer = member.browser.post(&format!("{path}/{act}"), &[("content", "x")]).await;
        assert_eq!(answer.status, code.status());
        assert!(answer.body.contains(code.sentence()));
    }
    for nothing in ["0", "-1", "99", "x", "9223372036854775807"] {
        assert_eq!(ben.browser.get(&format!("/r/{room}/message/{nothing}")).await.status, 404, "{nothing}");
        let answer = ben.browser.post(&format!("/r/{room}/message/{nothing}/react"), &[("emoji", "👍")]).await;
        assert_eq!(answer.status, 404, "{nothing}");
    }
    assert_eq!(ben.browser.post(&format!("{path}/paint"), &[("content", "x")]).await.status, 404);
    let head = app.chat().room(&viewer(&app, &ana).await, room).await.unwrap().head;
    assert_eq!(head, Seq(2), "nothing of it was stored");
    app.stop().await;
}

#[tokio::test]
async fn all_emoji_are_a_page_for_everybody_that_may_be_kept() {
    let app = TestApp::start().await;
    let ana = app.person("ana").await;
    let (hers, anybodys) = (ana.browser.get("/emoji").await, app.visitor().get("/emoji").await);
    assert_eq!((hers.status, hers.body.len()), (200, anybodys.body.len()));
    assert_eq!(hers.body, anybodys.body, "nothing on it is about who asks");
    assert!(hers.body.contains("<button type=\"button\" data-emoji=\"👍\" title=\"thumbs up\">👍</button>"));
    assert!(hers.body.matches("data-emoji=").count() > 1_500 && hers.body.contains("<h2>Food and drink</h2>"));
}
