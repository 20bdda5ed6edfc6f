//! What every handler shares. Rule: cheap to clone, and nothing in it is specific to one request.

use crate::{assets::Site, config::Config, webhooks::Sender};
use domain::Chat;
use std::sync::Arc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The server's parts, as axum hands them to handlers.
#[derive(Clone)]
pub struct AppState {
    /// The domain: every permission is checked there.
    pub chat: Chat,
    /// The validated settings, with the port that was really taken.
    pub config: Arc<Config>,
    /// The files that browsers load.
    pub site: Arc<Site>,
    /// Tells applications what happened.
    pub hooks: Arc<Sender>,
    /// Every task that must end before the process does: connections and sockets.
    pub tracker: TaskTracker,
    /// Cancelled when the server begins to stop. Sockets are closed by the domain (1001); whoever else waits, ends.
    pub shutdown: CancellationToken,
}
