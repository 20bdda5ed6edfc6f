//! What a send costs by the API beside one by the socket, and what any request costs. Rule: the same number of pairs, text and server;
//! in each way whatever is sent reaches the other side's socket.

use crate::{
    Failure,
    pairs::{Clock, Measured, TEXT, Talker, Tally, measure, meet, talk},
    people::{Socket, client},
    server::Server,
};
use futures::StreamExt;
use reqwest::{Client, RequestBuilder, header::CONTENT_TYPE};
use std::{sync::Arc, time::Instant};
use tokio_tungstenite::tungstenite::Message;

pub async fn run(server: &Server) -> Result<(), Failure> {
    println!("{:<34} {:>12} {:>10} {:>9}", "", "per CPU s", "CPU \u{b5}s", "p50 ms");
    let talkers = meet(server, "socket").await?;
    let clock = Arc::<Clock>::default();
    let talking = talkers.into_iter().enumerate();
    let talking = talking.map(|(number, Talker { socket, room, .. })| talk(socket, room, number, clock.clone()));
    let by_socket = print("sends by the socket", &measure(server, &clock, talking).await?);

    let by_api = print("sends by the API", &ask(server, "api", send).await?);
    let request = print("requests that send nothing", &ask(server, "me", look).await?);
    println!("a send by the API costs {:.2} of a send by the socket and a request", by_api / (by_socket + request));
    Ok(())
}

/// Prints a line; answers the microseconds of one.
fn print(name: &str, Measured { all, cpu_s, .. }: &Measured) -> f64 {
    let one_us = cpu_s / all.acked as f64 * 1e6;
    let p50_ms = all.waits_us.get(all.waits_us.len() / 2).map_or(0.0, |us| f64::from(*us) / 1_000.0);
    println!("{name:<34} {:>12.0} {one_us:>10.1} {p50_ms:>9.2}", all.acked as f64 / cpu_s);
    one_us
}

/// Pairs who ask one thing after the other, each by a connection that stays, and listen at their sockets meanwhile.
async fn ask(server: &Server, name: &str, request: Ask) -> Result<Measured, Failure> {
    let client = client()?;
    let clock = Arc::<Clock>::default();
    let mut asking = Vec::new();
    for Talker { person, socket, room } in meet(server, name).await? {
        let access = person.token().await?;
        let at = format!("http://{}/api/v1", server.address);
        let (client, clock) = (client.clone(), clock.clone());
        asking.push(async move {
            let listening = tokio::spawn(listen(socket));
            let mut tally = Tally::default();
            while !clock.is_over() {
                let sent = Instant::now();
                let response = request(&client, &at, room.0).bearer_auth(&access).send().await?;
                response.error_for_status()?.bytes().await?;
                if clock.is_measuring() {
                    tally.answered(sent);
                }
            }
            listening.abort();
            Ok(tally)
        });
    }
    measure(server, &clock, asking.into_iter()).await
}

type Ask = fn(&Client, &str, i64) -> RequestBuilder;

fn send(client: &Client, at: &str, room: i64) -> RequestBuilder {
    let body = serde_json::json!({ "content": TEXT }).to_string();
    client.post(format!("{at}/rooms/{room}/messages")).header(CONTENT_TYPE, "application/json").body(body)
}

fn look(client: &Client, at: &str, _: i64) -> RequestBuilder {
    client.get(format!("{at}/me"))
}

/// Takes what comes.
async fn listen(mut socket: Socket) {
    while let Some(Ok(Message::Text(_) | Message::Ping(_))) = socket.next().await {}
}
