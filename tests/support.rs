//! What every behaviour test stands on: a server on a free port, people, sockets. Rule: tests go through the doors that
//! users have, and wait for what they expect under a deadline; they never sleep.

pub mod app;
pub mod jwt;
pub mod people;
pub mod process;
pub mod program;
pub mod receiver;
pub mod script;
pub mod socket;
pub mod upload;

pub use app::TestApp;
pub use people::{Answer, Member, Visitor};
pub use program::{Program, Said};
pub use receiver::{Letter, NEVER, Receiver};
pub use script::Script;
pub use socket::{Closed, Socket};

use std::time::Duration;

/// A wait that ends is over long before this; one that does not fails the test here.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// Waits for `work`, and says what was waited for when it does not come.
pub async fn within<T>(what: &str, work: impl Future<Output = T>) -> T {
    match tokio::time::timeout(DEADLINE, work).await {
        Ok(done) => done,
        Err(_) => panic!("waited {DEADLINE:?} for {what}"),
    }
}
