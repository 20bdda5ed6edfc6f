//! Starting and stopping. Rule: the port is taken before the database is touched, and whoever is served is told before
//! the server goes (RELIABILITY W6).

use crate::{
    assets::Site,
    config::Config,
    listener::{self, Slots},
    push,
    router::router,
    state::AppState,
    webhooks,
};
use domain::{Chat, CloseReason, StartError};
use std::{
    fs::{DirBuilder, File, TryLockError},
    io,
    net::SocketAddr,
    os::unix::fs::DirBuilderExt,
    path::Path,
    sync::Arc,
    time::Duration,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use wire::frame::close;

/// Time for requests and sockets to end when the server stops.
const DRAIN: Duration = Duration::from_secs(10);

/// Why the server did not start: one sentence for the operator.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Somebody listens there already.
    #[error("{0} is in use by another program: stop it, or choose another port with --listen.")]
    PortInUse(SocketAddr),
    /// The address is not this machine's, or the port is reserved.
    #[error("Listening on {0} is not possible: {1}.")]
    Listen(SocketAddr, io::Error),
    /// The folder cannot be made or written.
    #[error("The data folder {0} cannot be used: {1}. Check that it is a folder and belongs to this user.")]
    DataFolder(String, io::Error),
    /// Two servers on one database file would not hear of each other's messages.
    #[error("Another Twotick serves from the data folder {0}: stop it, or choose another folder with --data-dir.")]
    Served(String),
    /// The site's folder cannot be read.
    #[error("The page's files cannot be read: {0}.")]
    Site(io::Error),
    /// The database.
    #[error(transparent)]
    Database(#[from] StartError),
}

/// A server that runs.
pub struct Server {
    state: AppState,
    /// Held for as long as the server runs; the system gives it back when the process dies.
    _lock: Option<File>,
}

impl Server {
    /// Listens, opens the database and serves from now on.
    pub async fn start(mut config: Config) -> Result<Self, ServeError> {
        let asked = config.listen;
        let listener = listener::bind(asked).map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => ServeError::PortInUse(asked),
            _ => ServeError::Listen(asked, error),
        })?;
        config.listen = listener.local_addr().map_err(|error| ServeError::Listen(asked, error))?;
        let lock = take_folder(&config)?;
        let site = Site::load(config.site_dir.as_deref()).map_err(ServeError::Site)?;
        // 1024 descriptors are too few for a thousand tabs; where raising is forbidden, the loop lives with what there
        // is.
        drop(rlimit::increase_nofile_limit(u64::MAX));
        let state = AppState {
            chat: Chat::open(config.domain()).await?,
            site: Arc::new(site),
            hooks: Arc::new(webhooks::Sender::new(config.webhooks_anywhere, config.patience.webhook)),
            tracker: TaskTracker::new(),
            shutdown: CancellationToken::new(),
            config: Arc::new(config),
        };
        state.chat.start_erasing();
        state.chat.start_expiring();
        state.chat.start_indexing();
        push::start(&state).await.map_err(|error| StartError::Database(error.to_string()))?;
        webhooks::start(&state);
        let router = router(state.clone());
        state.tracker.spawn(listener::accept(listener, router, Slots::new(&state.config), state.clone()));
        Ok(Self { state, _lock: lock })
    }

    /// Where it listens, with the real port.
    pub fn address(&self) -> SocketAddr {
        self.state.config.listen
    }

    /// Its parts.
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// Accepts nothing more, closes sockets with 1001, lets what was begun end within ten seconds, and closes the
    /// database.
    pub async fn stop(self) {
        let AppState { chat, tracker, shutdown, .. } = &self.state;
        shutdown.cancel();
        tracker.close();
        chat.close_all(&CloseReason { code: close::GOING_AWAY, refusal: None });
        tokio::select! {
            () = tracker.wait() => {}
            () = tokio::time::sleep(DRAIN) => tracing::warn!(left = tracker.len(), "connections did not end in time"),
        }
        chat.close().await;
    }
}

/// Serves until `shutdown`. `ready` is told the address once connections are accepted.
pub async fn serve(
    config: Config,
    shutdown: CancellationToken,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    let server = Server::start(config).await?;
    ready(server.address());
    shutdown.cancelled().await;
    server.stop().await;
    Ok(())
}

/// Makes the data folder, readable by its owner only, where the database is a file.
pub fn make_folder(config: &Config) -> Result<(), ServeError> {
    if config.database_url.starts_with("sqlite:") { make_private(&config.data_dir) } else { Ok(()) }
}

/// Makes a folder that only its owner may read, if it is not there.
pub fn make_private(folder: &Path) -> Result<(), ServeError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| ServeError::DataFolder(folder.display().to_string(), error))
}

fn take_folder(config: &Config) -> Result<Option<File>, ServeError> {
    make_folder(config)?;
    if !config.database_url.starts_with("sqlite:") {
        return Ok(None);
    }
    let shown = config.data_dir.display().to_string();
    match try_lock(&config.data_dir.join("serve.lock")) {
        Ok(file) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(ServeError::Served(shown)),
        Err(TryLockError::Error(error)) => Err(ServeError::DataFolder(shown, error)),
    }
}

fn try_lock(path: &Path) -> Result<File, TryLockError> {
    let file = File::create(path).map_err(TryLockError::Error)?;
    file.try_lock()?;
    Ok(file)
}
