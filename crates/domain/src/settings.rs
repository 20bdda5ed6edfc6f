//! What the operator decides. Rule: every figure has the default of `wire::limits` or of SPEC 8 and 10.

use std::path::{Path, PathBuf};
use wire::limits;

/// The settings of one installation.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `sqlite:/path/file.db` (created when missing) or `postgres://…`.
    pub database_url: String,
    /// Whether a name alone opens, or creates, an account without a password (SPEC 8).
    pub passwordless: bool,
    /// Whether people may write to each other without being connected (SPEC 3, `direct = anyone`).
    pub direct_anyone: bool,
    /// Messages a user may send in [`limits::SEND_WINDOW_MS`].
    pub sends_per_window_max: u32,
    /// Sockets of one user.
    pub sockets_per_user_max: usize,
    /// Login attempts per account and address in [`limits::LOGIN_WINDOW_MS`].
    pub logins_per_window_max: u32,
    /// Days after which a session ends.
    pub session_days: i64,
    /// Days after which messages are erased for good; none: they are kept.
    pub retention_days: Option<i64>,
    /// How long a user's last socket must be gone before others hear of it.
    pub offline_grace_ms: u64,
    /// How long a message waits for somebody to read it before it is pushed.
    pub push_delay_ms: i64,
    /// Whether push services may also be on http, at any port and any host: for tests.
    pub push_anywhere: bool,
    /// Database connections for reading.
    pub readers_max: u32,
    /// Where the bytes of files lie; made with the first of them.
    pub files_dir: PathBuf,
    /// Bytes of one file.
    pub attachment_bytes_max: i64,
}

impl Settings {
    /// The defaults, with this database; files lie beside it, if it is a file itself.
    pub fn new(database_url: impl Into<String>) -> Self {
        let database_url = database_url.into();
        let beside = database_url.strip_prefix("sqlite:").and_then(|file| Path::new(file).parent()?.to_str());
        Self {
            files_dir: Path::new(beside.unwrap_or("data")).join("files"),
            database_url,
            passwordless: false,
            direct_anyone: false,
            sends_per_window_max: limits::SENDS_PER_WINDOW_MAX,
            sockets_per_user_max: limits::SOCKETS_PER_USER_MAX,
            logins_per_window_max: limits::LOGINS_PER_WINDOW_MAX,
            session_days: 30,
            retention_days: None,
            offline_grace_ms: limits::OFFLINE_GRACE_MS,
            push_delay_ms: limits::PUSH_DELAY_MS,
            push_anywhere: false,
            readers_max: 4,
            attachment_bytes_max: limits::ATTACHMENT_BYTES_MAX,
        }
    }
}
