//! Holes and gaps of the open room, walked. Rule: whatever is missing is spoken of where it is missing.

use client::{GapState, HttpTrouble, Input, Output, Part};
use wire::frame::ServerFrame;
use wire::{Epoch, RoomId, Seq};

use crate::page::{Page, history};
use crate::sample::{ROOM, event, page as events};
use crate::table::{Named, assert_all_named, steps};

/// The head after the gap, and where its last page begins.
const HEAD: i64 = 9_000;
const LAST: i64 = HEAD - 50;

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Whole,
    Behind,
    Leapt,
    Gap,
    Loading,
    Failed,
}

impl Named for State {
    const ALL: &'static [(&'static str, Self)] = &[
        ("whole", Self::Whole),
        ("behind", Self::Behind),
        ("leapt", Self::Leapt),
        ("gap", Self::Gap),
        ("gap loading", Self::Loading),
        ("gap failed", Self::Failed),
    ];
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Event {
    NotTheNext,
    Rest,
    Gap,
    LastPage,
    Seen,
    Page,
    Meets,
    Fails,
    Late,
    OtherRoom,
}

impl Named for Event {
    const ALL: &'static [(&'static str, Self)] = &[
        ("an event comes that is not the next", Self::NotTheNext),
        ("the answer brings the rest", Self::Rest),
        ("the answer is `gap`", Self::Gap),
        ("the last page comes", Self::LastPage),
        ("its row is seen", Self::Seen),
        ("a page comes that does not meet the newer part", Self::Page),
        ("a page comes that meets it", Self::Meets),
        ("the page fails", Self::Fails),
        ("half a minute passes", Self::Late),
        ("another room is opened", Self::OtherRoom),
    ];
}

impl State {
    fn page(self) -> Page {
        let mut page = Page::connected(7);
        page.hand(Input::Open(Some(ROOM)));
        let way: &[Event] = match self {
            Self::Whole => &[],
            Self::Behind => &[Event::NotTheNext],
            Self::Leapt => &[Event::NotTheNext, Event::Gap],
            Self::Gap => &[Event::NotTheNext, Event::Gap, Event::LastPage],
            Self::Loading => &[Event::NotTheNext, Event::Gap, Event::LastPage, Event::Seen],
            Self::Failed => &[Event::NotTheNext, Event::Gap, Event::LastPage, Event::Seen, Event::Fails],
        };
        way.iter().for_each(|event| event.perform(&mut page));
        page
    }

    fn of(page: &Page) -> Self {
        let timeline = page.client.timeline(ROOM);
        match (timeline.gap.map(|gap| gap.state), timeline.catching_up) {
            (Some(GapState::More), _) => Self::Gap,
            (Some(GapState::Loading), _) => Self::Loading,
            (Some(GapState::Failed), _) => Self::Failed,
            (Some(GapState::Full), _) => panic!("memory is not full"),
            (None, false) => Self::Whole,
            (None, true) if page.client.page(ROOM, 1).is_none() => Self::Leapt,
            (None, true) => Self::Behind,
        }
    }
}

impl Event {
    fn perform(self, page: &mut Page) {
        page.out.clear();
        let part = Part::After(Seq(3));
        let loaded = |after: i64, to: i64| {
            let page = wire::HistoryPage { head: Seq(HEAD), ..events(after + 1..=to) };
            Input::HistoryLoaded { room: ROOM, part, epoch: Epoch("one".to_owned()), page }
        };
        match self {
            Self::NotTheNext => page.frame(ServerFrame::Event(event(5))),
            Self::Rest => page.frame(history(3, 5)),
            Self::Gap => page.frame(ServerFrame::Gap { room: ROOM, head: Seq(HEAD), erased: false }),
            Self::LastPage => page.frame(history(LAST, HEAD)),
            Self::Seen => {
                page.hand(Input::GapSeen { room: ROOM });
                assert!(page.has(|output| *output == Output::FetchNewer { room: ROOM, after: Seq(3) }));
            }
            Self::Page => page.hand(loaded(3, 203)),
            Self::Meets => page.hand(loaded(3, LAST)),
            Self::Fails => {
                page.hand(Input::HistoryFailed { room: ROOM, part, trouble: HttpTrouble::Unreachable });
            }
            Self::Late => {
                page.wait(29_999);
                assert_eq!(State::of(page), State::Loading);
                page.wait(1);
            }
            Self::OtherRoom => {
                page.hand(Input::Open(Some(RoomId(8))));
                page.hand(Input::Open(Some(ROOM)));
            }
        }
    }
}

#[test]
fn every_row_of_the_holes_is_so() {
    let steps = steps("Holes and gaps");
    assert_all_named::<State, Event>(&steps);
    for step in steps {
        let mut page = <State as Named>::of(&step.from).page();
        assert_eq!(State::of(&page).name(), step.from, "where the walk begins");
        <Event as Named>::of(&step.what).perform(&mut page);
        assert_eq!(State::of(&page).name(), step.to, "{step:?}");
    }
}

#[test]
fn a_question_without_an_answer_is_asked_again_after_ten_seconds() {
    let mut page = State::Behind.page();
    page.out.clear();
    let asks = |page: &Page| page.sends(|frame| matches!(frame, wire::frame::ClientFrame::Resume { .. }));
    page.wait(9_999);
    assert!(!asks(&page));
    page.wait(1);
    assert!(asks(&page));
}
