//! `bench fill`: a database as years of use would leave it, in a minute. Rule: the same sizes and the same seed give the same
//! rows, and what they say holds together: logs are dense, intervals match what the events tell.

mod chance;
mod room;
mod words;

use crate::Failure;
use chance::Chance;
use domain::{
    Settings,
    bulk::{Batch, Bulk, Entry, Somebody},
};
use room::{Plan, Shape};
use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    time::{Instant, SystemTime, UNIX_EPOCH},
};
use wire::{RoomId, Seq, Time, UserId};

/// Who is in every room.
pub const BUSY: UserId = UserId(2);
/// Owns every hall.
pub const HOST: UserId = UserId(1);
/// The largest room: the first.
pub const HALL: RoomId = RoomId(1);
/// Members of a hall, if there are as many people.
const HALL_PEOPLE: usize = 1_000;
/// Pairs of people who are connected, for each person, beside those of direct rooms.
const CONNECTIONS_PER_PERSON: usize = 4;
/// Rows of one transaction.
const BATCH_ROWS: usize = 10_000;

/// How much of everything.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub people: usize,
    pub rooms: usize,
    pub events: usize,
    pub seed: u64,
}

impl Default for Size {
    /// The issue's: 10,000 people, 1,000 rooms, 1,000,000 events.
    fn default() -> Self {
        Self { people: 10_000, rooms: 1_000, events: 1_000_000, seed: 1 }
    }
}

impl Size {
    /// From the command line: people, rooms, events, seed; what is not named stays as it is.
    pub fn read(arguments: &[String]) -> Result<Self, Failure> {
        let mut size = Self::default();
        let places = [&mut size.people, &mut size.rooms, &mut size.events];
        for (place, text) in places.into_iter().zip(arguments) {
            *place = text.parse().map_err(|_| format!("{text} is not a number"))?;
        }
        if let Some(text) = arguments.get(3) {
            size.seed = text.parse().map_err(|_| format!("{text} is not a number"))?;
        }
        // Each pair has one room, and one of each pair is always the same person.
        if size.rooms < 10 || size.people < size.rooms || size.events < size.rooms {
            return Err("at least 10 rooms, as many people, and as many events".into());
        }
        Ok(size)
    }
}

/// The name of a person by their number.
pub fn username(user: UserId) -> String {
    format!("person{}", user.0)
}

/// `bench fill DATABASE [PEOPLE ROOMS EVENTS SEED]`.
pub async fn command(arguments: &[String]) -> Result<(), Failure> {
    let database = arguments.first().ok_or("which database? A file, or postgres://…")?;
    let url = if database.contains(':') { database.clone() } else { format!("sqlite:{database}") };
    let size = Size::read(&arguments[1..])?;
    let begun = Instant::now();
    fill(&url, size).await?;
    let (people, rooms, events) = (size.people, size.rooms, size.events);
    println!("{people} people, {rooms} rooms and {events} events took {:.1} s", begun.elapsed().as_secs_f64());
    println!("{} is in every room; with TWOTICK_PASSWORDLESS=true the name alone signs in", username(BUSY));
    Ok(())
}

/// Where to look in a filled database.
#[derive(Clone, Debug)]
pub struct Filled {
    /// Who is in [`HALL`] now.
    pub hall_people: Vec<UserId>,
    /// Its last position.
    pub hall_head: Seq,
    /// One of them who is in few other rooms.
    pub guest: UserId,
}

/// Fills an empty database.
pub async fn fill(url: &str, size: Size) -> Result<Filled, Failure> {
    let mut chance = Chance::new(size.seed);
    let bulk = Bulk::open(&Settings::new(url)).await?;
    // Whole days before today: today's run and tomorrow's differ in the times only.
    let now_ms = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    let until = Time(now_ms - now_ms.rem_euclid(room::DAY_MS));
    people(&bulk, size, until).await?;
    let plans = plans(size, until, &mut chance);
    let mut batch = Batch { connected: connections(&plans, size, &mut chance), ..Batch::default() };
    for plan in &plans {
        plan.furnish(&mut batch, &mut chance);
        if batch.seats.len() + batch.moves.len() > BATCH_ROWS {
            bulk.store(std::mem::take(&mut batch)).await?;
        }
    }
    bulk.store(batch).await?;
    events(&bulk, &plans, &mut chance).await?;
    bulk.close().await?;
    let hall_people: Vec<UserId> = plans[0].present().collect();
    let guest = hall_people.last().copied().unwrap_or(HOST);
    Ok(Filled { hall_people, hall_head: plans[0].head, guest })
}

