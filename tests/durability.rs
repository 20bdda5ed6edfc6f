//! SIGKILL in the middle of a conversation. Rule: every acked message is there once, at its position; what was not acked
//! is sent again under its cid and then is there once (C1, C2, C3).

use crate::support::{Member, Socket, process::Process};
use std::collections::BTreeMap;
use wire::{Cid, RoomId, Seq, frame::ServerFrame};

const KILLS: usize = 3;
const PER_LIFE: usize = 100;

#[tokio::test]
async fn every_acked_message_survives_being_killed() {
    let data = tempfile::tempdir().unwrap();
    let mut server = Process::serve(data.path(), 0).await;
    let port = server.address.port();
    let ana = Member::register(server.address, "ana").await;
    let ben = Member::register(server.address, "ben").await;
    ana.connect(&ben).await;
    let room = ana.room_with(&ben).await;
    let mut acked: BTreeMap<Cid, Seq> = BTreeMap::new();
    let mut unknown: Vec<(Cid, String)> = Vec::new();
    for life in 0..KILLS {
        let mut hers = ana.socket().await;
        // What the last life left open is offered again, as a client does.
        let mut offered = std::mem::take(&mut unknown);
        offered.extend((0..PER_LIFE).map(|number| (crate::support::socket::fresh_cid(), format!("{life}/{number}"))));
        let first = offered[0].0;
        for (cid, content) in &offered {
            hers.offer(*cid, room, content).await;
        }
        acked.insert(first, hers.acked(first).await.0);
        server.kill().await;
        acked.extend(acks(&mut hers).await);
        unknown = offered.into_iter().filter(|(cid, _)| !acked.contains_key(cid)).collect();
        server = Process::serve(data.path(), port).await;
        assert_log(&ben, room, &acked, life * PER_LIFE).await;
    }
    let mut hers = ana.socket().await;
    for (cid, content) in &unknown {
        hers.offer(*cid, room, content).await;
        acked.insert(*cid, hers.acked(*cid).await.0);
    }
    assert_eq!(acked.len(), KILLS * PER_LIFE);
    assert_eq!(assert_log(&ben, room, &acked, KILLS * PER_LIFE).await, KILLS * PER_LIFE);
    server.kill().await;
}

async fn acks(socket: &mut Socket) -> BTreeMap<Cid, Seq> {
    let ack = |frame: &ServerFrame| match frame {
        ServerFrame::Ack { cid, seq, .. } => Some((*cid, *seq)),
        _ => None,
    };
    socket.closed().await.frames.iter().filter_map(ack).collect()
}

/// The whole log: dense, each cid once, and every acked one where its ack said. Its length.
async fn assert_log(reader: &Member, room: RoomId, acked: &BTreeMap<Cid, Seq>, at_least: usize) -> usize {
    let mut socket = reader.socket().await;
    let epoch = socket.epoch().clone();
    let (mut stored, mut after) = (BTreeMap::new(), Seq(0));
    loop {
        let ServerFrame::MessageHistory { page, complete, .. } = socket.resume(&epoch, room, Some(after)).await else {
            panic!("no page")
        };
        for event in page.events {
            assert_eq!(event.seq, after.next(), "a hole in the log");
            after = event.seq;
            assert_eq!(stored.insert(event.cid, event.seq), None, "stored twice");
        }
        if complete {
            break;
        }
    }
    for (cid, seq) in acked {
        assert_eq!(stored.get(cid), Some(seq), "an acked message is missing or has moved");
    }
    assert!(stored.len() >= at_least.min(acked.len()));
    stored.len()
}
