//! How people show themselves. Rule: a name follows its person into all that is shown, and whoever was away asks since when.

use client::{Input, Output};
use wire::frame::{ClientFrame, ServerFrame};
use wire::{Cid, Event, Inbox, Person, Quote, Time};

use crate::page::{Page, history, welcome};
use crate::sample::{ROOM, cid, event, page, person, summary, unread};

/// User 2 as they are called now.
fn renamed() -> Person {
    Person { display_name: "Bea Novak".to_owned(), avatar: Some(cid(99)), status: "At sea".to_owned(), ..person(2) }
}

fn told(person: Person) -> ServerFrame {
    ServerFrame::Profiles { people: vec![person], at: None }
}

/// Names and pictures of all authors that are shown.
fn authors(page: &Page) -> Vec<(String, Option<Cid>)> {
    let mut shown: Vec<_> =
        page.lines().into_iter().map(|line| (line.author.display_name, line.author.avatar)).collect();
    shown.dedup();
    shown
}

fn asked(page: &mut Page) -> Vec<Time> {
    let since = |frame| if let ClientFrame::Profiles { since } = frame { Some(since) } else { None };
    page.all_sent().into_iter().filter_map(since).collect()
}

#[test]
fn a_name_follows_its_person_into_everything_that_is_held() {
    let mut page = Page::reading(3);
    let mut quoting = event(4);
    let (author, content, deleted) = (Some(person(2)), String::new(), false);
    let quote = Quote { seq: wire::Seq(1), author, content, deleted, changed: wire::Seq(0) };
    quoting.message.as_mut().unwrap().reply_to = Some(Box::new(quote));
    page.event(Event { about: Some(Box::new(person(2))), author: person(3), ..quoting });
    page.frame(told(renamed()));
    assert_eq!(authors(&page), [("Bea Novak".to_owned(), Some(cid(99))), ("User 3".to_owned(), None)]);
    let line = page.lines().pop().unwrap();
    let quoted = line.message.unwrap().reply_to.unwrap().author.unwrap();
    assert_eq!((quoted.display_name.as_str(), quoted.status.as_str()), ("Bea Novak", ""));
    let room = page.client.room(ROOM).unwrap();
    assert_eq!((room.title.as_str(), room.peer), ("Bea Novak", Some(renamed())));
    assert_eq!(page.client.newest(&person(2)), renamed());
    assert_eq!(page.client.newest(&person(3)), person(3));
    page.out.clear();
    page.frame(told(renamed()));
    let is_drawn = |output: &Output| matches!(output, Output::Changed(client::Change::Timeline(_)));
    assert!(!page.has(is_drawn), "the second time nothing is drawn anew");
}

#[test]
fn what_was_read_before_the_change_does_not_bring_the_old_name_back() {
    let mut page = Page::reading(3);
    page.frame(told(renamed()));
    page.event(event(4));
    page.frame(history(4, 6, unread(0, 6, 6)));
    page.frame(ServerFrame::Room(wire::frame::RoomChange::Added { summary: Box::new(summary(6)) }));
    assert_eq!(authors(&page), [("Bea Novak".to_owned(), Some(cid(99)))]);
    assert_eq!(page.client.room(ROOM).unwrap().title, "Bea Novak");
}

#[test]
fn each_connection_and_each_poll_asks_who_has_changed_since() {
    let mut page = Page::seeded(3);
    page.client.seed_inbox(Inbox { at: Time(70), ..Inbox::default() });
    page.hand(Input::Start);
    page.connect(3);
    assert_eq!(asked(&mut page), [Time(70)]);
    page.frame(ServerFrame::Profiles { people: vec![renamed()], at: Some(Time(90)) });
    page.frame(told(Person { display_name: "Bea".to_owned(), ..renamed() }));
    assert_eq!(asked(&mut page), []);
    page.frame_after_reconnect(welcome(3));
    assert_eq!(asked(&mut page), [Time(90)], "what was told in between says nothing about the others");
    page.hand(Input::SocketClosed { code: 1006 });
    page.pass(20_000, true);
    let polled = page.out.iter().filter_map(|(_, output)| match output {
        Output::Poll { frames } => Some(frames.contains(&ClientFrame::Profiles { since: Time(90) })),
        _ => None,
    });
    assert_eq!(polled.collect::<Vec<_>>().first(), Some(&true));
}

#[test]
fn what_the_browser_kept_is_asked_about_from_when_it_was_kept() {
    let mut page = Page::connected(3);
    page.frame(ServerFrame::Profiles { people: Vec::new(), at: Some(Time(90)) });
    page.client.seed_profiles(Time(95));
    page.hand(Input::Tick);
    assert_eq!(asked(&mut page), [], "it is newer than what is known");
    page.client.seed_profiles(Time(40));
    page.hand(Input::Tick);
    assert_eq!(asked(&mut page), [Time(40)]);
    assert_eq!(page.client.inbox().at, Time(40));
}

#[test]
fn a_kept_page_has_the_names_of_now() {
    let mut live = Page::reading(3);
    live.frame(told(renamed()));
    live.frame(ServerFrame::Profiles { people: Vec::new(), at: Some(Time(90)) });
    let kept = live.client.page(ROOM, 50).unwrap();
    assert_eq!(kept.summary.title, "Bea Novak");
    assert_eq!(kept.page.events[0].author.display_name, "Bea Novak");
    assert_eq!(page(1..=1).events[0].author.display_name, "User 2", "unlike what the server once gave");
    assert_eq!(live.client.inbox().at, Time(90));
}
