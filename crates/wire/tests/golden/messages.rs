//! What becomes of a message. Rule: what is folded in is not folded in again, and nothing changes what is deleted.

use super::*;

/// Ben's answer to Ana's message, which was edited since.
fn answer() -> Event {
    let quote = Quote {
        seq: Seq(42),
        author: Some(person(ANA, "ana", "Ana")),
        content: "Good morning, Ben!".into(),
        deleted: false,
        changed: Seq(43),
    };
    let said = Message::new(MessageType::Text, "And to you!".into());
    let message = Some(Message { reply_to: Some(Box::new(quote)), ..said });
    Event { seq: Seq(44), author: person(BEN, "ben", "Ben"), message, ..event() }
}

#[test]
fn an_answer_matches_its_goldens() {
    check("server", &[ServerFrame::Event(answer())], |_| "event_answer");
    let mut veiled = answer();
    let unseen = Quote { seq: Seq(42), author: None, content: String::new(), deleted: false, changed: Seq(0) };
    veiled.message.as_mut().unwrap().reply_to = Some(Box::new(unseen));
    check("server", &[ServerFrame::Event(veiled)], |_| "event_answer_unseen");
    let frame = ClientFrame::ChatMessage {
        cid: cid(),
        room: RoomId(7),
        message_type: MessageType::Text,
        content: "And to you!".into(),
        reply_to: Some(Seq(42)),
        attachments: Tree::Nothing,
        location: Tree::Nothing,
    };
    check("client", &[frame], |_| "chat_message_answer");
    let amendment = Amendment::Unreact { emoji: "👍".into() };
    check("client", &[ClientFrame::amend(cid(), RoomId(7), Seq(42), amendment)], |_| "reaction_back");
}

#[test]
fn what_becomes_of_a_message_matches_its_goldens() {
    let of = |kind, seq, text: Option<&str>| Event {
        kind,
        seq: Seq(seq),
        target: Some(Seq(42)),
        message: text.map(|text| Message::new(MessageType::Text, text.into())),
        ..event()
    };
    let ben = person(BEN, "ben", "Ben");
    let edited = of(EventKind::Edited, 43, Some("Good morning, Ben!"));
    let reacted = Event { author: ben.clone(), ..of(EventKind::Reacted, 45, Some("👍")) };
    let unreacted = Event { author: ben, ..of(EventKind::Unreacted, 46, Some("👍")) };
    let deleted = of(EventKind::Deleted, 47, None);
    check("server", &[ServerFrame::Event(edited.clone())], |_| "event_edited");
    check("server", &[ServerFrame::Event(reacted.clone())], |_| "event_reacted");
    check("server", &[ServerFrame::Event(unreacted.clone())], |_| "event_unreacted");
    check("server", &[ServerFrame::Event(deleted.clone())], |_| "event_message_deleted");
    let veiled = Event { message: Some(Message::erased(MessageType::Text)), ..edited.clone() };
    check("server", &[ServerFrame::Event(veiled.clone())], |_| "event_edited_unseen");

    let mut said = event().message.unwrap();
    let mut quoting = answer().message.unwrap().reply_to.unwrap();
    for event in [&edited, &reacted] {
        assert!(said.amend(event), "{event:?}");
        assert!(!said.amend(event), "what is folded in is not folded in again");
        assert!(!quoting.amend(event), "it was read after the edit");
    }
    let folded = Event { message: Some(said.clone()), ..event() };
    check("server", &[ServerFrame::Event(folded)], |_| "event_folded");
    assert!(said.amend(&unreacted) && said.reactions.is_empty());
    assert!(said.amend(&deleted) && quoting.amend(&deleted) && quoting.deleted);
    assert_eq!(said, Message { changed: Seq(47), ..Message::erased(MessageType::Text) });
    for event in [edited, reacted, veiled] {
        assert!(!said.amend(&Event { seq: Seq(48), ..event }), "nothing changes what is deleted");
    }
}

