//! What can happen in the world. Rule: every step is possible at any moment; one that makes no sense does nothing.

use wire::{Act, Level};

use crate::random::Random;
use crate::size::Size;

#[derive(Clone, Debug)]
pub enum Step {
    Advance(i64),
    Compose {
        tab: usize,
        room: i64,
        refused: bool,
        /// How far up the line is that it answers, if it answers one of the open room.
        reply: Option<usize>,
    },
    /// The user does something to a line of the open room, so far up; to an own one, unless it is a reaction or hopeless.
    Amend {
        tab: usize,
        act: Act,
        up: usize,
        hopeless: bool,
    },
    /// Somebody who is not here deletes what they wrote.
    Erode {
        room: i64,
        up: usize,
    },
    Retry {
        tab: usize,
    },
    Discard {
        tab: usize,
    },
    Edit {
        tab: usize,
    },
    Keystroke {
        tab: usize,
    },
    Open {
        tab: usize,
        room: Option<i64>,
    },
    Look {
        tab: usize,
        visible: bool,
        focused: bool,
    },
    Shown {
        tab: usize,
    },
    Older {
        tab: usize,
    },
    GapSeen {
        tab: usize,
    },
    /// The user goes to the first message that was unread at opening …
    UnreadWanted {
        tab: usize,
    },
    /// … or dismisses it.
    DividerDone {
        tab: usize,
    },
    TryNow {
        tab: usize,
    },
    /// The browser says that there is, or is not, a network.
    Network {
        tab: usize,
        online: bool,
    },
    /// The socket ends.
    Cut {
        tab: usize,
        code: u16,
    },
    /// The socket stays open, but nothing arrives any more.
    Silence {
        tab: usize,
    },
    /// Sockets and HTTP of a browser work, or not.
    Block {
        browser: usize,
        socket: bool,
        http: bool,
    },
    /// The next event for this tab's socket gets lost.
    Hole {
        tab: usize,
    },
    Garbage {
        tab: usize,
    },
    ClockJump {
        browser: usize,
        by_ms: i64,
    },
    /// The page is loaded again, from the server or, `kept`, from what the browser kept of it.
    Load {
        tab: usize,
        kept: bool,
    },
    /// The tab dies; so do the writes to the browser's storage that it still waits for, some of them.
    Kill {
        tab: usize,
    },
    /// The tab stands still: nothing reaches it, and it does nothing. `told`: it is told beforehand.
    Freeze {
        tab: usize,
        told: bool,
    },
    Thaw {
        tab: usize,
    },
    /// The tab takes the lead.
    Lead {
        tab: usize,
    },
    /// The next writes to the browser's outbox fail.
    Full {
        browser: usize,
        writes: u32,
    },
    /// The leader writes what it shows to the browser's storage.
    Keep {
        browser: usize,
    },
    SignOut {
        browser: usize,
    },
    SignIn {
        browser: usize,
        user: i64,
    },
    /// The tab's user says how much of a room they want to hear.
    Level {
        tab: usize,
        room: i64,
        level: Level,
    },
    /// Somebody who is not here writes a lot.
    Flood {
        room: i64,
        messages: usize,
    },
    /// The next messages get no answer though they are stored …
    Mute(u32),
    /// … or are asked to wait.
    SlowDown(u32),
    Restart,
    /// The server comes back with an older database.
    Restore {
        forget: usize,
    },
}

/// Steps, printed one to a line when they are a failure's.
#[derive(Clone)]
pub struct Script(pub Vec<Step>);

impl std::fmt::Debug for Script {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|step| writeln!(out, "  {step:?}"))
    }
}

impl Script {
    pub fn new(random: &mut Random, size: &Size) -> Self {
        let steps = random.between(size.steps_min, size.steps_max);
        Self((0..steps).map(|_| step(random, size)).collect())
    }
}

/// Makes a step for a tab and a browser that were picked.
type Make = fn(&mut Random, usize, usize) -> Step;

