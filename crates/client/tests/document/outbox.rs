//! One message of the outbox, walked. Rule: a state is recognised by what the screen shows and by what the client would do
//! next.

use client::{Input, OutboxChange, Output, Tick, Waiting};
use wire::frame::{ClientFrame, ServerFrame};
use wire::{Cid, Code, Event as LogEvent, Seq, Time};

use crate::page::{Page, history, welcome, welcome_of};
use crate::sample::{ROOM, event, person};
use crate::table::{Named, assert_all_named, steps};

const TEXT: &str = "the one that is watched";
const BEFORE: &str = "the one before";

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Written,
    Waiting,
    Unknown,
    Patient,
    OnItsWay,
    InTheLog,
    Settled,
    Refused,
    Gone,
}

impl Named for State {
    const ALL: &'static [(&'static str, Self)] = &[
        ("written", Self::Written),
        ("waiting", Self::Waiting),
        ("unknown", Self::Unknown),
        ("patient", Self::Patient),
        ("on its way", Self::OnItsWay),
        ("in the log", Self::InTheLog),
        ("settled", Self::Settled),
        ("refused", Self::Refused),
        ("gone", Self::Gone),
    ];
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Event {
    Kept,
    NotKept,
    Turn,
    TimeIsOver,
    ConnectionEnds,
    NoAnswer,
    AckNext,
    AckBeyond,
    SettledElsewhere,
    Comes,
    CaughtUp,
    NewLife,
    Refuse,
    NotNow,
    RefusedElsewhere,
    HeldNoMore,
    TakeBack,
    Again,
}

impl Named for Event {
    const ALL: &'static [(&'static str, Self)] = &[
        ("the browser keeps it", Self::Kept),
        ("the browser cannot keep it", Self::NotKept),
        ("its turn comes", Self::Turn),
        ("the time is over", Self::TimeIsOver),
        ("the connection ends", Self::ConnectionEnds),
        ("fifteen seconds pass without an answer", Self::NoAnswer),
        ("it is acked at the next position", Self::AckNext),
        ("it is acked beyond what is held", Self::AckBeyond),
        ("another tab says that it is in the log", Self::SettledElsewhere),
        ("its event comes", Self::Comes),
        ("catching up reaches it", Self::CaughtUp),
        ("the database begins a new life", Self::NewLife),
        ("the server refuses it", Self::Refuse),
        ("the server cannot take it now", Self::NotNow),
        ("another tab writes that it is refused", Self::RefusedElsewhere),
        ("the stored outbox holds it no more", Self::HeldNoMore),
        ("the user takes it back", Self::TakeBack),
        ("the browser keeps what the user sent again", Self::Again),
    ];
}

/// A page with one message under watch.
#[derive(Clone)]
struct Watch {
    page: Page,
    cid: Cid,
    /// The one that was written before it, if it waits for that.
    before: Option<Waiting>,
    /// What the browser holds of it.
    stored: Option<Waiting>,
}

impl Watch {
    /// Written in the leading tab, on a quiet connection.
    fn written() -> Self {
        let mut page = Page::seeded(3, 7);
        page.hand(Input::Durable(true));
        page.hand(Input::Drain(true));
        page.hand(Input::OutboxRestored(Vec::new()));
        page.hand(Input::Open(Some(ROOM)));
        page.hand(Input::Start);
        page.greet(welcome(3));
        let cid = compose(&mut page, TEXT);
        let mut watch = Self { page, cid, before: None, stored: None };
        watch.note();
        watch
    }

    /// Written behind another one that is on its way.
    fn behind() -> Self {
        let mut watch = Self::written();
        watch.hand(Input::Discard { cid: watch.cid });
        let before = compose(&mut watch.page, BEFORE);
        watch.before = put(&watch.page, BEFORE);
        watch.hand(Input::Stored { cid: before });
        watch.cid = compose(&mut watch.page, TEXT);
        watch.note();
        watch
    }

    fn hand(&mut self, input: Input) {
        self.page.hand(input);
        self.note();
    }

    fn frame(&mut self, frame: ServerFrame) {
        self.hand(Input::SocketFrame(frame));
    }

    /// What the client wanted stored is stored.
    fn note(&mut self) {
        for output in &self.page.out {
            match output {
                Output::Store(
                    OutboxChange::Put(waiting)
                    | OutboxChange::Update(waiting)
                    | OutboxChange::Replace { new: waiting, .. },
                ) if waiting.cid == self.cid => self.stored = Some(waiting.clone()),
                Output::Store(
                    OutboxChange::Remove(cid)
                    | OutboxChange::Settled { cid, .. }
                    | OutboxChange::Replace { old: cid, .. },
                )
                | Output::Returned { taken_out: Some(cid), .. }
                    if *cid == self.cid =>
                {
                    self.stored = None;
                }
                _ => {}
            }
        }
    }

