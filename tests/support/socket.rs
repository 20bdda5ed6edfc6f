//! A socket client. Rule: a frame that is not the one waited for is kept for the next wait, so that no test depends on an
//! order that the protocol does not promise.

use super::{DEADLINE, within};
use futures::{SinkExt, StreamExt};
use reqwest::StatusCode;
use std::{collections::VecDeque, net::SocketAddr, ops::RangeInclusive};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, Message, client::IntoClientRequest, http::HeaderValue},
};
use wire::{
    Cid, Code, Epoch, Event, Refusal, RoomId, Seq, Time,
    frame::{ClientFrame, Head, Held, ServerFrame},
};

/// A tab's socket.
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    heard: VecDeque<ServerFrame>,
    pings: u64,
    epoch: Epoch,
}

/// How a socket ended.
#[derive(Debug)]
pub struct Closed {
    /// The close code; none when the connection just ended.
    pub code: Option<u16>,
    /// The reason in a word.
    pub reason: String,
    /// The frames that came before, beginning with those not yet waited for.
    pub frames: Vec<ServerFrame>,
}

impl Closed {
    /// The code of the last `error` frame.
    pub fn error(&self) -> Option<Code> {
        self.frames.iter().rev().find_map(|frame| match frame {
            ServerFrame::Error { refusal } => Some(refusal.code),
            _ => None,
        })
    }
}

/// The page's socket, opened as a browser does it.
pub async fn open(
    address: SocketAddr,
    cookie: Option<&str>,
    origin: Option<&str>,
) -> Result<Socket, (StatusCode, String)> {
    open_at(address, "/ws", &[("cookie", cookie), ("origin", origin)]).await
}

