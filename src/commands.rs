//! What the binary can be asked to do. Rule: a failure is one sentence on stderr and a non-zero exit; a wrong setting
//! is 2.

mod demo;
mod host;
mod user;

use crate::{
    config::{BadSetting, Config, Flags},
    server::{self, ServeError, make_folder},
    telemetry,
};
use clap::{Parser, Subcommand};
use domain::{Chat, Error, StartError};
use std::{io::Write, net::SocketAddr, path::PathBuf, process::ExitCode};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// A self-hosted chat that never loses a message and never lies about one.
#[derive(Debug, Parser)]
#[command(name = "twotick", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// A TOML file with settings; without it, twotick.toml in the data folder, if there is one [TWOTICK_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the chat (what happens without a command, too)
    Serve,
    /// Bring the database to this version, then stop
    Migrate,
    /// Serve made-up people and conversations from a folder of their own, to look at
    Demo,
    /// Look after accounts, also while the server runs
    #[command(subcommand)]
    User(user::UserCommand),
    /// Look after host applications, also while the server runs
    #[command(subcommand)]
    App(host::AppCommand),
    /// Look after the API keys of host applications, also while the server runs
    #[command(subcommand)]
    Key(host::KeyCommand),
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Setting(#[from] BadSetting),
    #[error(transparent)]
    Serve(#[from] ServeError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("{0}")]
    Refused(String),
    #[error("That did not work: {0}.")]
    Io(#[from] std::io::Error),
}

impl From<Error> for Failure {
    /// Operators, unlike users, may know what is inside.
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => Self::Refused(refusal.message),
            other => Self::Refused(format!("The database did not do that: {other}.")),
        }
    }
}

/// Does it, and says how it went.
pub fn run(cli: Cli) -> ExitCode {
    match Config::load(&cli.flags, cli.config.as_deref()).map_err(Failure::from).and_then(|config| start(cli, config)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("twotick: {failure}");
            ExitCode::from(if matches!(failure, Failure::Setting(_)) { 2 } else { 1 })
        }
    }
}

fn start(cli: Cli, config: Config) -> Result<(), Failure> {
    telemetry::start(&config)?;
    app::start();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match cli.command.unwrap_or(Command::Serve) {
            Command::Serve => serve(config).await,
            Command::Migrate => migrate(config).await,
            Command::Demo => demo::run(config).await,
            Command::User(command) => user::run(command, config).await,
            Command::App(command) => host::run(command, config).await,
            Command::Key(command) => host::run_key(command, config).await,
        }
    })
}

async fn serve(config: Config) -> Result<(), Failure> {
    serve_and_say(config, "").await
}

/// Serves until a signal; `more` is said once the server is ready.
async fn serve_and_say(config: Config, more: &str) -> Result<(), Failure> {
    if config.redis_url.is_some() {
        tracing::warn!("REDIS_URL is set: this version serves from one process and does not use Redis");
    }
    let shutdown = CancellationToken::new();
    listen_for_signals(shutdown.clone())?;
    let public_url = config.public_url.clone();
    let ready = |address: SocketAddr| {
        let url = public_url.map_or_else(|| format!("http://{address}"), |url| url.as_str().to_owned());
        say(&format!("Twotick is ready on {url}"));
        if !more.is_empty() {
            say(more);
        }
    };
    server::serve(config, shutdown, ready).await?;
    Ok(())
}

async fn migrate(config: Config) -> Result<(), Failure> {
    let chat = open(&config).await?;
    chat.close().await;
    say("The database is at this version.");
    Ok(())
}

/// The database, for a command beside a server that may be running.
async fn open(config: &Config) -> Result<Chat, Failure> {
    make_folder(config)?;
    Ok(Chat::open(config.domain()).await?)
}

/// The first SIGTERM or SIGINT stops gently, the second at once.
fn listen_for_signals(shutdown: CancellationToken) -> Result<(), Failure> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        for round in 0..2 {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if round == 1 {
                std::process::exit(1);
            }
            shutdown.cancel();
        }
    });
    Ok(())
}

/// For people and scripts; whoever does not read it does not stop us.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    drop(writeln!(out, "{line}").and_then(|()| out.flush()));
}
