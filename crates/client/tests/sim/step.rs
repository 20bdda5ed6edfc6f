//! What can happen in the world. Rule: every step is possible at any moment; one that makes no sense does nothing.

use proptest::prelude::*;

/// The number of tabs: user 1 has two, users 2 and 3 one each.
pub const TABS: usize = 4;
/// Their users.
pub const USERS: i64 = 3;

#[derive(Clone, Debug)]
pub enum Step {
    Advance(i64),
    Compose {
        tab: usize,
        room: i64,
        refused: bool,
    },
    Retry {
        tab: usize,
    },
    Discard {
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
    Freeze {
        tab: usize,
    },
    /// Sockets and HTTP of this tab work, or not.
    Block {
        tab: usize,
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
        tab: usize,
        by_ms: i64,
    },
    /// The page is loaded again: only what the browser stored is left.
    Reload {
        tab: usize,
    },
    Mute(u32),
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

pub fn script(most: usize) -> impl Strategy<Value = Script> {
    prop::collection::vec(step(), 1..most).prop_map(Script)
}

fn step() -> impl Strategy<Value = Step> {
    let tab = || 0..TABS;
    let room = || 1..=3_i64;
    let wait = prop_oneof![6 => 1..200_i64, 3 => 200..3_000_i64, 1 => 3_000..60_000_i64];
    let code = prop::sample::select(vec![1001, 1006, 1006, 1006, 1012, 4008, 4029]);
    let jump = prop::sample::select(vec![-3_600_000, -5_000, 5_000, 3_600_000_i64]);
    prop_oneof![
        30 => wait.prop_map(Step::Advance),
        30 => (tab(), room(), prop::bool::weighted(0.1)).prop_map(|(tab, room, refused)| Step::Compose { tab, room, refused }),
        4 => tab().prop_map(|tab| Step::Retry { tab }),
        3 => tab().prop_map(|tab| Step::Discard { tab }),
        2 => tab().prop_map(|tab| Step::Keystroke { tab }),
        4 => (tab(), prop::option::weighted(0.9, room())).prop_map(|(tab, room)| Step::Open { tab, room }),
        4 => (tab(), any::<bool>(), any::<bool>()).prop_map(|(tab, visible, focused)| Step::Look { tab, visible, focused }),
        4 => tab().prop_map(|tab| Step::Shown { tab }),
        2 => tab().prop_map(|tab| Step::Older { tab }),
        1 => tab().prop_map(|tab| Step::TryNow { tab }),
        1 => (tab(), any::<bool>()).prop_map(|(tab, online)| Step::Network { tab, online }),
        4 => (tab(), code).prop_map(|(tab, code)| Step::Cut { tab, code }),
        2 => tab().prop_map(|tab| Step::Freeze { tab }),
        3 => (tab(), any::<bool>(), any::<bool>()).prop_map(|(tab, socket, http)| Step::Block { tab, socket, http }),
        3 => tab().prop_map(|tab| Step::Hole { tab }),
        1 => tab().prop_map(|tab| Step::Garbage { tab }),
        1 => (tab(), jump).prop_map(|(tab, by_ms)| Step::ClockJump { tab, by_ms }),
        2 => tab().prop_map(|tab| Step::Reload { tab }),
        2 => (1..3_u32).prop_map(Step::Mute),
        1 => (1..3_u32).prop_map(Step::SlowDown),
        1 => Just(Step::Restart),
        1 => (0..12_usize).prop_map(|forget| Step::Restore { forget }),
    ]
}
