//! A bot on the client core: whoever writes `!echo something` gets it back, once.
//!
//! `TWOTICK_URL=http://127.0.0.1:3000 BOT_USERNAME=echo BOT_PASSWORD=… cargo run --example bot`
//!
//! Rule: the core decides what to send, when to connect and what to ask for, as it does in a browser; here is only what carries it. An
//! answer's id is made of what it answers, so that a bot that was killed in the middle answers again and is heard once.

use client::{Client, HttpTrouble, Input, OutboxChange, Output, Part};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{collections::HashMap, env, error::Error, time::Duration};
use tokio::{net::TcpStream, sync::mpsc};
use tokio_tungstenite::{
    client_async,
    tungstenite::{Message, client::IntoClientRequest},
};
use wire::{
    Cid, Event, EventKind, HistoryPage, Person, RoomId, Seq, Time, UserId,
    frame::{ClientFrame, ServerFrame},
    read::Tree,
};

const ASKED: &str = "!echo ";
/// What browsers say when a connection ended without a word.
const ABNORMAL: u16 = 1006;

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let url = env::var("TWOTICK_URL").unwrap_or_else(|_| "http://127.0.0.1:3000".to_owned());
    let account = json!({ "username": env::var("BOT_USERNAME")?, "password": env::var("BOT_PASSWORD").ok() });
    let api = Api { url, http: reqwest::Client::new() };
    let signed_in = api.post("/token", None, account).await?;
    let mut bot = Bot::new(api, &signed_in)?;
    println!("{} listens", bot.me.username);
    bot.run().await
}

fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// JSON over HTTP.
#[derive(Clone)]
struct Api {
    url: String,
    http: reqwest::Client,
}

impl Api {
    async fn get(&self, path: &str, access: &str) -> Result<Value, Failure> {
        self.answer(self.http.get(format!("{}/api/v1{path}", self.url)).bearer_auth(access)).await
    }

    async fn post(&self, path: &str, access: Option<&str>, body: Value) -> Result<Value, Failure> {
        let request = self.http.post(format!("{}/api/v1{path}", self.url)).header("content-type", "application/json");
        let request = request.body(body.to_string());
        self.answer(match access {
            Some(access) => request.bearer_auth(access),
            None => request,
        })
        .await
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Result<Value, Failure> {
        let response = request.send().await?;
        let (status, text) = (response.status(), response.text().await?);
        if !status.is_success() {
            return Err(format!("{status}: {text}").into());
        }
        Ok(serde_json::from_str(&text)?)
    }
}

/// What happens outside, on its way to the core.
enum Heard {
    Frame(Box<ServerFrame>),
    Opened,
    Garbage,
    Closed(u16),
}

struct Bot {
    api: Api,
    me: Person,
    access: String,
    refresh: String,
    core: Client,
    /// The way to the socket that is open.
    socket: Option<mpsc::UnboundedSender<ClientFrame>>,
    told: mpsc::UnboundedSender<(u64, Heard)>,
    heard: mpsc::UnboundedReceiver<(u64, Heard)>,
    /// Which socket it is: nothing of an earlier one is heard any more.
    turn: u64,
    /// What each answer on its way answers.
    answering: HashMap<Cid, (RoomId, Seq)>,
}

impl Bot {
    fn new(api: Api, signed_in: &Value) -> Result<Self, Failure> {
        let word = |name: &str| signed_in[name].as_str().map(str::to_owned).ok_or("no token");
        let user = &signed_in["user"];
        let me = Person {
            id: UserId(user["id"].as_i64().ok_or("no id")?),
            username: user["username"].as_str().unwrap_or_default().to_owned(),
            display_name: user["display_name"].as_str().unwrap_or_default().to_owned(),
            avatar: None,
            status: String::new(),
        };
        let core = Client::new(me.clone(), rand::random(), now_ms());
        let (told, heard) = mpsc::unbounded_channel();
        Ok(Self {
            api,
            me,
            access: word("access_token")?,
            refresh: word("refresh_token")?,
            core,
            socket: None,
            told,
            heard,
            turn: 0,
            answering: HashMap::new(),
        })
    }

    async fn run(&mut self) -> Result<(), Failure> {
        self.core.handle(Input::Start, now_ms());
        loop {
            while let Some(output) = self.core.poll() {
                self.carry(output).await?;
            }
            let wait_ms = self.core.deadline_ms().map_or(60_000, |at_ms| (at_ms - now_ms()).max(0));
            let input = tokio::select! {
                heard = self.heard.recv() => match heard {
                    Some((turn, heard)) if turn == self.turn => self.hear(heard).await?,
                    _ => continue,
                },
                () = tokio::time::sleep(Duration::from_millis(wait_ms.unsigned_abs())) => Input::Tick,
            };
            self.core.handle(input, now_ms());
        }
    }

    /// Does what the core asks for. This bot speaks over the socket only: whatever goes another way has to wait for one.
    async fn carry(&mut self, output: Output) -> Result<(), Failure> {
        let input = match output {
            Output::Connect => {
                self.connect().await;
                return Ok(());
            }
            Output::CloseSocket => {
                (self.socket, self.turn) = (None, self.turn + 1);
                return Ok(());
            }
            Output::Send(frame) => {
                // On a socket that has just ended it is as one that is lost on the way.
                if let Some(socket) = &self.socket {
                    let _ = socket.send(frame);
                }
                return Ok(());
            }
            Output::SignedOut => return Err("The session has ended: sign in again.".into()),
            Output::Notice(refusal) => {
                eprintln!("{}", refusal.message);
                return Ok(());
            }
            Output::Poll { .. } => Input::PollFailed(HttpTrouble::Unreachable),
            Output::SendOverHttp(waiting) => {
                Input::SendAnswered { cid: waiting.cid, answer: Err(HttpTrouble::Unreachable) }
            }
            Output::FetchOlder { room, before } => {
                Input::HistoryFailed { room, part: Part::Before(before), trouble: HttpTrouble::Unreachable }
            }
            Output::FetchNewer { room, after } => {
                Input::HistoryFailed { room, part: Part::After(after), trouble: HttpTrouble::Unreachable }
            }
            // It is in the log: what it answers needs no further answer, also after a restart.
            Output::Store(OutboxChange::Settled { cid, .. }) => return self.settled(cid).await,
            _ => return Ok(()),
        };
        self.core.handle(input, now_ms());
        Ok(())
    }

