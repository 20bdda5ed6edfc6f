//! What the operator decides. Rule: every figure has the default of `wire::limits` or of SPEC 8 and 10.

use crate::TokenKey;
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
    /// Calls of one host application in [`limits::HOST_WINDOW_MS`].
    pub host_calls_per_window_max: u32,
    /// New accounts from one address in [`limits::REGISTRATION_WINDOW_MS`].
    pub registrations_per_hour_max: u32,
    /// Requests to the API from one address in [`limits::API_WINDOW_MS`].
    pub api_requests_per_address_max: u32,
    /// Requests to the API of one user.
    pub api_requests_per_user_max: u32,
    /// Requests of one user to one operation of the API.
    pub api_requests_per_route_max: u32,
    /// Days after which a session ends.
    pub session_days: i64,
    /// Minutes after which a program shows its refresh token for another access token.
    pub access_token_minutes: i64,
    /// What access tokens are signed with: the first signs, all are accepted. None: the database has keys, which change by themselves.
    pub token_keys: Vec<TokenKey>,
    /// Days after which messages are erased for good; none: they are kept.
    pub retention_days: Option<i64>,
    /// How long a user's last socket must be gone before others hear of it.
    pub offline_grace_ms: u64,
    /// How long a message waits for somebody to read it before it is pushed.
    pub push_delay_ms: i64,
    /// Whether push services may also be on http, at any port and any host: for tests.
    pub push_anywhere: bool,
    /// Whether webhooks may also lead to http, and to any host: to applications on this machine or in this network.
    pub webhooks_anywhere: bool,
    /// How long after the first failure a webhook is sent the same again.
    pub webhook_retry_ms: i64,
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
            host_calls_per_window_max: limits::HOST_CALLS_PER_WINDOW_MAX,
            registrations_per_hour_max: limits::REGISTRATIONS_PER_HOUR_MAX,
            api_requests_per_address_max: limits::API_REQUESTS_PER_ADDRESS_MAX,
            api_requests_per_user_max: limits::API_REQUESTS_PER_USER_MAX,
            api_requests_per_route_max: limits::API_REQUESTS_PER_ROUTE_MAX,
            session_days: 30,
            access_token_minutes: limits::ACCESS_TOKEN_MINUTES,
            token_keys: Vec::new(),
            retention_days: None,
            offline_grace_ms: limits::OFFLINE_GRACE_MS,
            push_delay_ms: limits::PUSH_DELAY_MS,
            push_anywhere: false,
            webhooks_anywhere: false,
            webhook_retry_ms: limits::WEBHOOK_RETRY_MS,
            readers_max: 4,
            attachment_bytes_max: limits::ATTACHMENT_BYTES_MAX,
        }
    }
}