    fn is_sent(&self) -> bool {
        self.page.sends(|frame| matches!(frame, ClientFrame::ChatMessage { cid, .. } if *cid == self.cid))
    }

    fn tick(&self) -> Option<Tick> {
        let lines = self.page.client.timeline(ROOM).lines;
        lines.into_iter().find(|line| line.cid == self.cid).and_then(|line| line.tick)
    }

    /// Whether it would be shown once it is kept.
    fn appears(mut self) -> bool {
        self.hand(Input::Stored { cid: self.cid });
        self.tick().is_some()
    }

    /// The one before it is settled, and this tab leads and has read the outbox.
    fn turn(&mut self) {
        self.hand(Input::Drain(true));
        let kept = self.before.iter().chain(&self.stored).cloned().collect();
        self.hand(Input::OutboxRestored(kept));
        if let Some(Waiting { cid, .. }) = self.before.take() {
            self.frame(ServerFrame::Ack { cid, room: ROOM, seq: Seq(4), at: Time(0) });
        }
    }

    /// Another tab leads when a restored database greets.
    fn begin_a_new_life(&mut self) {
        self.hand(Input::Drain(false));
        self.page.lose(1012);
        self.hand(Input::TryNow);
        self.hand(Input::SocketOpened);
        self.frame(welcome_of(1, "two", 3));
        assert!(self.stored.is_some(), "it is stored again");
    }

    fn next(&self) -> Seq {
        Seq(if self.before.is_some() { 5 } else { 4 })
    }

    fn event(&self) -> LogEvent {
        let mut event = LogEvent { cid: self.cid, author: person(1), ..event(self.next().0) };
        event.message.as_mut().unwrap().content = TEXT.to_owned();
        event
    }
}

/// Writes in the page; the cid that it got.
fn compose(page: &mut Page, content: &str) -> Cid {
    page.hand(Input::Compose { room: ROOM, content: content.to_owned(), reply_to: None });
    put(page, content).expect("the browser is asked to keep it").cid
}

/// The message as which the browser was asked to keep this text last.
fn put(page: &Page, text: &str) -> Option<Waiting> {
    page.out.iter().rev().find_map(|output| match output {
        Output::Store(OutboxChange::Put(new) | OutboxChange::Replace { new, .. }) if new.content == text => {
            Some(new.clone())
        }
        _ => None,
    })
}

impl State {
    fn begin(self) -> Watch {
        let mut watch = match self {
            Self::Written | Self::Waiting => Watch::behind(),
            _ => Watch::written(),
        };
        if self != Self::Written {
            Event::Kept.perform(&mut watch);
        }
        match self {
            Self::Written | Self::Waiting | Self::OnItsWay => {}
            Self::Unknown => {
                // Another tab leads when the connection is back.
                Event::ConnectionEnds.perform(&mut watch);
                watch.hand(Input::Drain(false));
                watch.hand(Input::TryNow);
                watch.page.greet(welcome(3));
            }
            Self::Patient => Event::NotNow.perform(&mut watch),
            Self::InTheLog => Event::AckBeyond.perform(&mut watch),
            Self::Refused => Event::Refuse.perform(&mut watch),
            Self::Settled | Self::Gone => panic!("nothing follows {self:?}"),
        }
        watch
    }

    fn of(watch: &Watch) -> Self {
        match watch.tick() {
            None if watch.clone().appears() => Self::Written,
            None => Self::Gone,
            Some(Tick::Refused(_)) => Self::Refused,
            Some(Tick::Sending) => Self::OnItsWay,
            Some(Tick::Waiting) => Self::of_waiting(watch),
            Some(_) => {
                let held = watch.page.client.page(ROOM, 100).unwrap().page.events;
                let is_held = held.iter().any(|event| event.cid == watch.cid);
                if is_held { Self::Settled } else { Self::InTheLog }
            }
        }
    }

    /// Of all that shows a clock: what would happen if its turn came now?
    fn of_waiting(watch: &Watch) -> Self {
        let mut copy = watch.clone();
        if copy.page.client.link().link != client::Link::Connected {
            copy.hand(Input::TryNow);
            copy.page.greet(welcome(3));
        }
        let tried = copy.stored.as_ref().is_some_and(|stored| stored.tried);
        copy.turn();
        match () {
            () if copy.tick() == Some(Tick::Sending) && tried => Self::Unknown,
            () if copy.tick() == Some(Tick::Sending) => Self::Waiting,
            () => Self::Patient,
        }
    }
}

