//! What pages cost as histories grow: the same people and rooms with a thousand, a hundred thousand and a million events. Rule:
//! each figure is of one warm server, asked by one client at a time.

use crate::{
    Failure,
    fill::{self, Size},
    people::{Person, client},
    server::Server,
};
use futures::{SinkExt, StreamExt};
use std::{path::Path, time::Instant};
use tokio_tungstenite::tungstenite::Message;

const EVENTS: [usize; 3] = [1_000, 100_000, 1_000_000];
const WARM_UP: usize = 10;
const REQUESTS: usize = 100;
/// Events that somebody has missed who comes back.
const MISSED: i64 = 150;

/// Something that is asked again and again.
enum Question {
    Page(&'static str, String),
    Welcome(&'static str),
    CatchUp(&'static str),
}

/// What it cost.
struct Cost {
    p50_ms: f64,
    p95_ms: f64,
    cpu_ms: f64,
    bytes: usize,
}

pub async fn run(binary: &Path) -> Result<(), Failure> {
    println!("{:<44} {:>9} {:>8} {:>8} {:>8} {:>9}", "", "events", "p50 ms", "p95 ms", "CPU ms", "bytes");
    for events in EVENTS {
        let data = tempfile::tempdir()?;
        let size = Size { events, ..Size::default() };
        let filled = fill::fill(&format!("sqlite:{}", data.path().join("twotick.db").display()), size).await?;
        let server = Server::start_on(binary, data).await?;
        let client = client()?;
        let busy = Person::log_in(&client, server.address, fill::username(fill::BUSY)).await?;
        let guest = Person::log_in(&client, server.address, fill::username(filled.guest)).await?;
        let (hall, middle) = (fill::HALL, (filled.hall_head.0 / 2).max(1));
        let page = |name, path: &str| Question::Page(name, path.to_owned());
        let of_busy = [
            page("inbox of 1,000 rooms", "/"),
            page("the largest room, beside that inbox", &format!("/r/{hall}")),
            page("lobby", "/rooms"),
            Question::Welcome("socket and welcome, 1,000 rooms"),
        ];
        let of_guest = [
            page("inbox of a few rooms", "/"),
            page("the largest room, its end", &format!("/r/{hall}")),
            page("the largest room, its middle", &format!("/r/{hall}?before={middle}")),
            page("who has read a message in its middle", &format!("/r/{hall}/receipts/{middle}")),
            page("its details, 1,000 members", &format!("/r/{hall}/details")),
            page("people", "/people"),
            Question::Welcome("socket and welcome"),
            Question::CatchUp("catching up with 150 events"),
        ];
        for (person, questions) in [(&busy, &of_busy[..]), (&guest, &of_guest[..])] {
            // A log of one event has no message in its middle.
            for question in questions.iter().filter(|question| filled.hall_head.0 > 1 || !question.is_of_message()) {
                let cost = measure(&server, person, question, filled.hall_head.0).await?;
                let Cost { p50_ms, p95_ms, cpu_ms, bytes } = cost;
                let name = question.name();
                println!("{name:<44} {events:>9} {p50_ms:>8.2} {p95_ms:>8.2} {cpu_ms:>8.2} {bytes:>9}");
            }
        }
    }
    Ok(())
}

impl Question {
    fn name(&self) -> &'static str {
        match self {
            Self::Page(name, _) | Self::Welcome(name) | Self::CatchUp(name) => name,
        }
    }

    fn is_of_message(&self) -> bool {
        matches!(self, Self::Page(_, path) if path.contains("/receipts/"))
    }

    /// Asks once; how many bytes the answer had.
    async fn ask(&self, person: &Person, head: i64) -> Result<usize, Failure> {
        match self {
            Self::Page(_, path) => Ok(person.page(path).await?.len()),
            Self::Welcome(_) => Ok(person.welcome().await?.1.len()),
            Self::CatchUp(_) => {
                let (mut socket, welcome) = person.welcome().await?;
                let welcome: serde_json::Value = serde_json::from_str(&welcome)?;
                let held = serde_json::json!({ "room": fill::HALL, "after": (head - MISSED).max(0) });
                let resume = serde_json::json!({ "type": "resume", "epoch": welcome["epoch"], "rooms": [held] });
                socket.send(Message::text(resume.to_string())).await?;
                while let Some(message) = socket.next().await {
                    if let Message::Text(text) = message?
                        && text.starts_with(r#"{"type":"message_history""#)
                    {
                        return Ok(text.len());
                    }
                }
                Err("the socket ended".into())
            }
        }
    }
}

async fn measure(server: &Server, person: &Person, question: &Question, head: i64) -> Result<Cost, Failure> {
    let mut bytes = 0;
    for _ in 0..WARM_UP {
        bytes = question.ask(person, head).await?;
    }
    let before_cpu_s = server.cpu_s()?;
    let mut waits_ms = Vec::with_capacity(REQUESTS);
    for _ in 0..REQUESTS {
        let begun = Instant::now();
        question.ask(person, head).await?;
        waits_ms.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    let cpu_ms = (server.cpu_s()? - before_cpu_s) * 1e3 / REQUESTS as f64;
    waits_ms.sort_by(f64::total_cmp);
    Ok(Cost { p50_ms: waits_ms[REQUESTS / 2], p95_ms: waits_ms[REQUESTS * 95 / 100], cpu_ms, bytes })
}
