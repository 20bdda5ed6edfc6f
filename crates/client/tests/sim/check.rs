//! What must be so once everything works again and is quiet. Rule: the server's log is the truth.

use std::collections::{BTreeSet, HashMap};

use client::{Banner, Gap, GapState, Input, Line, Link, RoomView, Tick, Waiting};
use wire::{Act, Cid, CursorState, Event, EventKind, Level, RoomId, Seq, UserId};

use crate::browser::Browser;
use crate::log::Log;
use crate::tab::{State, Tab};
use crate::world::World;

/// Longer than anything that is waited for without a sign on the outside.
const QUIET_MS: i64 = 50_000;
const SETTLE_MAX_MS: i64 = 900_000;
/// A gap is closed page by page; nobody presses more often than this.
const PRESSES_MAX: usize = 400;

/// Ends all faults, lets everybody come back who has something to send, and waits until it is quiet.
pub fn heal(world: &mut World) {
    for browser in &mut world.browsers {
        (browser.socket_blocked, browser.http_blocked, browser.full) = (false, false, 0);
    }
    (world.server.mute, world.server.slow) = (0, 0);
    world.tabs.iter_mut().for_each(|tab| tab.holes = 0);
    // An event that was the last one before it got lost shows only on a new connection.
    if world.met.contains_key("hole") {
        world.cut_all(1012);
    }
    world.advance(5_000);
    for browser in 0..world.browsers.len() {
        let one = &world.browsers[browser];
        let waiting = one.outbox.iter().filter(|waiting| waiting.refusal.is_none() && waiting.user != one.home);
        let visitors: BTreeSet<UserId> = waiting.map(|waiting| waiting.user).collect();
        for user in visitors {
            world.meet("came back to send");
            come_back(world, browser, user);
            settle(world);
        }
        come_back(world, browser, world.browsers[browser].home);
    }
    settle(world);
}

/// This user signs in, and every tab of the browser is a page of that account that can be connected.
fn come_back(world: &mut World, browser: usize, user: UserId) {
    world.sign_in(browser, user);
    for tab in 0..world.tabs.len() {
        if world.tabs[tab].browser != browser {
            continue;
        }
        world.thaw(tab);
        if world.tabs[tab].state == State::Closed || world.tabs[tab].user != user {
            world.load(tab, false);
        }
    }
    press_sign_in(world);
}

/// A page that heard too late that its user is signed in (again) says so until somebody presses.
fn press_sign_in(world: &mut World) {
    for tab in 0..world.tabs.len() {
        if world.tabs[tab].client.link().link == Link::SignedOut {
            world.hand(tab, Input::TryNow);
        }
    }
}

fn settle(world: &mut World) {
    let end_ms = world.now_ms + SETTLE_MAX_MS;
    world.busy_ms = world.now_ms;
    while world.now_ms < end_ms {
        world.advance(5_000);
        press_sign_in(world);
        let connected = |tab: &Tab| tab.state != State::Live || tab.client.link().link == Link::Connected;
        if world.now_ms - world.busy_ms > QUIET_MS && world.tabs.iter().all(connected) {
            return;
        }
    }
}

pub fn converged(world: &World) {
    for tab in &world.tabs {
        assert_eq!(tab.state, State::Live);
        let view = tab.client.link();
        assert_eq!(view.link, Link::Connected);
        assert!(matches!(view.banner, None | Some(Banner::BackOnline { .. })), "{view:?}");
        for (id, log) in world.server.rooms.iter().filter(|(_, log)| log.members.contains(&tab.user)) {
            holds_the_log(world, tab, *id, log);
        }
        let loud = |room: RoomView| match room.level {
            Level::All => room.unread,
            Level::Mentions => room.mentions,
            _ => 0,
        };
        let total: i64 = tab.client.rooms().into_iter().map(loud).sum();
        assert_eq!(tab.client.unread_total(), total);
    }
    each_once(world);
    world.browsers.iter().for_each(|browser| nothing_is_dropped(world, browser));
}

