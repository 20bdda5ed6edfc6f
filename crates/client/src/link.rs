//! The socket's state: when to connect, to wait, to give up (SPEC 5). Rule: after 4001 and 4003 nothing is tried again
//! but by the user.
//!
//! What counts as a loss: an attempt that does not reach `welcome` within ten seconds, and any end of a connection but
//! 1001, 1012 and 4008. With those the server says "come back": the wait is the same, jitter included, and no loss is
//! counted. After 4029 (abuse) the wait is at least half a minute, whatever the browser reports meanwhile.

use std::collections::VecDeque;

use wire::frame::close;

use crate::{backoff, io::Output, random::Random};

/// An attempt that has not brought `welcome` after this long has failed.
const CONNECT_MS: i64 = 10_000;
/// A connection that lasted this long starts the count anew.
const STABLE_MS: i64 = 30_000;
/// A page that was thought to go and does not connects again after this long.
const FROZEN_WAIT_MS: i64 = 3_000;
/// The shortest wait after 4029.
const ABUSE_WAIT_MS: i64 = 30_000;

/// See the module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Link {
    pub state: State,
    /// Counts the attempts.
    pub attempt: u64,
    losses: u32,
}

/// Where the socket is. Times are the core's inside time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum State {
    /// Not started.
    #[default]
    Idle,
    /// Asked for; `welcome` has not come.
    Connecting { until_ms: i64 },
    /// `welcome` came.
    Connected { since_ms: i64 },
    /// Between two attempts. `held`: by the server's wish, so that only the user's button shortens it.
    Waiting { until_ms: i64, held: bool },
    /// Given up for now.
    Failed,
    /// The session has ended.
    SignedOut,
    /// Banned, or not allowed.
    Refused,
}

impl Link {
    pub fn is_connected(&self) -> bool {
        matches!(self.state, State::Connected { .. })
    }

    /// A socket exists, or is being opened.
    pub fn has_socket(&self) -> bool {
        matches!(self.state, State::Connecting { .. } | State::Connected { .. })
    }

    /// Nothing may be tried, over HTTP neither: not started, signed out or refused.
    pub fn is_closed(&self) -> bool {
        matches!(self.state, State::Idle | State::SignedOut | State::Refused)
    }

    /// The page is ready, or the user pressed the button, perhaps after signing in again.
    pub fn try_now(&mut self, now_ms: i64, out: &mut VecDeque<Output>) {
        if !self.has_socket() {
            self.connect(now_ms, out);
        }
    }

    /// The browser says that it is worth trying.
    pub fn nudge(&mut self, now_ms: i64, out: &mut VecDeque<Output>) {
        if matches!(self.state, State::Waiting { held: false, .. } | State::Failed) {
            self.connect(now_ms, out);
        }
    }

    fn connect(&mut self, now_ms: i64, out: &mut VecDeque<Output>) {
        self.state = State::Connecting { until_ms: now_ms.saturating_add(CONNECT_MS) };
        self.attempt = self.attempt.wrapping_add(1);
        out.push_back(Output::Connect);
    }

    /// `welcome` came over the socket.
    pub fn welcomed(&mut self, now_ms: i64) {
        if matches!(self.state, State::Connecting { .. }) {
            self.state = State::Connected { since_ms: now_ms };
        }
    }

    /// The socket is gone.
    pub fn lost(&mut self, code: u16, now_ms: i64, random: &mut Random, out: &mut VecDeque<Output>) {
        if !self.has_socket() {
            return;
        }
        self.settle(now_ms);
        match code {
            close::SIGNED_OUT => return self.sign_out(out),
            close::FORBIDDEN => return self.state = State::Refused,
            _ => {}
        }
        let invited = matches!(code, close::GOING_AWAY | close::RESTART | close::TOO_SLOW) && self.is_connected();
        let wait_ms = backoff::wait_ms(self.losses, random);
        self.losses = self.losses.saturating_add(u32::from(!invited));
        let held = code == close::ABUSE;
        self.state = match wait_ms {
            Some(wait_ms) if held => {
                State::Waiting { until_ms: now_ms.saturating_add(wait_ms.max(ABUSE_WAIT_MS)), held }
            }
            Some(wait_ms) => State::Waiting { until_ms: now_ms.saturating_add(wait_ms), held },
            None => State::Failed,
        };
    }

    /// The page goes away and may come back: its socket is closed, and that is nobody's fault.
    pub fn freeze(&mut self, now_ms: i64) {
        self.settle(now_ms);
        self.state = State::Waiting { until_ms: now_ms.saturating_add(FROZEN_WAIT_MS), held: false };
    }

    /// The session has ended; said once.
    pub fn sign_out(&mut self, out: &mut VecDeque<Output>) {
        if self.state != State::SignedOut {
            self.state = State::SignedOut;
            out.push_back(Output::SignedOut);
        }
    }

    /// Banned.
    pub fn refuse(&mut self) {
        self.state = State::Refused;
    }

