//! How many messages the log stores and hands to sockets per second of processor time: pairs in a closed loop, each
//! writing as soon as its last message is acked. Rule: it prints, it asserts nothing.
//!
//! `cargo run --release -p domain --example append -- [pairs] [seconds] [read] [database url]`; with `read`, everybody
//! marks as read what arrives.

use domain::{Chat, Draft, NewAccount, Next, Settings, Viewer};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use wire::{Cid, RoomId, Seq};

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Default)]
struct Tally {
    is_measuring: AtomicBool,
    is_over: AtomicBool,
    frames: AtomicU64,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let pairs: u64 = arguments.next().map_or(Ok(100), |text| text.parse())?;
    let seconds: u64 = arguments.next().map_or(Ok(10), |text| text.parse())?;
    let mut arguments = arguments.peekable();
    let is_reading = arguments.next_if(|text| text == "read").is_some();
    let folder = std::env::temp_dir().join(format!("twotick-append-{}", std::process::id()));
    let url = arguments.next().unwrap_or_else(|| format!("sqlite:{}", folder.join("append.db").display()));
    let mut settings = Settings::new(url);
    settings.passwordless = true;
    settings.sends_per_window_max = u32::MAX;
    let chat = Chat::open(settings).await?;
    // As the server does beside it.
    chat.start_indexing();
    let tally = Arc::new(Tally::default());
    let mut writers = Vec::new();
    for pair in 0..pairs {
        let (room, one, other) = acquaint(&chat, pair).await?;
        for viewer in [&one, &other] {
            let read = is_reading.then_some(room);
            tokio::spawn(listen(chat.clone(), viewer.clone(), read, tally.clone()));
        }
        writers.push((pair, room, one));
    }
    let writers: Vec<_> = writers
        .into_iter()
        .map(|(pair, room, ann)| tokio::spawn(write(chat.clone(), pair, room, ann, tally.clone())))
        .collect();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (begun, cpu, frames) = (Instant::now(), cpu_seconds()?, tally.frames.load(Ordering::Relaxed));
    tally.is_measuring.store(true, Ordering::Relaxed);
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    tally.is_measuring.store(false, Ordering::Relaxed);
    let (wall, cpu) = (begun.elapsed().as_secs_f64(), cpu_seconds()? - cpu);
    let frames = tally.frames.load(Ordering::Relaxed) - frames;
    tally.is_over.store(true, Ordering::Relaxed);
    let mut waits = Vec::new();
    for writer in writers {
        waits.extend(writer.await??);
    }
    chat.close().await;
    let _ = std::fs::remove_dir_all(&folder);
    report(waits, wall, cpu, frames);
    Ok(())
}

async fn acquaint(chat: &Chat, pair: u64) -> Result<(RoomId, Viewer, Viewer), Failure> {
    let account = |name: String| NewAccount { username: name, display_name: None, password: None };
    let one = chat.register(account(format!("one{pair}"))).await?.viewer;
    let other = chat.register(account(format!("other{pair}"))).await?.viewer;
    chat.request_connection(&one, &other.username).await?;
    chat.accept_connection(&other, &one.username).await?;
    let room = chat.direct_room(&one, &other.username).await?;
    Ok((room, one, other))
}

async fn listen(chat: Chat, viewer: Viewer, read: Option<RoomId>, tally: Arc<Tally>) -> Result<(), domain::Error> {
    let attachment = chat.attach(&viewer).await?;
    while let Next::Frames(frames) = attachment.next().await {
        tally.frames.fetch_add(frames.len() as u64, Ordering::Relaxed);
        let last = frames.iter().rev().find_map(|frame| position(frame));
        if let (Some(room), Some(seq)) = (read, last) {
            chat.mark_read(&viewer, room, seq).await?;
        }
    }
    Ok(())
}

/// Of an event; read without a parser, whose cost is not what is measured.
fn position(frame: &str) -> Option<Seq> {
    let rest = frame.strip_prefix("{\"type\":\"event\"")?.split_once("\"seq\":")?.1;
    rest.split_once(',')?.0.parse().ok()
}

async fn write(chat: Chat, pair: u64, room: RoomId, ann: Viewer, tally: Arc<Tally>) -> Result<Vec<Duration>, Failure> {
    let mut waits = Vec::new();
    for number in 0_u64.. {
        if tally.is_over.load(Ordering::Relaxed) {
            break;
        }
        let mut random = [0; 10];
        random[..8].copy_from_slice(&((pair << 40) | number).to_be_bytes());
        let now_ms = i64::try_from(std::time::UNIX_EPOCH.elapsed()?.as_millis())?;
        let content = format!("the quick brown fox jumps over the lazy dog, time {number}");
        let begun = Instant::now();
        let cid = Cid::new(now_ms, random);
        chat.append(&ann, Draft::text(cid, room, content)).await?;
        if tally.is_measuring.load(Ordering::Relaxed) {
            waits.push(begun.elapsed());
        }
    }
    Ok(waits)
}

fn report(mut waits: Vec<Duration>, wall: f64, cpu: f64, frames: u64) {
    waits.sort();
    let appends = waits.len() as f64;
    let at = |share: f64| waits.get((appends * share) as usize).copied().unwrap_or_default().as_secs_f64() * 1e3;
    println!("{:.0} appends and {:.0} frames per CPU second; {:.1} CPU s", appends / cpu, frames as f64 / cpu, cpu);
    println!("{:.0} appends per second; ack p50 {:.1} ms, p99 {:.1} ms", appends / wall, at(0.5), at(0.99));
}

/// User and system time of this process so far, from the kernel's ticks of a hundredth of a second.
fn cpu_seconds() -> Result<f64, Failure> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: Vec<f64> = fields.skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
    Ok(ticks.iter().sum::<f64>() / 100.0)
}
