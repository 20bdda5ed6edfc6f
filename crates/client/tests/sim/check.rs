//! What must be so once everything works again and is quiet. Rule: the server's log is the truth.

use client::{Banner, Line, Link, Tick};
use wire::{Event, Seq, UserId};

use crate::step::TABS;
use crate::tab::Tab;
use crate::world::World;

/// Ends all faults and waits until it is quiet.
pub fn heal(world: &mut World) {
    for tab in &mut world.tabs {
        (tab.socket_blocked, tab.http_blocked) = (false, false);
    }
    (world.server.mute, world.server.slow) = (0, 0);
    // An event that was the last one before it got lost shows only on a new connection.
    if world.met.contains_key("hole") {
        world.tabs.iter_mut().for_each(|tab| tab.holes = 0);
        (0..TABS).for_each(|tab| world.cut(tab, 1012));
    }
    world.tabs.iter_mut().for_each(|tab| tab.holes = 0);
    world.advance(300_000);
}

pub fn converged(world: &World) {
    for tab in &world.tabs {
        let view = tab.client.link();
        assert_eq!(view.link, Link::Connected);
        assert!(matches!(view.banner, None | Some(Banner::BackOnline { .. })), "{view:?}");
        holds_the_log(world, tab);
        nothing_is_dropped(world, tab);
    }
    for log in world.server.rooms.values() {
        for event in &log.events {
            let text = &event.message.as_ref().unwrap().content;
            let times = log.events.iter().filter(|other| other.message.as_ref().unwrap().content == *text).count();
            assert_eq!(times, 1, "{text:?} is in the log {times} times");
        }
    }
}

fn holds_the_log(world: &World, tab: &Tab) {
    for (id, log) in world.server.rooms.iter().filter(|(_, log)| log.members.contains(&tab.user)) {
        let room = tab.client.room(*id).expect("the room is there");
        assert!(!room.catching_up, "still catching up in {id}");
        let lines = tab.client.timeline(*id).lines;
        let (stored, written): (Vec<Line>, Vec<Line>) = lines.into_iter().partition(|line| line.seq.is_some());
        assert!(written.iter().all(|line| matches!(line.tick, Some(Tick::Refused(_)))), "left behind: {written:?}");
        let first = stored.first().and_then(|line| line.seq).unwrap_or(log.head().next());
        let truth: Vec<&Event> = log.visible(tab.user).filter(|event| event.seq >= first).collect();
        let same = |line: &Line, event: &&Event| {
            (line.seq, line.cid, &line.message, &line.author)
                == (Some(event.seq), event.cid, &event.message, &event.author)
        };
        let equal = stored.len() == truth.len() && stored.iter().zip(&truth).all(|(line, event)| same(line, event));
        assert!(equal, "user {} room {id} shows {stored:#?}\nnot {truth:#?}", tab.user);
        if tab.open == Some(*id) {
            let least = log.visible(tab.user).count().min(10);
            assert!(stored.len() >= least, "an open room shows {} lines of {least}", stored.len());
        }
        if written.is_empty() {
            assert_eq!(room.last.and_then(|line| line.seq), log.visible(tab.user).last().map(|event| event.seq));
        }
        assert_eq!(room.unread.min(100), log.unread(tab.user).count, "unread of user {} in {id}", tab.user);
        delivered_and_ticked(world, tab.user, log, &stored);
    }
    let total: i64 = tab.client.rooms().iter().map(|room| room.unread).sum();
    assert_eq!(tab.client.unread_total(), total);
}

/// Every user has a tab that holds everything, so all is delivered; ticks say what the cursors say.
fn delivered_and_ticked(_world: &World, user: UserId, log: &crate::server::Log, stored: &[Line]) {
    let last_of_others = log.visible(user).filter(|event| event.counts_for(user)).map(|event| event.seq).max();
    assert!(
        log.cursors[&user].0 >= last_of_others.unwrap_or_default(),
        "user {user}: {:?} of {last_of_others:?} told as delivered",
        log.cursors[&user]
    );
    let others = || log.members.iter().filter(|member| **member != user).map(|member| log.cursors[member]);
    let least = |pick: fn((Seq, Seq)) -> Seq| others().map(pick).min().unwrap_or_default();
    let (delivered, read) = (least(|cursor| cursor.0), least(|cursor| cursor.1));
    for line in stored.iter().filter(|line| line.author.id == user) {
        let seq = line.seq.unwrap();
        let expected = match () {
            () if seq <= read => Tick::Read,
            () if seq <= delivered => Tick::Delivered,
            () => Tick::Sent,
        };
        assert_eq!(line.tick, Some(expected), "tick of {seq}");
    }
}

/// Every text is in the log, in the order of writing, unless it was refused (then it still waits for the user) or a
/// restored backup does not have it.
fn nothing_is_dropped(world: &World, tab: &Tab) {
    for (id, log) in &world.server.rooms {
        let mut last = Seq(0);
        for (_, text) in tab.written.iter().filter(|(room, _)| room == id) {
            let found = log.events.iter().find(|event| event.message.as_ref().unwrap().content == *text);
            let Some(event) = found else {
                let refused = tab.stored.iter().any(|one| one.content == *text && one.refusal.is_some());
                assert!(refused || world.server.lost.contains(text), "{text:?} of user {} was dropped", tab.user);
                continue;
            };
            // A request of before the restore may arrive after it, and the network's copy of a refused one after others.
            if !world.server.lost.contains(text) && !world.server.taken_late.contains(text) {
                assert!(event.seq > last, "{text:?} was overtaken");
                last = event.seq;
            }
        }
    }
    assert!(tab.stored.iter().all(|one| one.refusal.is_some()), "still stored: {:?}", tab.stored);
}