/// Of every kind of span one.
#[test]
fn a_formatted_text_matches_its_golden() {
    let plain = |text: &str| TextSpan::Plain(text.into());
    let cake = TextSpan::Italics(vec![plain("and "), TextSpan::Struck(vec![plain("cake")])]);
    let spans = [
        TextSpan::Bold(vec![plain("Tea "), cake]),
        plain(" at "),
        TextSpan::Link("https://example.org/".into(), Vec::new()),
        plain("\nor "),
        TextSpan::Link("mailto:ben@example.org".into(), vec![plain("write")]),
        TextSpan::Quote(vec![plain("when?"), TextSpan::List(Some(4), vec![vec![plain("four")], vec![plain("five")]])]),
        TextSpan::List(None, vec![vec![TextSpan::Code("a".into())], vec![plain("b")]]),
        TextSpan::CodeBlock("c\n  d".into()),
    ];
    let content = concat!(
        "**Tea *and ~~cake~~*** at https://example.org/\nor [write](mailto:ben@example.org)\n",
        "> when?\n> 4. four\n> 5. five\n- `a`\n- b\n```\nc\n  d\n```"
    );
    let mut message = Message::new(MessageType::Text, content.into());
    message.more.put("spans", TextSpan::tree(&spans));
    assert_eq!(TextSpan::of(&message.more), spans);
    check("server", &[ServerFrame::Event(Event { message: Some(message), ..event() })], |_| "event_formatted");
}

#[test]
fn what_a_message_carries_stands_beside_its_text_and_is_replaced_field_by_field() {
    let more = |text: &str| wire::read::parse(text).unwrap();
    let said = Message::new(MessageType::File, "Here".into());
    let mut message = Message { more: more(r#"{"spans":["a"],"attachments":[1]}"#), ..said };
    let text = serde_json::to_string(&message).unwrap();
    assert!(text.ends_with(r#""content":"Here","spans":["a"],"attachments":[1]}"#), "{text}");
    assert_eq!(serde_json::from_str::<Message>(&text).unwrap(), message);
    let edit = Message { more: more(r#"{"spans":["b"]}"#), ..Message::new(MessageType::Text, "There".into()) };
    let event = Event { kind: EventKind::Edited, seq: Seq(43), target: Some(Seq(42)), message: Some(edit), ..event() };
    assert!(message.amend(&event));
    assert_eq!(message.more, more(r#"{"spans":["b"],"attachments":[1]}"#));
    assert!(message.amend(&Event { kind: EventKind::Deleted, seq: Seq(44), message: None, ..event }));
    assert_eq!(message.more, Tree::Nothing);
}

#[test]
fn what_a_browser_writes_is_what_serde_writes_and_reads() {
    use wire::{read, write};
    for frame in client_frames() {
        let text = write::json(&frame);
        assert_eq!(text, serde_json::to_string(&frame).unwrap());
        assert_eq!(serde_json::from_str::<ClientFrame>(&text).unwrap(), frame);
    }
    let mut said = answer();
    if let Some(message) = &mut said.message {
        message.more = read::parse(r#"{"attachments":[{"id":"a\"b"}]}"#).unwrap();
        message.edited_at = Some(Time(7));
        message.reactions = vec![wire::Reaction { emoji: "👍".into(), by: vec![ANA, BEN] }];
        message.changed = Seq(50);
    }
    for event in [event(), said] {
        assert_eq!(read::json::<Event>(&write::json(&event)), Some(event));
    }
    let summary = RoomSummary { last: Some(answer()), archived: true, ..summary() };
    assert_eq!(read::json::<RoomSummary>(&write::json(&summary)), Some(summary));
    for amendment in
        [Amendment::Edit { content: "a\nb".into() }, Amendment::Delete, Amendment::React { emoji: "👍".into() }]
    {
        assert_eq!(serde_json::from_str::<Amendment>(&write::json(&amendment)).unwrap(), amendment);
    }
}