async fn people(bulk: &Bulk, size: Size, until: Time) -> Result<(), Failure> {
    let at = Time(until.0 - room::SPAN_MS);
    let one = |number| {
        let user = UserId(number);
        Somebody { username: username(user), display_name: words::name(user), at }
    };
    let people: Vec<_> = (1..=i64::try_from(size.people)?).map(one).collect();
    for people in people.chunks(BATCH_ROWS) {
        bulk.store(Batch { people: people.to_vec(), ..Batch::default() }).await?;
    }
    Ok(())
}

/// A few halls with half of all that is said, groups with most of the rest, and pairs; [`BUSY`] is in all of them.
fn plans(size: Size, until: Time, chance: &mut Chance) -> Vec<Plan> {
    let halls = (size.rooms / 200).max(1);
    let groups = size.rooms * 3 / 10;
    let pairs = size.rooms - halls - groups;
    // Every room has an event; what is left goes by weight.
    let spare = size.events - size.rooms;
    let weights = (0..size.rooms).map(|place| match place {
        _ if place < halls => 5 * size.rooms / halls,
        _ if place < halls + groups => 3 * size.rooms / groups.max(1),
        _ => 2 * size.rooms / pairs.max(1),
    });
    let weights: Vec<usize> = weights.collect();
    let all: usize = weights.iter().sum();
    let mut heads: Vec<usize> = weights.iter().map(|weight| 1 + spare * weight / all).collect();
    heads[0] += size.events - heads.iter().sum::<usize>();
    let mut plans = Vec::with_capacity(size.rooms);
    for (place, head) in heads.into_iter().enumerate() {
        let shape = match place {
            _ if place < halls => Shape::Group { people: HALL_PEOPLE.min(size.people), is_public: true },
            _ if place < halls + groups => {
                // Many small ones, few large ones.
                let people = (3 + chance.below(10) * chance.below(10)).min(size.people);
                Shape::Group { people, is_public: place % 3 == 0 }
            }
            _ => Shape::Pair { other: UserId(3 + ((place - halls - groups) % (size.people - 2)) as i64) },
        };
        plans.push(Plan::new(RoomId(place as i64 + 1), shape, Seq(head as i64), (until, size.people), chance));
    }
    plans
}

fn connections(plans: &[Plan], size: Size, chance: &mut Chance) -> Vec<(UserId, UserId)> {
    let mut connected: Vec<_> = plans.iter().filter_map(Plan::pair).collect();
    for number in 1..=size.people {
        for _ in 0..CONNECTIONS_PER_PERSON / 2 {
            let other = 1 + chance.below(size.people);
            if other != number {
                connected.push((UserId(number as i64), UserId(other as i64)));
            }
        }
    }
    connected
}

/// All events of all rooms, by time, as they would have come.
async fn events(bulk: &Bulk, plans: &[Plan], chance: &mut Chance) -> Result<(), Failure> {
    let mut next: BinaryHeap<_> =
        plans.iter().zip(0..).map(|(plan, place)| Reverse((plan.at(Seq(1)), place, 1))).collect();
    let mut events: Vec<Entry> = Vec::with_capacity(BATCH_ROWS);
    while let Some(Reverse((_, place, seq))) = next.pop() {
        let plan: &Plan = &plans[place];
        events.push(plan.event(Seq(seq), chance));
        if seq < plan.head.0 {
            next.push(Reverse((plan.at(Seq(seq + 1)), place, seq + 1)));
        }
        if events.len() == BATCH_ROWS || next.is_empty() {
            bulk.store(Batch { events: std::mem::take(&mut events), ..Batch::default() }).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "fill/tests.rs"]
mod tests;
