//! A browser cannot see WebSocket pings (RELIABILITY W7). Rule: a socket is alive only if frames are heard on it.

use std::collections::VecDeque;

use wire::frame::ClientFrame;
use wire::limits::{CLIENT_PING_MS, CLIENT_PONG_MS};

use crate::io::Output;

/// The last signs of life of the socket.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heartbeat {
    heard_ms: i64,
    asked_ms: Option<i64>,
    number: u64,
}

impl Heartbeat {
    /// A frame came, of whatever kind.
    pub fn heard(&mut self, now_ms: i64) {
        self.heard_ms = now_ms;
        self.asked_ms = None;
    }

    /// Ask now whether the other side is still there, unless the question is open already.
    pub fn probe(&mut self, now_ms: i64, out: &mut VecDeque<Output>) {
        if self.asked_ms.is_some() {
            return;
        }
        self.asked_ms = Some(now_ms);
        self.number = self.number.wrapping_add(1);
        out.push_back(Output::Send(ClientFrame::Ping { n: self.number }));
    }

    /// Asks when it is time to. Whether the socket is dead: asked, and no frame since for too long.
    pub fn beat(&mut self, now_ms: i64, out: &mut VecDeque<Output>) -> bool {
        if self.asked_ms.is_some_and(|asked_ms| now_ms >= asked_ms.saturating_add(CLIENT_PONG_MS)) {
            return true;
        }
        if now_ms >= self.heard_ms.saturating_add(CLIENT_PING_MS) {
            self.probe(now_ms, out);
        }
        false
    }

    /// When to beat next.
    pub fn deadline_ms(&self) -> i64 {
        match self.asked_ms {
            Some(asked_ms) => asked_ms.saturating_add(CLIENT_PONG_MS),
            None => self.heard_ms.saturating_add(CLIENT_PING_MS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_socket_is_asked_after_twenty_seconds_and_dead_ten_later() {
        let (mut heartbeat, mut out) = (Heartbeat::default(), VecDeque::new());
        heartbeat.heard(0);
        assert!(!heartbeat.beat(19_999, &mut out) && out.is_empty());
        assert!(!heartbeat.beat(20_000, &mut out) && out.len() == 1);
        assert!(!heartbeat.beat(29_999, &mut out) && out.len() == 1);
        assert!(heartbeat.beat(30_000, &mut out));
    }

    #[test]
    fn any_frame_is_an_answer() {
        let (mut heartbeat, mut out) = (Heartbeat::default(), VecDeque::new());
        heartbeat.probe(0, &mut out);
        heartbeat.heard(9_000);
        assert!(!heartbeat.beat(11_000, &mut out));
        assert_eq!(heartbeat.deadline_ms(), 29_000);
    }

    #[test]
    fn a_timer_that_slept_an_hour_asks_before_it_gives_up() {
        let (mut heartbeat, mut out) = (Heartbeat::default(), VecDeque::new());
        heartbeat.heard(0);
        assert!(!heartbeat.beat(3_600_000, &mut out) && out.len() == 1);
    }
}
