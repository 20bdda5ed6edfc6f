//! Stopping. Rule: who is connected is told 1001, what was acked is stored, and what was sent is acked or unknown, never
//! lost (C1, C3, RELIABILITY W6).

use crate::support::{TestApp, process::Process};
use std::collections::BTreeMap;
use wire::{
    Cid, Seq,
    frame::{ServerFrame, close},
};

#[tokio::test]
async fn every_socket_is_told_that_the_server_goes_away() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    hers.say_acked(room, "One").await;
    let address = app.address;
    let (_, hers, his) = tokio::join!(app.stop(), hers.closed(), his.closed());
    for closed in [hers, his] {
        assert_eq!((closed.code, closed.reason.as_str()), (Some(close::GOING_AWAY), "going_away"));
        assert!(closed.frames.iter().any(|frame| matches!(frame, ServerFrame::Event(_))), "{closed:?}");
    }
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "it listens on");
}

#[tokio::test]
async fn a_peer_that_never_answers_the_close_does_not_hold_the_server() {
    let app = TestApp::start_with(|config| config.pace.drain_ms = 200).await;
    let (ana, _ben, _room) = app.pair().await;
    let silent = ana.socket().await;
    app.stop().await;
    drop(silent);
}

#[tokio::test]
async fn what_was_acked_while_stopping_is_there_after_the_restart() {
    let app = TestApp::start_with(|config| config.sends_per_window_max = 100_000).await;
    let (ana, ben, room) = app.pair().await;
    let mut hers = ana.socket().await;
    let mut sent: Vec<Cid> = Vec::new();
    for number in 0..30 {
        sent.push(hers.say(room, &format!("number {number}")).await);
    }
    hers.acked(sent[0]).await;
    let data = app.keep_data();
    let (_, closed) = tokio::join!(app.stop(), hers.closed());
    assert_eq!(closed.code, Some(close::GOING_AWAY));
    let acked: BTreeMap<Cid, Seq> = closed.frames.iter().filter_map(ack).collect();
    let server = Process::serve(data.path(), ben.browser.address.port()).await;
    let mut his = ben.socket().await;
    let epoch = his.epoch().clone();
    let ServerFrame::MessageHistory { page, .. } = his.resume(&epoch, room, Some(Seq(0))).await else {
        panic!("no page")
    };
    let stored: BTreeMap<Cid, Seq> = page.events.iter().map(|event| (event.cid, event.seq)).collect();
    assert_eq!(stored.len(), page.events.len());
    for (cid, seq) in &acked {
        assert_eq!(stored.get(cid), Some(seq), "an acked message is missing");
    }
    let untold = stored.keys().filter(|cid| **cid != sent[0] && !acked.contains_key(*cid)).count();
    assert_eq!(untold, 0, "stored while stopping, and not acked");
    server.kill().await;
}

fn ack(frame: &ServerFrame) -> Option<(Cid, Seq)> {
    match frame {
        ServerFrame::Ack { cid, seq, .. } => Some((*cid, *seq)),
        _ => None,
    }
}
