//! The link, walked. Rule: a state is recognised by what the client shows and by what it would do next; what the table does
//! not name changes nothing.

use client::{HttpTrouble, Input, Link, Output, Part};
use wire::Seq;

use crate::page::{Page, welcome, welcome_of};
use crate::sample::ROOM;
use crate::table::{Named, Step, assert_all_named, steps};

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    NotStarted,
    Connecting,
    LastTry,
    Connected,
    Waiting,
    Held,
    Failed,
    SignedOut,
    Refused,
}

impl Named for State {
    const ALL: &'static [(&'static str, Self)] = &[
        ("not started", Self::NotStarted),
        ("connecting", Self::Connecting),
        ("last try", Self::LastTry),
        ("connected", Self::Connected),
        ("waiting", Self::Waiting),
        ("held", Self::Held),
        ("failed", Self::Failed),
        ("signed out", Self::SignedOut),
        ("refused", Self::Refused),
    ];
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Event {
    Start,
    TryNow,
    Online,
    Visible,
    Welcome,
    Elsewhere,
    Poll,
    End(u16),
    Freeze,
    Http(HttpTrouble),
    WaitIsOver,
    TenSeconds,
    Silence,
}

impl Named for Event {
    const ALL: &'static [(&'static str, Self)] = &[
        ("the page starts", Self::Start),
        ("\"Try now\"", Self::TryNow),
        ("`online`", Self::Online),
        ("the tab becomes visible", Self::Visible),
        ("`welcome` comes", Self::Welcome),
        ("`welcome` names another account", Self::Elsewhere),
        ("a poll is answered", Self::Poll),
        ("the socket ends", Self::End(1006)),
        ("it ends with 1001, 1012 or 4008", Self::End(1012)),
        ("it ends with 4029", Self::End(4029)),
        ("it ends with 4001", Self::End(4001)),
        ("it ends with 4003", Self::End(4003)),
        ("the page freezes", Self::Freeze),
        ("HTTP answers 401", Self::Http(HttpTrouble::SignedOut)),
        ("HTTP answers 403", Self::Http(HttpTrouble::Forbidden)),
        ("the wait is over", Self::WaitIsOver),
        ("ten seconds pass", Self::TenSeconds),
        ("nothing is heard for half a minute", Self::Silence),
    ];
}

impl State {
    fn page(self) -> Page {
        let mut page = Page::seeded(3, 7);
        match self {
            Self::NotStarted => {}
            Self::Connecting => page.hand(Input::Start),
            Self::Connected => page = Page::connected(7),
            Self::LastTry | Self::Failed => {
                page.hand(Input::Start);
                for _ in 0..5 {
                    page.lose(1006);
                    page.wait_for_connect();
                }
                if self == Self::Failed {
                    page.lose(1006);
                }
            }
            Self::Waiting | Self::Held | Self::SignedOut | Self::Refused => {
                page.hand(Input::Start);
                page.lose(match self {
                    Self::Held => 4029,
                    Self::SignedOut => 4001,
                    Self::Refused => 4003,
                    _ => 1006,
                });
            }
        }
        page
    }

    fn of(page: &Page) -> Self {
        let connects = |input: Input| page.would(|page| page.hand(input)).has(|output| *output == Output::Connect);
        match page.client.link().link {
            Link::Connecting if connects(Input::TryNow) => Self::NotStarted,
            Link::Connecting => match page.would(|page| page.lose(1006)).client.link().link {
                Link::Failed => Self::LastTry,
                _ => Self::Connecting,
            },
            Link::Connected => Self::Connected,
            Link::Waiting { .. } if connects(Input::Online) => Self::Waiting,
            Link::Waiting { .. } => Self::Held,
            Link::Failed => Self::Failed,
            Link::SignedOut => Self::SignedOut,
            Link::Refused => Self::Refused,
        }
    }
}

impl Event {
    /// Whether it may come at any moment, and not only when the time for it has come.
    fn comes_any_time(self) -> bool {
        !matches!(self, Self::WaitIsOver | Self::TenSeconds | Self::Silence)
    }

    fn perform(self, page: &mut Page) {
        let has_socket = matches!(State::of(page), State::Connecting | State::LastTry | State::Connected);
        match self {
            Self::Start => page.hand(Input::Start),
            Self::TryNow => page.hand(Input::TryNow),
            Self::Online => page.hand(Input::Online),
            Self::Visible => page.hand(Input::Visible(true)),
            Self::Welcome | Self::Elsewhere if !has_socket => {}
            Self::Welcome => page.frame(welcome(3)),
            Self::Elsewhere => page.frame(welcome_of(2, "one", 3)),
            Self::Poll => page.hand(Input::PollAnswered(vec![welcome(3)])),
            Self::End(_) if !has_socket => {}
            Self::End(1012) => page.lose(1012),
            Self::End(code) => page.lose(code),
            Self::Freeze => page.hand(Input::Frozen),
            Self::Http(trouble) => page.hand(Input::HistoryFailed { room: ROOM, part: Part::Before(Seq(1)), trouble }),
            Self::WaitIsOver => _ = page.wait_for_connect(),
            Self::TenSeconds => {
                page.wait(9_999);
                assert!(!page.has(|output| *output == Output::CloseSocket), "given up too early");
                page.wait(1);
                assert!(page.has(|output| *output == Output::CloseSocket));
            }
            Self::Silence => page.wait(30_000),
        }
    }
}

fn assert_step(step: &Step) {
    let mut page = State::of_name(&step.from).page();
    assert_eq!(State::of(&page).name(), step.from, "where the walk begins");
    Event::of(&step.what).perform(&mut page);
    assert_eq!(State::of(&page).name(), step.to, "{step:?}");
}

impl State {
    fn of_name(name: &str) -> Self {
        <Self as Named>::of(name)
    }
}

#[test]
fn every_row_of_the_link_is_so() {
    let steps = steps("Link");
    assert_all_named::<State, Event>(&steps);
    steps.iter().for_each(assert_step);
}

#[test]
fn what_the_table_does_not_name_changes_nothing() {
    let named = steps("Link");
    for (from, state) in State::ALL {
        for (what, event) in Event::ALL.iter().filter(|(_, event)| event.comes_any_time()) {
            if !named.iter().any(|step| step.from == *from && step.what == *what) {
                let mut page = state.page();
                event.perform(&mut page);
                assert_eq!(State::of(&page), *state, "{from}: {what}");
            }
        }
    }
}

#[test]
fn the_codes_that_say_come_back_are_alike() {
    for code in [1001, 1012, 4008] {
        let mut page = Page::connected(7);
        for _ in 0..10 {
            page.lose(code);
            assert_eq!(State::of(&page), State::Waiting);
            assert!((2_250..=3_000).contains(&page.wait_for_connect()), "{code} counts as a loss");
            page.greet(welcome(3));
        }
    }
}
