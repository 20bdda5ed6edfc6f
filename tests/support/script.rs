//! A script at `/ws/chat/{room}`, as somebody plays one with wscat. Rule: what it types leaves as it was typed, and what it is told is
//! looked at as JSON.

use super::{DEADLINE, Member, Program, within};
use crate::support::socket;
use futures::{SinkExt, StreamExt};
use serde_json::Value;
use std::net::SocketAddr;
use tokio::net::TcpStream;
use tokio_tungstenite::{WebSocketStream, tungstenite::Message};

/// A script's socket.
pub struct Script {
    stream: WebSocketStream<TcpStream>,
}

impl Script {
    /// With a member's cookie, or with none.
    pub async fn open(at: &Member, path: &str, with_cookie: bool) -> Self {
        let own = format!("http://{}", at.browser.address);
        let cookie = at.browser.cookie.as_deref().filter(|_| with_cookie);
        Self::open_at(at.browser.address, path, &[("cookie", cookie), ("origin", Some(own.as_str()))]).await
    }

    /// With a program's access token.
    pub async fn of(program: &Program, path: &str) -> Self {
        let bearer = program.access.as_ref().map(|access| format!("Bearer {access}"));
        Self::open_at(program.address, path, &[("authorization", bearer.as_deref())]).await
    }

    /// With these headers, if they have a value.
    pub async fn open_at(address: SocketAddr, path: &str, headers: &[(&'static str, Option<&str>)]) -> Self {
        Self { stream: socket::upgrade(address, path, headers).await.expect("the upgrade") }
    }

    /// In a room of the member's: what it is told first.
    pub async fn enter(member: &Member, room: wire::RoomId) -> (Self, Value) {
        let mut script = Self::open(member, &format!("/ws/chat/{room}/"), true).await;
        let history = script.told("message_history").await;
        (script, history)
    }

    /// Types a line.
    pub async fn types(&mut self, line: &str) {
        within("a line to leave", self.stream.send(Message::text(line))).await.unwrap();
    }

    /// The next frame; it has to be of this type.
    pub async fn told(&mut self, kind: &str) -> Value {
        let frame = self.next().await.unwrap_or_else(|end| panic!("closed with {end:?} instead of {kind}"));
        assert_eq!(frame["type"], kind, "{frame}");
        frame
    }

    /// What it is told until the server closes, and the close code.
    pub async fn closed(&mut self) -> (Vec<Value>, Option<u16>) {
        let mut frames = Vec::new();
        loop {
            match self.next().await {
                Ok(frame) => frames.push(frame),
                Err(code) => return (frames, code),
            }
        }
    }

    /// The next frame, or the close code.
    pub async fn next(&mut self) -> Result<Value, Option<u16>> {
        loop {
            match within("a frame", self.stream.next()).await {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(frame))) => {
                    let _ = tokio::time::timeout(DEADLINE, self.stream.next()).await;
                    return Err(frame.map(|frame| frame.code.into()));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(None),
            }
        }
    }
}
