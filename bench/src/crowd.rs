//! One room with many people in it: what a message to all of them costs, and what their coming at once does. Rule: nobody may
//! miss a message.

use crate::{
    Failure,
    fill::{self, Size},
    people::{Person, Socket, client},
    server::Server,
};
use futures::{SinkExt, StreamExt, future::try_join_all};
use std::{path::Path, time::Instant};
use tokio_tungstenite::tungstenite::Message;
use wire::Cid;

/// People in the room, and as many sockets.
const CROWDS: [usize; 2] = [100, 1_000];
const MESSAGES: u32 = 50;
/// Who comes at the same moment.
const AT_ONCE: usize = 100;

pub async fn run(binary: &Path) -> Result<(), Failure> {
    for people in CROWDS {
        let data = tempfile::tempdir()?;
        // One hall with everybody in it, and a few pairs.
        let size = Size { people: people.max(20), rooms: 10, events: 1_000, seed: 1 };
        let filled = fill::fill(&format!("sqlite:{}", data.path().join("twotick.db").display()), size).await?;
        let server = Server::start_on(binary, data).await?;
        let client = client()?;
        let mut sockets = come(&server, &client, &filled.hall_people).await?;
        say(&server, &mut sockets).await?;
    }
    Ok(())
}

/// Everybody signs in, and then all come, [`AT_ONCE`] at a time.
async fn come(server: &Server, client: &reqwest::Client, users: &[wire::UserId]) -> Result<Vec<Socket>, Failure> {
    let mut people = Vec::new();
    for user in users {
        people.push(Person::log_in(client, server.address, fill::username(*user)).await?);
    }
    let (begun, cpu_s) = (Instant::now(), server.cpu_s()?);
    let (mut sockets, mut bytes) = (Vec::new(), 0);
    for people in people.chunks(AT_ONCE) {
        for (socket, welcome) in try_join_all(people.iter().map(Person::welcome)).await? {
            bytes += welcome.len();
            sockets.push(socket);
        }
    }
    let count = sockets.len();
    let (wall_s, cpu_s) = (begun.elapsed().as_secs_f64(), server.cpu_s()? - cpu_s);
    println!("{count} people came in              {wall_s:>10.2} s, {cpu_s:.2} CPU s");
    println!("  connects per server CPU second  {:>10.0}", count as f64 / cpu_s);
    println!("  bytes of welcome for each       {:>10}", bytes / count);
    let (mut frames, mut bytes) = (0, 0);
    for heard in try_join_all(sockets.iter_mut().map(until_pong)).await? {
        frames += heard.0;
        bytes += heard.1;
    }
    println!("  frames of presence for each     {:>10.1}, {} bytes", frames as f64 / count as f64, bytes / count);
    Ok(sockets)
}

/// What a socket hears until it answers a ping that is sent now.
async fn until_pong(socket: &mut Socket) -> Result<(usize, usize), Failure> {
    // What is collected for a quarter of a second has been told by then.
    tokio::time::sleep(std::time::Duration::from_millis(1_000)).await;
    socket.send(Message::text(r#"{"type":"ping","n":1}"#)).await?;
    let mut heard = (0, 0);
    while let Some(message) = socket.next().await {
        if let Message::Text(text) = message? {
            if text.starts_with(r#"{"type":"pong""#) {
                return Ok(heard);
            }
            heard = (heard.0 + 1, heard.1 + text.len());
        }
    }
    Err("the socket ended".into())
}

/// One of them writes, all hear it; one message after the other.
async fn say(server: &Server, sockets: &mut [Socket]) -> Result<(), Failure> {
    let count = sockets.len();
    let (begun, cpu_s) = (Instant::now(), server.cpu_s()?);
    for number in 0..MESSAGES {
        let mut random = [0; 10];
        random[..4].copy_from_slice(&number.to_be_bytes());
        let cid = Cid::new(1_795_168_799_123, random);
        let frame = serde_json::json!({
            "type": "chat_message", "cid": cid, "room": fill::HALL,
            "message_type": "text", "content": "See you at the station at ten past eight.",
        });
        sockets[0].send(Message::text(frame.to_string())).await?;
        let mark = cid.to_string();
        try_join_all(sockets.iter_mut().map(|socket| hear(socket, &mark))).await?;
    }
    let (wall_s, cpu_s) = (begun.elapsed().as_secs_f64(), server.cpu_s()? - cpu_s);
    let messages = f64::from(MESSAGES);
    println!(
        "  one message to {count} sockets   {:>10.2} ms, {:.2} CPU ms",
        wall_s * 1e3 / messages,
        cpu_s * 1e3 / messages
    );
    println!("  deliveries per server CPU s     {:>10.0}", messages * count as f64 / cpu_s);
    Ok(())
}

async fn hear(socket: &mut Socket, mark: &str) -> Result<(), Failure> {
    while let Some(message) = socket.next().await {
        if let Message::Text(text) = message?
            && text.starts_with(r#"{"type":"event""#)
            && text.contains(mark)
        {
            return Ok(());
        }
    }
    Err("a socket ended before it heard".into())
}
