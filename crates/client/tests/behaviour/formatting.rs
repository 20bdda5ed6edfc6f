//! What the server made of an own text: it is not in the ack, but in the event that follows.

use client::Input;
use wire::frame::{ClientFrame, ServerFrame};
use wire::{Act, Event, EventKind, Message, MessageType, Seq, TextSpan, Time, read::Tree};

use crate::page::Page;
use crate::sample::{ROOM, own_event};

fn bold(text: &str) -> Tree {
    let mut more = Tree::Nothing;
    more.put("spans", TextSpan::tree(&[TextSpan::Bold(vec![TextSpan::Plain(text.to_owned())])]));
    more
}

fn said(text: &str, more: Tree) -> Option<Message> {
    Some(Message { more, ..Message::new(MessageType::Text, text.to_owned()) })
}

/// What the first line carries.
fn carried(page: &Page) -> Tree {
    page.lines()[1].message.as_ref().unwrap().more.clone()
}

/// Acks what was sent last.
fn ack(page: &mut Page, seq: i64) -> wire::Cid {
    let cid = page.sent().into_iter().find_map(|frame| match frame {
        ClientFrame::ChatMessage { cid, .. } | ClientFrame::EditMessage { cid, .. } => Some(cid),
        _ => None,
    });
    page.frame(ServerFrame::Ack { cid: cid.unwrap(), room: ROOM, seq: Seq(seq), at: Time(50) });
    cid.unwrap()
}

#[test]
fn an_own_text_is_plain_until_its_event_tells_its_formatting() {
    let mut page = Page::reading(1);
    page.out.clear();
    page.hand(Input::Compose { room: ROOM, content: "**a**".to_owned(), reply_to: None });
    assert!(carried(&page).is_nothing());
    let cid = ack(&mut page, 2);
    assert!(carried(&page).is_nothing());
    let event = Event { cid, message: said("**a**", bold("a")), ..own_event(2) };
    page.event(event.clone());
    assert_eq!(carried(&page), bold("a"));

    // Edited: first it is plain, then it is what the server made of it.
    page.out.clear();
    page.hand(Input::Amend { room: ROOM, target: Seq(2), act: Act::Edit, content: "**b**".to_owned() });
    assert_eq!(page.lines()[1].message.as_ref().unwrap().content, "**b**");
    assert!(carried(&page).is_nothing(), "not the formatting of the text that was");
    let cid = ack(&mut page, 3);
    assert!(carried(&page).is_nothing());
    // What came before comes again, late.
    page.event(event);
    assert!(carried(&page).is_nothing());
    let message = said("**b**", bold("b"));
    page.event(Event { cid, kind: EventKind::Edited, target: Some(Seq(2)), message, ..own_event(3) });
    assert_eq!(carried(&page), bold("b"));
}

#[test]
fn an_edit_without_formatting_takes_it_away() {
    let mut page = Page::reading(1);
    page.event(Event { message: said("**a**", bold("a")), ..own_event(2) });
    assert_eq!(carried(&page), bold("a"));
    let edited =
        Event { kind: EventKind::Edited, target: Some(Seq(2)), message: said("b", Tree::Nothing), ..own_event(3) };
    page.event(edited);
    assert!(carried(&page).is_nothing());
}