    /// Does what is due. Whether an attempt has just run out of time, so that its socket must be closed.
    pub fn run(&mut self, now_ms: i64, random: &mut Random, out: &mut VecDeque<Output>) -> bool {
        self.settle(now_ms);
        match self.state {
            State::Connecting { until_ms } if now_ms >= until_ms => {
                out.push_back(Output::CloseSocket);
                self.lost(1006, now_ms, random, out);
                true
            }
            State::Waiting { until_ms, .. } if now_ms >= until_ms => {
                self.connect(now_ms, out);
                false
            }
            _ => false,
        }
    }

    fn settle(&mut self, now_ms: i64) {
        if let State::Connected { since_ms } = self.state
            && now_ms >= since_ms.saturating_add(STABLE_MS)
        {
            self.losses = 0;
        }
    }

    /// When to run next.
    pub fn deadline_ms(&self) -> Option<i64> {
        match self.state {
            State::Connecting { until_ms } | State::Waiting { until_ms, .. } => Some(until_ms),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct World {
        link: Link,
        random: Random,
        out: VecDeque<Output>,
    }

    fn world() -> World {
        let mut world = World { link: Link::default(), random: Random::new(3), out: VecDeque::new() };
        world.link.try_now(0, &mut world.out);
        world
    }

    impl World {
        fn lose(&mut self, code: u16, now_ms: i64) -> State {
            self.link.lost(code, now_ms, &mut self.random, &mut self.out);
            self.link.state
        }

        fn wait_out(&mut self) -> i64 {
            let State::Waiting { until_ms, .. } = self.link.state else { panic!("{:?}", self.link.state) };
            self.link.run(until_ms, &mut self.random, &mut self.out);
            assert!(matches!(self.link.state, State::Connecting { .. }));
            until_ms
        }
    }

    #[test]
    fn five_waits_then_failed() {
        let mut world = world();
        let mut now_ms = 0;
        for full_ms in [3_000, 6_000, 12_000, 24_000, 48_000] {
            world.lose(1006, now_ms);
            let until_ms = world.wait_out();
            assert!((full_ms * 3 / 4..=full_ms).contains(&(until_ms - now_ms)));
            now_ms = until_ms;
        }
        assert_eq!(world.lose(1006, now_ms), State::Failed);
        world.link.nudge(now_ms, &mut world.out);
        assert!(world.link.has_socket());
    }

    #[test]
    fn thirty_stable_seconds_start_the_count_anew_and_less_does_not() {
        for (lived_ms, longest_ms) in [(29_999, 6_000), (30_000, 3_000)] {
            let mut world = world();
            world.lose(1006, 0);
            let now_ms = world.wait_out();
            world.link.welcomed(now_ms);
            let State::Waiting { until_ms, .. } = world.lose(1006, now_ms + lived_ms) else { panic!() };
            let waited = until_ms - now_ms - lived_ms;
            assert!((longest_ms * 3 / 4..=longest_ms).contains(&waited), "{waited}");
        }
    }

    #[test]
    fn a_server_that_goes_away_or_finds_us_slow_costs_no_loss() {
        for code in [1001, 1012, 4008] {
            let mut world = world();
            let mut now_ms = 0;
            for _ in 0..20 {
                world.link.welcomed(now_ms);
                let State::Waiting { until_ms, held: false } = world.lose(code, now_ms) else { panic!() };
                assert!((2_250..=3_000).contains(&(until_ms - now_ms)));
                now_ms = world.wait_out();
            }
        }
    }

    #[test]
    fn signed_out_and_refused_wait_for_the_user() {
        for (code, state) in [(4001, State::SignedOut), (4003, State::Refused)] {
            let mut world = world();
            world.link.welcomed(0);
            assert_eq!(world.lose(code, 0), state);
            world.link.nudge(1_000_000, &mut world.out);
            world.link.run(1_000_000, &mut world.random, &mut world.out);
            assert_eq!(world.link.state, state);
            world.link.try_now(1_000_000, &mut world.out);
            assert!(world.link.has_socket());
        }
    }

    #[test]
    fn after_abuse_only_the_button_shortens_the_wait() {
        let mut world = world();
        world.link.welcomed(0);
        let State::Waiting { until_ms, held: true } = world.lose(4029, 0) else { panic!() };
        assert!(until_ms >= 30_000);
        world.link.nudge(1_000, &mut world.out);
        assert!(!world.link.has_socket());
        world.link.try_now(1_000, &mut world.out);
        assert!(world.link.has_socket());
    }

    #[test]
    fn an_attempt_that_hangs_is_closed_and_counts() {
        let mut world = world();
        assert!(!world.link.run(9_999, &mut world.random, &mut world.out));
        assert!(world.link.run(10_000, &mut world.random, &mut world.out));
        assert!(world.out.contains(&Output::CloseSocket));
        assert!(matches!(world.link.state, State::Waiting { .. }));
    }
}
