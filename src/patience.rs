//! How long the server waits for whom. Rule: nothing waits without an end (RELIABILITY W12); sockets have
//! `gateway::Pace`.

use std::time::Duration;
use wire::limits::WEBHOOK_ANSWER_MS;

/// Waits of one connection and one request. Tests shorten them; nothing else changes them.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For a request's line and headers, also between two requests of one connection.
    pub headers: Duration,
    /// For the whole body.
    pub body: Duration,
    /// For a handler; what it had begun to write is finished all the same.
    pub handler: Duration,
    /// For one that takes files: a slow line may need it, and who sends nothing at all is given up long before.
    pub upload: Duration,
    /// For a peer that takes nothing of what is sent to it.
    pub stuck: Duration,
    /// For the answer of an application's server.
    pub webhook: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            headers: seconds(10),
            body: seconds(10),
            handler: seconds(20),
            upload: seconds(3_600),
            stuck: seconds(30),
            webhook: Duration::from_millis(WEBHOOK_ANSWER_MS),
        }
    }
}