fn each_once(world: &World) {
    let mut times: HashMap<&str, u32> = HashMap::new();
    let mut cids = BTreeSet::new();
    for event in world.server.rooms.values().flat_map(|log| &log.raw) {
        assert!(cids.insert((event.author.id, event.cid)), "twice in the log: {event:?}");
    }
    for (text, _) in texts(world) {
        *times.entry(text).or_default() += 1;
    }
    for (text, times) in times {
        assert_eq!(times, 1, "{text:?} is in the log {times} times");
        let late = world.server.taken_late.contains(text);
        assert!(late || !world.taken_back.contains(text), "{text:?} was taken back and is in the log");
    }
}

/// The texts of all messages as they were written, with their positions.
fn texts(world: &World) -> impl Iterator<Item = (&str, Seq)> {
    let events = world.server.rooms.values().flat_map(|log| &log.raw);
    let said = events.filter(|event| event.kind == EventKind::Message);
    said.filter_map(|event| Some((event.message.as_ref()?.content.as_str(), event.seq)))
}

/// What a refusal took back is not shown; but only the tab that heard it knows of one that could not be written down.
fn is_shown_as(line: &Line, event: &Event, user: UserId, is_excused: bool) -> bool {
    let changing = line.changing.as_ref().map(|changing| &changing.tick);
    let is_over = changing.is_none_or(|tick| matches!(tick, Tick::Refused(_)));
    (line.seq, line.cid, &line.author) == (Some(event.seq), event.cid, &event.author)
        && (is_excused || is_over && line.message == event.message)
        && line.mentions_me == event.mentions(user)
}

fn holds_the_log(world: &World, tab: &Tab, id: RoomId, log: &Log) {
    let room = tab.client.room(id).expect("the room is there");
    assert!(!room.catching_up, "still catching up in {id}");
    let timeline = tab.client.timeline(id);
    let (stored, written): (Vec<Line>, Vec<Line>) = timeline.lines.into_iter().partition(|line| line.seq.is_some());
    only_refused_wait(world, tab, id, &written);
    let gap = timeline.gap.map(|gap| gap.before.expect("the end of the log is held"));
    let place = gap.map_or(0, |gap| stored.iter().position(|line| line.cid == gap).expect("the gap stands somewhere"));
    let (before, after) = stored.split_at(place);
    assert!(gap.is_none() || !before.is_empty(), "a gap in front of everything");
    for (part, to) in [(before, before.last().and_then(|line| line.seq)), (after, Some(log.head()))] {
        let (Some(to), Some(first)) = (to, part.first().and_then(|line| line.seq)) else { continue };
        let truth = log.part(tab.user, Seq(first.0 - 1), to).filter(|event| event.kind.is_shown());
        let truth: Vec<Event> = truth.collect();
        let is_excused = world.met.contains_key("storage full");
        let equal = part.len() == truth.len()
            && part.iter().zip(&truth).all(|(line, event)| is_shown_as(line, event, tab.user, is_excused));
        assert!(equal, "user {} room {id} shows {part:#?}\nnot {truth:#?}", tab.user);
    }
    if tab.open == Some(id) {
        let least = log.shown(tab.user).count().min(10);
        assert!(stored.len() >= least, "an open room shows {} lines of {least}", stored.len());
    }
    if written.is_empty() {
        let last = log.shown(tab.user).next_back().map(|event| event.seq);
        assert_eq!(room.last.and_then(|line| line.seq), last);
    }
    assert_eq!(room.unread.min(100), log.unread(tab.user).count, "unread of user {} in {id}", tab.user);
    let (mentions, level) = (log.unread(tab.user).mentions, log.level(tab.user));
    assert_eq!((room.mentions.min(100), room.level), (mentions, level), "mentions of user {} in {id}", tab.user);
    delivered_and_ticked(tab.user, log, &stored);
}

/// Every tab shows what was refused, and nothing else waits.
fn only_refused_wait(world: &World, tab: &Tab, id: RoomId, written: &[Line]) {
    let outbox = &world.browsers[tab.browser].outbox;
    // Of a refusal that could not be written down only the tab that heard it knows.
    let excused = |cid| outbox.iter().any(|one| one.cid == cid && is_refused(world, one));
    let is_refused = |line: &Line| matches!(line.tick, Some(Tick::Refused(_))) || excused(line.cid);
    assert!(written.iter().all(is_refused), "left behind: {written:?}");
    let mine = outbox.iter().filter(|one| (one.user, one.room, one.act) == (tab.user, id, Act::Say));
    let (stored, shown): (BTreeSet<Cid>, BTreeSet<Cid>) =
        (mine.map(|one| one.cid).collect(), written.iter().map(|line| line.cid).collect());
    assert_eq!(shown, stored, "what user {} sees as refused in {id} is not what is stored", tab.user);
}

