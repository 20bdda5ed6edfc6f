//! Accepting connections. Rule: headers, bodies and answers each have their time; whoever is slow loses one connection
//! and costs the others nothing (RELIABILITY W12; axum's own loop has no timer, F11).

mod slots;
mod stream;

pub use slots::Slots;

use crate::{patience::Patience, state::AppState};
use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use stream::Stream;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// Connections that wait to be accepted: a thousand tabs come back at once after a restart.
const BACKLOG: u32 = 4_096;
/// Bytes of a request's line and headers.
const HEADER_BYTES_MAX: usize = 64 * 1024;
/// How many headers.
const HEADERS_MAX: usize = 100;
/// Pause when the system cannot give another connection (no file descriptors).
const EXHAUSTED: Duration = Duration::from_millis(100);

/// Listens; port 0 takes a free one.
pub fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Accepts until the server's shutdown; connections run on its tracker, and then end by themselves after the request
/// that they are in.
pub async fn accept(listener: TcpListener, router: Router, slots: Arc<Slots>, state: AppState) {
    let AppState { tracker, shutdown, config, .. } = state;
    let patience = config.patience;
    loop {
        let accepted = tokio::select! {
            biased;
            () = shutdown.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => match slots.take(peer.ip()) {
                Some(slot) => {
                    // Frames are small and must not wait for each other.
                    drop(stream.set_nodelay(true));
                    let stream = Stream::new(stream, slot, patience.stuck);
                    tracker.spawn(serve(stream, peer, router.clone(), patience, shutdown.clone()));
                }
                None => turn_away(&stream),
            },
            Err(error) if is_the_peers(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted now");
                tokio::time::sleep(EXHAUSTED).await;
            }
        }
    }
}

async fn serve(stream: Stream, peer: SocketAddr, router: Router, patience: Patience, shutdown: CancellationToken) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request.map(Body::new))
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(patience.headers)
        .max_buf_size(HEADER_BYTES_MAX)
        .max_headers(HEADERS_MAX);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service).with_upgrades());
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        () = shutdown.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// One attempt to say why, without waiting for anybody.
fn turn_away(stream: &TcpStream) {
    let answer = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    drop(stream.try_write(answer.as_bytes()));
}

fn is_the_peers(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}