/// The same with headers of the test's own, and perhaps a query.
pub async fn open_at(
    address: SocketAddr,
    path: &str,
    headers: &[(&'static str, Option<&str>)],
) -> Result<Socket, (StatusCode, String)> {
    let stream = upgrade(address, path, headers).await?;
    Ok(Socket { stream, heard: VecDeque::new(), pings: 0, epoch: Epoch::default() })
}

/// The handshake at any path with these headers, if they have a value. A small receive buffer lets a slow reader be slow.
pub async fn upgrade(
    address: SocketAddr,
    path: &str,
    headers: &[(&'static str, Option<&str>)],
) -> Result<WebSocketStream<TcpStream>, (StatusCode, String)> {
    let tcp = TcpSocket::new_v4().unwrap();
    tcp.set_recv_buffer_size(16 * 1024).unwrap();
    let tcp = within("a connection", tcp.connect(address)).await.unwrap();
    tcp.set_nodelay(true).unwrap();
    let mut request = format!("ws://{address}{path}").into_client_request().unwrap();
    for (name, value) in headers {
        if let Some(value) = value {
            request.headers_mut().insert(*name, HeaderValue::from_str(value).unwrap());
        }
    }
    match within("the upgrade", client_async(request, tcp)).await {
        Ok((stream, _)) => Ok(stream),
        Err(Error::Http(response)) => {
            let body = response.body().clone().unwrap_or_default();
            Err((response.status(), String::from_utf8(body).unwrap()))
        }
        Err(error) => panic!("the handshake failed: {error}"),
    }
}

impl Socket {
    /// Sends a frame.
    pub async fn send(&mut self, frame: &ClientFrame) {
        self.send_text(serde_json::to_string(frame).unwrap()).await;
    }

    /// Sends any text.
    pub async fn send_text(&mut self, text: impl Into<String>) {
        self.send_message(Message::text(text.into())).await;
    }

    /// Sends anything.
    pub async fn send_message(&mut self, message: Message) {
        within("a frame to leave", self.stream.send(message)).await.unwrap();
    }

    /// Sends anything, also when the server does not listen any more.
    pub async fn try_send_message(&mut self, message: Message) -> bool {
        within("a frame to leave", self.stream.send(message)).await.is_ok()
    }

    /// Sends a message without waiting for its ack.
    pub async fn say(&mut self, room: RoomId, content: &str) -> Cid {
        let cid = fresh_cid();
        self.offer(cid, room, content).await;
        cid
    }

    /// Sends a message under a cid.
    pub async fn offer(&mut self, cid: Cid, room: RoomId, content: &str) {
        self.send(&ClientFrame::say(cid, room, content.to_owned())).await;
    }

    /// Sends a message and waits for its ack.
    pub async fn say_acked(&mut self, room: RoomId, content: &str) -> (Cid, Seq) {
        let cid = self.say(room, content).await;
        (cid, self.acked(cid).await.0)
    }

    /// The ack of a cid; a refusal fails the test.
    pub async fn acked(&mut self, cid: Cid) -> (Seq, Time) {
        match self.settled(cid).await {
            ServerFrame::Ack { seq, at, .. } => (seq, at),
            other => panic!("not acked: {}", brief(&other)),
        }
    }

    /// The refusal of a cid; an ack fails the test.
    pub async fn refused(&mut self, cid: Cid) -> Refusal {
        match self.settled(cid).await {
            ServerFrame::Refused { refusal, .. } => refusal,
            other => panic!("not refused: {}", brief(&other)),
        }
    }

    /// `ack`, `refused` or `slow_down` of a cid.
    pub async fn settled(&mut self, wanted: Cid) -> ServerFrame {
        self.expect("an answer to a message", |frame| match frame {
            ServerFrame::Ack { cid, .. } | ServerFrame::Refused { cid, .. } | ServerFrame::SlowDown { cid, .. } => {
                (*cid == wanted).then(|| frame.clone())
            }
            _ => None,
        })
        .await
    }

    /// The next `welcome`: the heads of all rooms.
    pub async fn welcomed(&mut self) -> Vec<Head> {
        match self.next().await {
            ServerFrame::Welcome { rooms, epoch, .. } => {
                self.epoch = epoch;
                rooms
            }
            other => panic!("the first frame is not welcome: {other:?}"),
        }
    }

    /// The same for a socket that may be sent away; then, how.
    pub async fn welcomed_or_closed(&mut self) -> Option<Closed> {
        match self.next().await {
            ServerFrame::Welcome { .. } => None,
            other => {
                self.heard.push_front(other);
                Some(self.closed().await)
            }
        }
    }

    /// The epoch that `welcome` named.
    pub fn epoch(&self) -> &Epoch {
        &self.epoch
    }

    /// The next event of a room.
    pub async fn event(&mut self, of: RoomId) -> Event {
        self.expect("an event", |frame| match frame {
            ServerFrame::Event(event) if event.room == of => Some(event.clone()),
            _ => None,
        })
        .await
    }

    /// The texts of these positions, which must come in this order.
    pub async fn texts(&mut self, room: RoomId, seqs: RangeInclusive<i64>) -> Vec<String> {
        let mut texts = Vec::new();
        for seq in seqs {
            let event = self.event(room).await;
            assert_eq!(event.seq, Seq(seq));
            texts.push(event.message.expect("a message").content);
        }
        texts
    }

    /// The code of the next `error`.
    pub async fn error(&mut self) -> Code {
        self.expect("an error", |frame| match frame {
            ServerFrame::Error { refusal } => Some(refusal.code),
            _ => None,
        })
        .await
    }

    /// The answers to a `resume` of one room.
    pub async fn resume(&mut self, epoch: &Epoch, room: RoomId, after: Option<Seq>) -> ServerFrame {
        self.send(&ClientFrame::Resume { epoch: epoch.clone(), rooms: vec![Held { room, after }] }).await;
        self.expect("an answer to resume", |frame| match frame {
            ServerFrame::MessageHistory { .. } | ServerFrame::Gap { .. } | ServerFrame::Room(_) => Some(frame.clone()),
            _ => None,
        })
        .await
    }

    /// The first frame for which `wanted` gives something, among those kept and those still to come.
    pub async fn expect<T>(&mut self, what: &str, mut wanted: impl FnMut(&ServerFrame) -> Option<T>) -> T {
        for place in 0..self.heard.len() {
            if let Some(found) = wanted(&self.heard[place]) {
                self.heard.remove(place);
                return found;
            }
        }
        let until = tokio::time::Instant::now() + DEADLINE;
        loop {
            let Ok(read) = tokio::time::timeout_at(until, self.read()).await else {
                panic!("waited for {what}; came: {}", brief(&self.heard))
            };
            let frame = read.unwrap_or_else(|closed| panic!("closed while waiting for {what}: {}", brief(&closed)));
            match wanted(&frame) {
                Some(found) => return found,
                None => self.heard.push_back(frame),
            }
        }
    }

    /// The very next frame.
    pub async fn next(&mut self) -> ServerFrame {
        match self.heard.pop_front() {
            Some(frame) => frame,
            None => within("a frame", self.read()).await.expect("the socket is open"),
        }
    }

    /// Everything that the server had to say until now: all frames up to the answer to a ping. Forgets them.
    pub async fn hush(&mut self) -> Vec<ServerFrame> {
        self.pings += 1;
        let n = self.pings;
        self.send(&ClientFrame::Ping { n }).await;
        let mut heard: Vec<_> = self.heard.drain(..).collect();
        loop {
            match within("a pong", self.read()).await.expect("the socket is open") {
                ServerFrame::Pong { n: answered, .. } if answered == n => return heard,
                frame => heard.push(frame),
            }
        }
    }

    /// Reads on until the server closes.
    pub async fn closed(&mut self) -> Closed {
        let mut frames: Vec<_> = self.heard.drain(..).collect();
        loop {
            match within("the close", self.read()).await {
                Ok(frame) => frames.push(frame),
                Err(closed) => return Closed { frames, ..closed },
            }
        }
    }

    /// Waits until the server has cut the connection, without reading from it (so no ping is answered).
    pub async fn gone_without_reading(&mut self) {
        let tcp = self.stream.get_ref();
        loop {
            let ready = tcp.ready(tokio::io::Interest::READABLE).await.unwrap();
            if ready.is_read_closed() {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    async fn read(&mut self) -> Result<ServerFrame, Closed> {
        let closed = |code, reason| Closed { code, reason, frames: Vec::new() };
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(frame))) => {
                    // The answer to the close leaves with the next read.
                    let _ = tokio::time::timeout(DEADLINE, self.stream.next()).await;
                    let frame = frame.map(|frame| (u16::from(frame.code), frame.reason.to_string()));
                    return Err(closed(
                        frame.as_ref().map(|(code, _)| *code),
                        frame.map(|(_, word)| word).unwrap_or_default(),
                    ));
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(other)) => panic!("the server never sends {other:?}"),
                Some(Err(_)) | None => return Err(closed(None, String::new())),
            }
        }
    }
}

/// What is told of it when a test fails: messages may be long.
pub fn brief(what: &impl std::fmt::Debug) -> String {
    format!("{what:?}").chars().take(1_000).collect()
}

/// A cid of its own.
pub fn fresh_cid() -> Cid {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Cid::new(i64::try_from(now.as_millis()).unwrap(), rand::random())
}
