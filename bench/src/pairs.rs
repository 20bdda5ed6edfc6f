//! A hundred pairs talking: each side sends its next message when the last is acked. Rule: a message counts when it is
//! acked and the other side holds it.

use crate::{
    Failure,
    people::{Person, Socket, client},
    server::Server,
};
use futures::{SinkExt, StreamExt, future::try_join_all};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;
use wire::{Cid, RoomId};

const PAIRS: usize = 100;
const WARM_UP: Duration = Duration::from_secs(1);
/// Short enough that no socket sends more than its 50 frames a second on average over ten seconds, and is cut off for it.
const MEASURED: Duration = Duration::from_secs(4);
const TEXT: &str =
    "See you at the station at ten past eight, platform four. I bring the tickets and something to read.";

/// What all talkers look at.
struct Clock {
    measuring: AtomicBool,
    stopping: AtomicBool,
}

/// What one side saw.
#[derive(Default)]
struct Tally {
    acked: u64,
    received: u64,
    waits_us: Vec<u32>,
}

pub async fn run(server: &Server) -> Result<(), Failure> {
    let talkers = meet(server).await?;
    let clock = Arc::new(Clock { measuring: AtomicBool::new(false), stopping: AtomicBool::new(false) });
    let tasks: Vec<_> = talkers
        .into_iter()
        .enumerate()
        .map(|(number, (socket, room))| tokio::spawn(talk(socket, room, number, clock.clone())))
        .collect();
    sleep(WARM_UP).await;
    clock.measuring.store(true, Ordering::Relaxed);
    let (start, cpu_s) = (Instant::now(), server.cpu_s()?);
    sleep(MEASURED).await;
    let (wall_s, cpu_s) = (start.elapsed().as_secs_f64(), server.cpu_s()? - cpu_s);
    clock.measuring.store(false, Ordering::Relaxed);
    clock.stopping.store(true, Ordering::Relaxed);
    let mut all = Tally::default();
    for tally in try_join_all(tasks).await? {
        let tally = tally?;
        all.acked += tally.acked;
        all.received += tally.received;
        all.waits_us.extend(tally.waits_us);
    }
    print(&mut all, wall_s, cpu_s, server.rss_kb()?);
    Ok(())
}

fn print(all: &mut Tally, wall_s: f64, cpu_s: f64, rss_kb: f64) {
    all.waits_us.sort_unstable();
    let wait_ms = |share: f64| {
        let place = (all.waits_us.len() as f64 * share) as usize;
        all.waits_us.get(place).map_or(0.0, |us| f64::from(*us) / 1_000.0)
    };
    println!("{PAIRS} pairs, acked per server CPU s  {:>10.0}", all.acked as f64 / cpu_s);
    println!("acked per second of wall clock    {:>10.0}", all.acked as f64 / wall_s);
    println!("received by the other side        {:>10.0} of {}", all.received, all.acked);
    println!(
        "ack p50 / p99 / p99.9             {:>10.2} / {:.2} / {:.2} ms",
        wait_ms(0.5),
        wait_ms(0.99),
        wait_ms(0.999)
    );
    println!("CPUs busy in the server           {:>10.2}", cpu_s / wall_s);
    println!("memory of the server              {:>10.1} MB", rss_kb / 1_024.0);
}

/// Two sockets and a room for each pair.
async fn meet(server: &Server) -> Result<Vec<(Socket, RoomId)>, Failure> {
    let client = client()?;
    let mut talkers = Vec::new();
    for number in 0..PAIRS {
        let one = Person::register(&client, server.address, format!("one{number}")).await?;
        let other = Person::register(&client, server.address, format!("other{number}")).await?;
        let room = one.room_with(&other).await?;
        talkers.push((one.socket().await?, room));
        talkers.push((other.socket().await?, room));
    }
    Ok(talkers)
}

async fn talk(mut socket: Socket, room: RoomId, number: usize, clock: Arc<Clock>) -> Result<Tally, Failure> {
    let mut tally = Tally::default();
    let mark = format!(" #{number}.");
    let mut count = 0;
    while !clock.stopping.load(Ordering::Relaxed) {
        count += 1;
        let own = cid(number, count).to_string();
        let frame = format!(r#"{{"type":"chat_message","cid":"{own}","room":{room},"content":"{TEXT}{mark}"}}"#);
        let sent = Instant::now();
        socket.send(Message::text(frame)).await?;
        loop {
            let message = socket.next().await.ok_or("the server closed")??;
            let Message::Text(text) = message else { continue };
            let is_measuring = clock.measuring.load(Ordering::Relaxed);
            if text.starts_with(r#"{"type":"ack""#) {
                if is_measuring {
                    tally.acked += 1;
                    tally.waits_us.push(u32::try_from(sent.elapsed().as_micros())?);
                }
                break;
            }
            if text.starts_with(r#"{"type":"event""#) {
                tally.received += u64::from(is_measuring && !text.contains(&mark));
            } else if text.starts_with(r#"{"type":"refused""#) || text.starts_with(r#"{"type":"slow_down""#) {
                return Err(format!("not acked: {text}").into());
            }
        }
    }
    Ok(tally)
}

fn cid(number: usize, count: u64) -> Cid {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let mut random = [0; 10];
    random[..2].copy_from_slice(&(number as u16).to_be_bytes());
    random[2..].copy_from_slice(&count.to_be_bytes());
    Cid::new(i64::try_from(now.as_millis()).unwrap_or_default(), random)
}