    /// Opens a socket with a fresh token and listens to it.
    async fn connect(&mut self) {
        self.turn += 1;
        let (frames, outgoing) = mpsc::unbounded_channel();
        self.socket = Some(frames);
        if let Ok(pair) = self.api.post("/token/refresh", None, json!({ "refresh_token": self.refresh })).await {
            let word = |name: &str| pair[name].as_str().unwrap_or_default().to_owned();
            (self.access, self.refresh) = (word("access_token"), word("refresh_token"));
        }
        let (turn, told) = (self.turn, self.told.clone());
        let (url, access) = (self.api.url.clone(), self.access.clone());
        tokio::spawn(async move {
            let tell = |heard| told.send((turn, heard)).is_ok();
            let code = listen(&url, &access, outgoing, tell).await.unwrap_or(ABNORMAL);
            tell(Heard::Closed(code));
        });
    }

    /// What the core is to know of it, after the bot itself has looked.
    async fn hear(&mut self, heard: Heard) -> Result<Input, Failure> {
        Ok(match heard {
            Heard::Opened => Input::SocketOpened,
            Heard::Garbage => Input::SocketGarbage,
            Heard::Closed(code) => Input::SocketClosed { code },
            Heard::Frame(frame) => {
                match &*frame {
                    ServerFrame::Event(event) => self.look(event),
                    ServerFrame::Welcome { .. } => self.catch_up().await?,
                    _ => {}
                }
                Input::SocketFrame(*frame)
            }
        })
    }

    /// What was asked while the bot was away is what it has not read.
    async fn catch_up(&mut self) -> Result<(), Failure> {
        let rooms = self.api.get("/rooms", &self.access).await?;
        for row in rooms["rooms"].as_array().into_iter().flatten() {
            let (Some(room), Some(mut after)) = (row["id"].as_i64(), row["unread"]["read"].as_i64()) else { continue };
            if row["unread"]["count"] == 0 {
                continue;
            }
            loop {
                let page =
                    self.api.get(&format!("/rooms/{room}/messages?after={after}&limit=200"), &self.access).await?;
                let page: HistoryPage = wire::read::json(&page.to_string()).ok_or("a page that cannot be read")?;
                page.events.iter().for_each(|event| self.look(event));
                after = page.to.0;
                if page.to >= page.head {
                    break;
                }
            }
        }
        Ok(())
    }

    fn look(&mut self, event: &Event) {
        let said = event.message.as_ref().filter(|_| event.kind == EventKind::Message && event.author.id != self.me.id);
        let Some(asked) = said.and_then(|said| said.content.strip_prefix(ASKED)) else { return };
        let cid = answer_to(event.room, event.seq, event.at);
        self.answering.insert(cid, (event.room, event.seq));
        let (content, reply_to) = (asked.to_owned(), Some(event.seq));
        self.core.handle(Input::Send { cid, room: event.room, content, reply_to, more: Tree::Nothing }, now_ms());
    }

    async fn settled(&mut self, cid: Cid) -> Result<(), Failure> {
        let Some((room, seq)) = self.answering.remove(&cid) else { return Ok(()) };
        let read = json!({ "rooms": [{ "room": room, "seq": seq }] });
        self.api.post("/cursors/read", Some(&self.access), read).await?;
        Ok(())
    }
}

/// The same id each time for the same question.
fn answer_to(room: RoomId, seq: Seq, at: Time) -> Cid {
    let hash = Sha256::digest(format!("echo {room} {seq} {at}"));
    let mut random = [0; 10];
    random.copy_from_slice(&hash[..10]);
    Cid::new(at.0, random)
}

/// One socket, until it ends; its close code, if there was one.
async fn listen(
    url: &str,
    access: &str,
    mut outgoing: mpsc::UnboundedReceiver<ClientFrame>,
    tell: impl Fn(Heard) -> bool,
) -> Result<u16, Failure> {
    let address = url.trim_start_matches("http://");
    let mut request = format!("ws://{address}/ws").into_client_request()?;
    request.headers_mut().insert("authorization", format!("Bearer {access}").parse()?);
    let (mut socket, _) = client_async(request, TcpStream::connect(address).await?).await?;
    tell(Heard::Opened);
    loop {
        tokio::select! {
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    if !tell(wire::read::json(&text).map_or(Heard::Garbage, |frame| Heard::Frame(Box::new(frame)))) {
                        return Ok(ABNORMAL);
                    }
                }
                Some(Ok(Message::Close(end))) => return Ok(end.map_or(ABNORMAL, |end| end.code.into())),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.into()),
                None => return Ok(ABNORMAL),
            },
            frame = outgoing.recv() => match frame {
                Some(frame) => socket.send(Message::text(wire::write::json(&frame))).await?,
                // The core has closed it.
                None => return Ok(ABNORMAL),
            },
        }
    }
}
