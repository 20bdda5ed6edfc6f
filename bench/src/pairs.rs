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

pub const PAIRS: usize = 100;
const WARM_UP: Duration = Duration::from_secs(1);
/// Short enough that no socket sends more than its 50 frames a second on average over ten seconds, and is cut off for it.
const MEASURED: Duration = Duration::from_secs(4);
pub const TEXT: &str =
    "See you at the station at ten past eight, platform four. I bring the tickets and something to read.";

/// What all talkers look at.
#[derive(Default)]
pub struct Clock {
    measuring: AtomicBool,
    stopping: AtomicBool,
}

impl Clock {
    /// Whether what is done now counts.
    pub fn is_measuring(&self) -> bool {
        self.measuring.load(Ordering::Relaxed)
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}

/// What one side saw.
#[derive(Default)]
pub struct Tally {
    pub acked: u64,
    pub received: u64,
    pub waits_us: Vec<u32>,
}

impl Tally {
    /// Something that was sent then is answered.
    pub fn answered(&mut self, sent: Instant) {
        self.acked += 1;
        self.waits_us.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
}

/// What all saw together, and the seconds that it took.
pub struct Measured {
    pub all: Tally,
    pub wall_s: f64,
    pub cpu_s: f64,
}

pub async fn run(server: &Server) -> Result<(), Failure> {
    let talkers = meet(server, "pair").await?;
    let clock = Arc::<Clock>::default();
    let talking = talkers.into_iter().enumerate().map(|(number, talker)| {
        let Talker { socket, room, .. } = talker;
        talk(socket, room, number, clock.clone())
    });
    let measured = measure(server, &clock, talking).await?;
    print(measured, server.rss_kb()?);
    Ok(())
}

/// Lets all of them go on until the time is over.
pub async fn measure<Talk>(
    server: &Server,
    clock: &Clock,
    talking: impl Iterator<Item = Talk>,
) -> Result<Measured, Failure>
where
    Talk: Future<Output = Result<Tally, Failure>> + Send + 'static,
{
    let tasks: Vec<_> = talking.map(tokio::spawn).collect();
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
    all.waits_us.sort_unstable();
    Ok(Measured { all, wall_s, cpu_s })
}

fn print(Measured { all, wall_s, cpu_s }: Measured, rss_kb: f64) {
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

/// One side of a pair.
pub struct Talker {
    pub person: Person,
    pub socket: Socket,
    pub room: RoomId,
}

/// Two sockets and a room for each pair.
pub async fn meet(server: &Server, name: &str) -> Result<Vec<Talker>, Failure> {
    let client = client()?;
    let mut talkers = Vec::new();
    for number in 0..PAIRS {
        let one = Person::register(&client, server.address, format!("{name}{number}a")).await?;
        let other = Person::register(&client, server.address, format!("{name}{number}b")).await?;
        let room = one.room_with(&other).await?;
        for person in [one, other] {
            talkers.push(Talker { socket: person.socket().await?, person, room });
        }
    }
    Ok(talkers)
}

/// Sends by the socket, one message after the other.
pub async fn talk(mut socket: Socket, room: RoomId, number: usize, clock: Arc<Clock>) -> Result<Tally, Failure> {
    let mut tally = Tally::default();
    let mark = format!(" #{number}.");
    let mut count = 0;
    while !clock.is_over() {
        count += 1;
        let own = cid(number, count).to_string();
        let frame = format!(r#"{{"type":"chat_message","cid":"{own}","room":{room},"content":"{TEXT}{mark}"}}"#);
        let sent = Instant::now();
        socket.send(Message::text(frame)).await?;
        loop {
            let message = socket.next().await.ok_or("the server closed")??;
            let Message::Text(text) = message else { continue };
            let is_measuring = clock.is_measuring();
            if text.starts_with(r#"{"type":"ack""#) {
                if is_measuring {
                    tally.answered(sent);
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
