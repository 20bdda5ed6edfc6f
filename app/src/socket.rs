//! One WebSocket to `/ws`. Rule: whoever drops the [`Socket`] hears nothing of it any more.

use crate::{browser, live::Live, ui::keys};
use client::Input;
use futures::{
    SinkExt, StreamExt,
    channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded},
    future::{Either, poll_fn, select},
};
use gloo_net::websocket::{Message, State, WebSocketError, futures::WebSocket};
use leptos::task::spawn_local;
use wire::frame::ClientFrame;

/// What a browser says when it knows no close code.
const ABNORMAL: u16 = 1006;

/// The way in.
pub struct Socket {
    frames: UnboundedSender<ClientFrame>,
}

impl Socket {
    /// Opens one; what happens to it is told to `live`.
    pub fn open(live: Live) -> Self {
        let (frames, outgoing) = unbounded();
        spawn_local(run(live, outgoing));
        Self { frames }
    }

    /// Sends a frame; on a socket that has ended, nothing.
    pub fn send(&self, frame: ClientFrame) {
        // Fails only when the socket has ended, which the core hears by itself.
        let _ = self.frames.unbounded_send(frame);
    }
}

async fn run(live: Live, mut outgoing: UnboundedReceiver<ClientFrame>) {
    // Refused for an address that is none, and by a policy.
    let Ok(mut socket) = WebSocket::open(&browser::socket_address()) else {
        return live.hear(Input::SocketClosed { code: ABNORMAL });
    };
    let opened = poll_fn(|context| socket.poll_ready_unpin(context));
    if let Either::Right(_) = select(opened, outgoing.next()).await {
        return;
    }
    if matches!(socket.state(), State::Open) {
        live.hear(Input::SocketOpened);
    }
    loop {
        match select(socket.next(), outgoing.next()).await {
            Either::Left((Some(Ok(message)), _)) => live.hear(read(message)),
            Either::Left((Some(Err(WebSocketError::ConnectionClose(end))), _)) => {
                return live.hear(Input::SocketClosed { code: end.code });
            }
            // "error" is always followed by "close".
            Either::Left((Some(Err(_)), _)) => {}
            Either::Left((None, _)) => return live.hear(Input::SocketClosed { code: ABNORMAL }),
            Either::Right((Some(frame), _)) => {
                // A frame that does not go out is as one that is lost on the way.
                let _ = socket.send(Message::Text(wire::write::json(&frame))).await;
            }
            Either::Right((None, _)) => return,
        }
    }
}

fn read(message: Message) -> Input {
    let Message::Text(text) = message else { return Input::SocketGarbage };
    keys::overhear(&text);
    wire::read::json(&text).map_or(Input::SocketGarbage, Input::SocketFrame)
}