/// How often each kind of step comes.
const WEIGHTS: [(u64, Make); 36] = [
    (260, |random, _, _| Step::Advance(wait_ms(random))),
    (200, |random, tab, _| {
        let reply = random.once_in(5).then(|| up(random));
        Step::Compose { tab, room: room(random), refused: random.once_in(10), reply }
    }),
    (120, |random, tab, _| {
        let act = random.pick(&[Act::Edit, Act::React, Act::React, Act::Unreact, Act::Delete]);
        Step::Amend { tab, act, up: up(random), hopeless: random.once_in(8) }
    }),
    (14, |random, _, _| Step::Erode { room: room(random), up: up(random) }),
    (35, |_, tab, _| Step::Retry { tab }),
    (20, |_, tab, _| Step::Discard { tab }),
    (10, |_, tab, _| Step::Edit { tab }),
    (12, |_, tab, _| Step::Keystroke { tab }),
    (3, |_, tab, _| Step::DividerDone { tab }),
    (35, |random, tab, _| Step::Open { tab, room: (!random.once_in(10)).then(|| room(random)) }),
    (35, |random, tab, _| Step::Look { tab, visible: random.once_in(2), focused: random.once_in(2) }),
    (35, |_, tab, _| Step::Shown { tab }),
    (15, |_, tab, _| Step::Older { tab }),
    (9, |_, tab, _| Step::GapSeen { tab }),
    (6, |_, tab, _| Step::UnreadWanted { tab }),
    (8, |_, tab, _| Step::TryNow { tab }),
    (8, |random, tab, _| Step::Network { tab, online: random.once_in(2) }),
    (30, |random, tab, _| Step::Cut { tab, code: random.pick(&[1001, 1006, 1006, 1006, 1012, 4008, 4029]) }),
    (12, |_, tab, _| Step::Silence { tab }),
    (30, |random, _, browser| Step::Block { browser, socket: random.once_in(2), http: random.once_in(2) }),
    (20, |_, tab, _| Step::Hole { tab }),
    (8, |_, tab, _| Step::Garbage { tab }),
    (8, |random, _, browser| Step::ClockJump { browser, by_ms: random.pick(&[-3_600_000, -5_000, 5_000, 3_600_000]) }),
    (20, |random, tab, _| Step::Load { tab, kept: random.once_in(2) }),
    (12, |_, tab, _| Step::Kill { tab }),
    (12, |random, tab, _| Step::Freeze { tab, told: random.once_in(2) }),
    (14, |_, tab, _| Step::Thaw { tab }),
    (15, |_, tab, _| Step::Lead { tab }),
    (8, |random, _, browser| Step::Full { browser, writes: random.between(1, 4) as u32 }),
    (20, |_, _, browser| Step::Keep { browser }),
    (5, |_, _, browser| Step::SignOut { browser }),
    (8, |random, _, browser| Step::SignIn { browser, user: random.between(1, 4) }),
    (10, |random, tab, _| Step::Level {
        tab,
        room: room(random),
        level: random.pick(&[Level::All, Level::Mentions, Level::None]),
    }),
    (6, |random, _, _| Step::Flood { room: room(random), messages: random.between(1, 110) as usize }),
    (16, |random, _, _| match random.once_in(2) {
        true => Step::Mute(random.between(1, 3) as u32),
        false => Step::SlowDown(random.between(1, 3) as u32),
    }),
    (12, |random, _, _| Step::Restore { forget: random.between(0, 12) as usize }),
];

fn step(random: &mut Random, size: &Size) -> Step {
    let (tab, browser) = (random.below(size.tabs() as u64) as usize, random.below(size.browsers.len() as u64) as usize);
    let all = WEIGHTS.iter().map(|(weight, _)| weight).sum();
    let mut at = random.below(all);
    for (weight, make) in WEIGHTS {
        if at < weight {
            return match make(random, tab, browser) {
                Step::Restore { .. } if random.once_in(2) || !size.may_restore() => Step::Restart,
                step => step,
            };
        }
        at -= weight;
    }
    unreachable!("the weights add up")
}

fn room(random: &mut Random) -> i64 {
    random.between(1, 4)
}

/// Mostly near the end.
fn up(random: &mut Random) -> usize {
    (if random.once_in(3) { random.below(60) } else { random.below(4) }) as usize
}

fn wait_ms(random: &mut Random) -> i64 {
    match random.below(10) {
        0 => random.between(3_000, 60_000),
        1..4 => random.between(200, 3_000),
        _ => random.between(1, 200),
    }
}
