//! The log. Rule: method, path, status and time of a request; never a query, a header, a token or what somebody wrote.

use crate::config::{BadSetting, Config, LogFormat};
use axum::{extract::Request, middleware::Next, response::Response};
use std::{io::IsTerminal, time::Instant};
use tracing::Instrument;
use tracing_subscriber::EnvFilter;

/// Requests slower than this are worth a warning.
const SLOW_MS: u128 = 1_000;

/// Starts logging to stderr; stdout is left to what a person asked for.
pub fn start(config: &Config) -> Result<(), BadSetting> {
    let filter = EnvFilter::builder().parse(&config.log).map_err(|_| {
        BadSetting(format!(
            "TWOTICK_LOG is \"{}\", but a level such as info, or twotick=debug, is expected.",
            config.log
        ))
    })?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let outcome = match config.log_format {
        LogFormat::Json => builder.json().flatten_event(true).with_current_span(true).try_init(),
        LogFormat::Pretty => builder.with_target(false).with_ansi(std::io::stderr().is_terminal()).try_init(),
    };
    // A second start in one process, as in tests, keeps the first.
    drop(outcome);
    Ok(())
}

/// One line for every request, when it has been answered.
pub async fn trace(request: Request, next: Next) -> Response {
    let start = Instant::now();
    let path = request.uri().path().to_owned();
    let span = tracing::info_span!("request", method = %request.method(), path);
    async {
        let response = next.run(request).await;
        let status = response.status().as_u16();
        let ms = start.elapsed().as_millis();
        match status {
            500.. => tracing::error!(status, ms, "answered"),
            _ if ms >= SLOW_MS => tracing::warn!(status, ms, "answered slowly"),
            _ if is_routine(&path) => tracing::debug!(status, ms, "answered"),
            _ => tracing::info!(status, ms, "answered"),
        }
        response
    }
    .instrument(span)
    .await
}

/// What is asked all the time and says nothing.
fn is_routine(path: &str) -> bool {
    ["/healthz", "/readyz", "/ws", "/api/", "/pkg/", "/favicon"].iter().any(|prefix| path.starts_with(prefix))
}
