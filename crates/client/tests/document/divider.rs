//! What was unread when a room was opened, walked. Rule: it is frozen, and the way to it stays open until it goes.

use client::{Client, HttpTrouble, Input, Older, Part};
use wire::frame::{RoomChange, ServerFrame};
use wire::{Epoch, HistoryPage, Inbox, RoomId, RoomPage, RoomSummary, Seq};

use crate::page::{Page, START_MS, history, welcome_of};
use crate::sample::{ROOM, cursor, page as events, person, summary, unread};
use crate::table::{Named, assert_all_named, steps};

const HEAD: i64 = 500;
/// Where reading ended, with few and with many unread messages.
const LATE: i64 = 480;
const EARLY: i64 = 100;

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    None,
    Held,
    Out,
    Loading,
    Failed,
}

impl Named for State {
    const ALL: &'static [(&'static str, Self)] = &[
        ("none", Self::None),
        ("held", Self::Held),
        ("out of reach", Self::Out),
        ("loading", Self::Loading),
        ("failed", Self::Failed),
    ];
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Event {
    OpenFew,
    OpenMany,
    Wanted,
    Before,
    Page,
    Fails,
    Late,
    CutOff,
    Read,
    Send,
    Dismiss,
    OtherRoom,
    NewLife,
}

impl Named for Event {
    const ALL: &'static [(&'static str, Self)] = &[
        ("a room with a few unread messages is opened", Self::OpenFew),
        ("a room with many unread messages is opened", Self::OpenMany),
        ("the first one is wanted", Self::Wanted),
        ("the pages before reach it", Self::Before),
        ("the page around it comes", Self::Page),
        ("that page fails", Self::Fails),
        ("half a minute passes", Self::Late),
        ("the room is cut off by a gap", Self::CutOff),
        ("it is read", Self::Read),
        ("the user sends", Self::Send),
        ("it is dismissed", Self::Dismiss),
        ("another room is opened", Self::OtherRoom),
        ("the database begins a new life", Self::NewLife),
    ];
}

/// Connected; the last page of the room is held, and read up to here.
fn page(read: i64) -> Page {
    let (unread, cursors) = (unread(HEAD - read, read, HEAD), vec![cursor(1, HEAD, read), cursor(2, 0, 0)]);
    let summary = RoomSummary { unread, cursors, ..summary(HEAD) };
    let mut client = Client::new(person(1), 7, START_MS);
    client.seed_epoch(Epoch("one".to_owned()));
    client.seed_inbox(Inbox { rooms: vec![summary.clone()], ..Inbox::default() });
    client.seed_room(RoomPage { summary, page: events(HEAD - 49..=HEAD) });
    let mut page = Page { client, now_ms: 0, out: Vec::new() };
    page.hand(Input::Start);
    page.hand(Input::SocketOpened);
    page.frame(welcome_of(1, "one", HEAD));
    page.frame(ServerFrame::MessageHistory {
        page: HistoryPage { after: Seq(HEAD), events: Vec::new(), ..events(HEAD..=HEAD) },
        complete: true,
        cursors: Vec::new(),
        unread,
    });
    page
}

impl State {
    /// A state is reached with many unread messages, unless only few lead there.
    fn page(self, what: Event) -> Page {
        let few = self == Self::Held || what == Event::OpenFew;
        let mut page = page(if few { LATE } else { EARLY });
        let way: &[Event] = match self {
            Self::None => &[],
            Self::Held => &[Event::OpenFew],
            Self::Out => &[Event::OpenMany],
            Self::Loading => &[Event::OpenMany, Event::Wanted],
            Self::Failed => &[Event::OpenMany, Event::Wanted, Event::Fails],
        };
        way.iter().for_each(|event| event.perform(&mut page));
        page
    }

    fn of(page: &Page) -> Self {
        let timeline = page.client.timeline(ROOM);
        let Some(opened) = timeline.opened else {
            assert_eq!(timeline.divider, None);
            return Self::None;
        };
        assert_eq!(opened.first.is_some(), timeline.divider.is_some());
        match opened.first {
            Some(_) => Self::Held,
            None if opened.loading => Self::Loading,
            None if timeline.older == Older::Failed => Self::Failed,
            None => Self::Out,
        }
    }
}

impl Event {
    fn perform(self, page: &mut Page) {
        let around = Part::After(Seq(EARLY - 10));
        let loaded = |part, page| Input::HistoryLoaded { room: ROOM, part, epoch: Epoch("one".to_owned()), page };
        match self {
            Self::OpenFew | Self::OpenMany => page.hand(Input::Open(Some(ROOM))),
            Self::Wanted => page.hand(Input::UnreadWanted { room: ROOM }),
            Self::Before => {
                let before = HistoryPage { head: Seq(HEAD), ..events(EARLY - 20..=HEAD - 50) };
                page.client.seed_room(RoomPage { summary: summary(HEAD), page: before });
            }
            Self::Page => page.hand(loaded(around, events(EARLY - 9..=EARLY + 40))),
            Self::Fails => {
                page.hand(Input::HistoryFailed { room: ROOM, part: around, trouble: HttpTrouble::Unreachable });
            }
            Self::Late => page.wait(30_000),
            Self::CutOff => {
                page.lose(1012);
                page.hand(Input::TryNow);
                page.hand(Input::SocketOpened);
                page.frame(welcome_of(1, "one", 9_000));
                page.frame(ServerFrame::Gap { room: ROOM, head: Seq(9_000), erased: false });
                page.frame(history(8_950, 9_000));
            }
            Self::Read => {
                page.hand(Input::Visible(true));
                page.hand(Input::Focused(true));
                assert_eq!(page.client.room(ROOM).unwrap().unread, 0);
            }
            Self::Send => page.hand(Input::Compose { room: ROOM, content: "hello".to_owned(), reply_to: None }),
            Self::Dismiss => page.hand(Input::DividerDone { room: ROOM }),
            Self::OtherRoom => page.hand(Input::Open(Some(RoomId(8)))),
            Self::NewLife => {
                page.lose(1012);
                page.hand(Input::TryNow);
                page.hand(Input::SocketOpened);
                page.frame(welcome_of(1, "two", 3));
                let summary = Box::new(summary(3));
                page.frame(ServerFrame::Room(RoomChange::Added { summary }));
            }
        }
    }
}

#[test]
fn every_row_of_the_divider_is_so() {
    let steps = steps("Divider");
    assert_all_named::<State, Event>(&steps);
    for step in steps {
        let event = <Event as Named>::of(&step.what);
        let mut page = <State as Named>::of(&step.from).page(event);
        assert_eq!(State::of(&page).name(), step.from, "where the walk begins");
        event.perform(&mut page);
        assert_eq!(State::of(&page).name(), step.to, "{step:?}");
    }
}