impl Event {
    fn perform(self, watch: &mut Watch) {
        watch.page.out.clear();
        let (cid, room) = (watch.cid, ROOM);
        match self {
            Self::Kept => watch.hand(Input::Stored { cid }),
            Self::NotKept => {
                watch.stored = None;
                watch.page.out.clear();
                watch.hand(Input::NotStored { cid });
                assert!(watch.page.has(|output| matches!(output, Output::Returned { content, .. } if content == TEXT)));
            }
            Self::Turn => {
                watch.turn();
                assert!(watch.is_sent());
            }
            Self::TimeIsOver | Self::NoAnswer => {
                let patience_ms = if self == Self::NoAnswer { 15_000 } else { 4_000 };
                watch.page.wait(patience_ms - 1);
                assert!(!watch.is_sent(), "sent again too early");
                watch.page.wait(1);
                assert!(watch.is_sent());
            }
            Self::ConnectionEnds => watch.page.lose(1006),
            Self::AckNext => watch.frame(ServerFrame::Ack { cid, room, seq: Seq(4), at: Time(0) }),
            Self::AckBeyond => watch.frame(ServerFrame::Ack { cid, room, seq: Seq(6), at: Time(0) }),
            Self::SettledElsewhere => {
                watch.hand(Input::SettledElsewhere { cid, room, seq: Seq(6), at: Time(0) });
                assert!(!watch.page.has(|output| matches!(output, Output::Store(_))), "the other tab has taken it out");
            }
            Self::Comes => {
                if watch.before.is_some() {
                    watch.frame(ServerFrame::Event(event(4)));
                }
                watch.frame(ServerFrame::Event(watch.event()));
            }
            Self::CaughtUp => {
                watch.page.wait(1_000);
                let ServerFrame::MessageHistory { mut page, complete, cursors, unread } = history(3, 6) else { return };
                page.events[2] = LogEvent { seq: Seq(6), ..watch.event() };
                watch.frame(ServerFrame::MessageHistory { page, complete, cursors, unread });
            }
            Self::NewLife => watch.begin_a_new_life(),
            Self::Refuse => watch.frame(ServerFrame::Refused { cid, refusal: Code::NotConnected.into() }),
            Self::NotNow => watch.frame(ServerFrame::SlowDown { cid, wait_ms: 4_000 }),
            Self::RefusedElsewhere => {
                let refusal = Some(Code::NotConnected.into());
                let kept = Waiting { refusal, ..watch.stored.clone().unwrap() };
                watch.hand(Input::OutboxRestored(vec![kept]));
            }
            Self::HeldNoMore => {
                watch.hand(Input::Stored { cid });
                watch.hand(Input::Stored { cid });
                watch.hand(Input::OutboxRestored(Vec::new()));
            }
            Self::TakeBack => {
                let mut other = watch.clone();
                other.hand(Input::Edit { cid });
                assert!(other.page.has(|output| matches!(output, Output::Returned { content, .. } if content == TEXT)));
                watch.hand(Input::Discard { cid });
                assert_eq!((other.tick(), other.stored), (watch.tick(), watch.stored.clone()));
            }
            Self::Again => {
                watch.hand(Input::Retry { cid });
                let new = put(&watch.page, TEXT).map(|new| new.cid).filter(|new| *new != cid);
                watch.hand(Input::Stored { cid: new.expect("it is written anew") });
            }
        }
    }
}

#[test]
fn every_row_of_the_outbox_is_so() {
    let steps = steps("Outbox");
    assert_all_named::<State, Event>(&steps);
    for step in steps {
        let mut watch = <State as Named>::of(&step.from).begin();
        assert_eq!(State::of(&watch).name(), step.from, "where the walk begins");
        <Event as Named>::of(&step.what).perform(&mut watch);
        assert_eq!(State::of(&watch).name(), step.to, "{step:?}");
        let is_over = matches!(State::of(&watch), State::Settled | State::Gone | State::InTheLog);
        let by_another = step.what.starts_with("another tab") || step.what.starts_with("the stored outbox");
        assert!(watch.stored.is_none() || !is_over || by_another, "{step:?}: the browser holds it still");
    }
}

#[test]
fn what_is_not_surely_unsent_cannot_be_taken_back() {
    for state in [State::OnItsWay, State::Unknown, State::Patient, State::InTheLog] {
        let mut watch = state.begin();
        watch.hand(Input::Discard { cid: watch.cid });
        watch.hand(Input::Edit { cid: watch.cid });
        assert_eq!(State::of(&watch), state);
    }
    let mut follower = State::Waiting.begin();
    follower.hand(Input::Drain(false));
    follower.hand(Input::Discard { cid: follower.cid });
    assert_eq!(State::of(&follower), State::Waiting, "the leading tab may be sending it");
}