/// Every user has a tab that holds everything, so all is delivered; ticks say what the cursors say.
fn delivered_and_ticked(user: UserId, log: &Log, stored: &[Line]) {
    let last_of_others = log.shown(user).rev().find(|event| event.counts_for(user)).map(|event| event.seq);
    assert!(
        log.cursors[&user].0 >= last_of_others.unwrap_or_default(),
        "user {user}: {:?} of {last_of_others:?} told as delivered",
        log.cursors[&user]
    );
    let CursorState { delivered, read, .. } = log.everybody_else(user);
    for line in stored.iter().filter(|line| line.author.id == user) {
        let expected = match line.seq.unwrap_or_default() {
            seq if seq <= read => Tick::Read,
            seq if seq <= delivered => Tick::Delivered,
            _ => Tick::Sent,
        };
        assert_eq!(line.tick, Some(expected), "tick of {:?}", line.seq);
        let counted = line.seq.map(|seq| Box::new(log.tally(user, seq)));
        assert!(line.tally.is_none() || line.tally == counted, "{:?} counted, not {counted:?}", line.tally);
    }
}

/// Whether it waits for its user. A refusal that could not be written down, because the storage was full, does so too.
fn is_refused(world: &World, one: &Waiting) -> bool {
    one.refusal.is_some() || world.met.contains_key("storage full") && world.server.refused.contains(&one.content)
}

/// Every text that the browser held is in the log, in the order in which its tab wrote, unless it was refused (then it
/// still waits for the user) or a restored backup does not have it.
fn nothing_is_dropped(world: &World, browser: &Browser) {
    let places: HashMap<&str, Seq> = texts(world).collect();
    let mut last: HashMap<(usize, UserId, RoomId), Seq> = HashMap::new();
    for written in &browser.written {
        let text = written.content.as_str();
        let Some(seq) = places.get(text).copied() else {
            let refused = browser.outbox.iter().any(|one| one.content == text && is_refused(world, one));
            assert!(refused || world.server.lost.contains(text), "{written:?} was dropped");
            continue;
        };
        // A request of before the restore may arrive after it, and what was refused before may be taken after others.
        if !world.server.lost.contains(text) && !world.server.refused.contains(text) {
            let before = last.insert((written.tab, written.user, written.room), seq);
            assert!(before.is_none_or(|before| before < seq), "{written:?} was overtaken");
        }
    }
    assert!(browser.outbox.iter().all(|one| is_refused(world, one)), "still stored: {:?}", browser.outbox);
}

/// Goes to what was unread when the rooms were opened, again when a request got lost, until its first message is there.
pub fn reach_unread(world: &mut World) {
    for tab in 0..world.tabs.len() {
        for presses in 0.. {
            let page = &world.tabs[tab];
            let Some((opened, room)) = page.screen.timeline.opened.zip(page.open) else { break };
            let log = &world.server.rooms[&room];
            let first = log.part(page.user, opened.read, log.head()).find(|event| event.counts_for(page.user));
            let first = first.map(|event| event.cid);
            if !opened.loading && opened.first == first {
                break;
            }
            assert!(
                presses < PRESSES_MAX,
                "of what was unread {:?} is shown as the first, not {first:?}",
                opened.first
            );
            if !opened.loading {
                world.go_to_unread(tab);
            }
            world.advance(2_500);
        }
    }
}

/// Presses every gap of an open room until it is closed.
pub fn close_gaps(world: &mut World) {
    for tab in 0..world.tabs.len() {
        let mut presses = 0;
        while let Some(Gap { state, .. }) = world.tabs[tab].screen.timeline.gap {
            if state == GapState::Full {
                world.meet("gap too large for memory");
                break;
            }
            world.see_gap(tab);
            world.advance(2_500);
            presses += 1;
            assert!(presses < PRESSES_MAX, "the gap does not close");
            if world.tabs[tab].screen.timeline.gap.is_none() {
                world.meet("gap closed");
            }
        }
    }
}
