//! What a socket costs that only listens. Rule: memory is read when everything has settled.

use crate::{
    Failure,
    people::{Person, client},
    server::Server,
};
use std::time::{Duration, Instant};
use tokio::time::sleep;

const PEOPLE: usize = 200;
const SOCKETS_PER_PERSON: usize = 10;
/// Until allocations of the start are given back.
const SETTLE: Duration = Duration::from_secs(3);

pub async fn run(server: &Server) -> Result<(), Failure> {
    sleep(SETTLE).await;
    let alone_kb = server.rss_kb()?;
    let client = client()?;
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        people.push(Person::register(&client, server.address, format!("person{number}")).await?);
    }
    // One socket each brings caches and pools to their size.
    let mut sockets = Vec::new();
    for person in &people {
        sockets.push(person.socket().await?);
    }
    sleep(SETTLE).await;
    let (before_kb, before_cpu_s, start) = (server.rss_kb()?, server.cpu_s()?, Instant::now());
    for _ in 0..SOCKETS_PER_PERSON {
        for person in &people {
            sockets.push(person.socket().await?);
        }
    }
    let (cpu_s, took) = (server.cpu_s()? - before_cpu_s, start.elapsed());
    sleep(SETTLE).await;
    let count = (PEOPLE * SOCKETS_PER_PERSON) as f64;
    println!("idle server                       {:>10.1} MB", alone_kb / 1_024.0);
    println!("server with {} sockets          {:>10.1} MB", sockets.len(), server.rss_kb()? / 1_024.0);
    println!("memory per idle socket            {:>10.1} KB", (server.rss_kb()? - before_kb) / count);
    println!("connects per server CPU second    {:>10.0}", count / cpu_s);
    println!("{count} connects one by one took    {:>10.2} s", took.as_secs_f64());
    Ok(())
}
