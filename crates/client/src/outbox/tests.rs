//! The outbox alone. Rule: see its module.

use super::*;
use crate::sample::{ROOM, cid};
use wire::Code;

const ME: UserId = UserId(1);
const ELSEWHERE: RoomId = RoomId(8);

fn waiting(number: i64, room: RoomId) -> Waiting {
    let content = format!("text {number}");
    Waiting {
        cid: cid(number),
        user: ME,
        room,
        content,
        act: Act::Say,
        target: None,
        at: Time(0),
        tried: false,
        more: wire::read::Tree::Nothing,
        refusal: None,
    }
}

struct World {
    outbox: Outbox,
    out: VecDeque<Output>,
}

impl World {
    fn new() -> Self {
        Self { outbox: Outbox::new(ME), out: VecDeque::new() }
    }

    fn with(numbers: &[i64]) -> Self {
        let mut world = Self::new();
        numbers.iter().for_each(|number| world.outbox.add(waiting(*number, ROOM), &mut world.out));
        world
    }

    fn sends(&mut self, now_ms: i64) -> Vec<Cid> {
        let next = self.outbox.next(Way::Socket, now_ms, &mut self.out);
        next.into_iter().map(|waiting| waiting.cid).collect()
    }

    fn ack(&mut self, number: i64) {
        self.outbox.acked(cid(number), Seq(number), Time(0), Some(&mut self.out));
    }

    /// The rooms that a list changes, and whether the log is asked.
    fn restore(&mut self, kept: Vec<Waiting>) -> (Vec<RoomId>, bool) {
        let mut log = CatchUp::default();
        let changed = self.outbox.restore(kept, &mut log);
        (changed.into_iter().collect(), log.is_wanting())
    }

    fn removed(&self) -> usize {
        self.out.iter().filter(|output| matches!(output, Output::Store(OutboxChange::Remove(_)))).count()
    }

    fn settled(&self) -> usize {
        self.out.iter().filter(|output| matches!(output, Output::Store(OutboxChange::Settled { .. }))).count()
    }
}

#[test]
fn one_message_a_room_is_on_its_way_in_the_order_of_writing() {
    let mut world = World::with(&[1, 2]);
    world.outbox.add(waiting(3, ELSEWHERE), &mut world.out);
    assert_eq!(world.sends(0), [cid(1), cid(3)]);
    assert_eq!(world.sends(0), []);
    world.ack(1);
    assert_eq!(world.sends(0), [cid(2)]);
}

#[test]
fn a_lost_connection_sends_the_same_cid_again() {
    let mut world = World::with(&[1, 2]);
    assert_eq!(world.sends(0), [cid(1)]);
    assert_eq!(world.outbox.lost(Way::Http), Set::new());
    assert_eq!(world.outbox.lost(Way::Socket), crate::ordered::set([ROOM]));
    assert_eq!(world.sends(0), [cid(1)]);
}

#[test]
fn no_answer_for_too_long_is_unknown() {
    let mut world = World::with(&[1]);
    world.sends(0);
    assert_eq!(world.outbox.deadline_ms(true, 0), Some(ANSWER_MS));
    world.outbox.run(ANSWER_MS - 1);
    assert_eq!(world.sends(ANSWER_MS - 1), []);
    world.outbox.run(ANSWER_MS);
    assert_eq!(world.sends(ANSWER_MS), [cid(1)]);
}

#[test]
fn patience_is_kept_and_then_the_same_is_sent() {
    for code in [Code::SlowDown, Code::TryAgain, Code::Overloaded, Code::SignedOut] {
        let mut world = World::with(&[1, 2]);
        world.sends(0);
        world.outbox.refused(cid(1), Refusal { wait_ms: Some(3_000), ..code.into() }, 0, &mut world.out);
        world.outbox.hurry(None);
        assert_eq!(world.sends(2_999), [], "{code}: the second does not overtake");
        assert_eq!(world.sends(3_000), [cid(1)]);
    }
}

#[test]
fn a_refused_message_stays_for_the_user_and_lets_the_next_one_go() {
    let mut world = World::with(&[1, 2]);
    world.sends(0);
    world.outbox.refused(cid(1), Code::NotConnected.into(), 0, &mut world.out);
    assert_eq!(world.sends(0), [cid(2)]);
    assert_eq!(world.outbox.get(cid(1)).unwrap().state, State::Refused);
    assert!(world.outbox.take_back(cid(1)).is_some());
    assert!(world.outbox.get(cid(1)).is_none());
}

#[test]
fn what_waits_is_not_taken_back() {
    let mut world = World::with(&[1, 2]);
    world.sends(0);
    world.outbox.lost(Way::Socket);
    assert!(world.outbox.take_back(cid(1)).is_none(), "it may be stored");
    assert!(world.outbox.take_back(cid(2)).is_none(), "a tab before may have sent it");
    world.outbox.set_durable(true);
    world.outbox.add(waiting(3, ROOM), &mut world.out);
    assert!(world.outbox.take_back(cid(3)).is_some(), "nobody has heard of it");
}

#[test]
fn a_message_is_sent_only_when_the_browser_keeps_it() {
    let mut world = World::new();
    world.outbox.set_durable(true);
    world.restore(Vec::new());
    world.outbox.add(waiting(1, ROOM), &mut world.out);
    assert_eq!(world.sends(0), []);
    world.outbox.stored(cid(1));
    assert_eq!(world.sends(0), [cid(1)]);
}

#[test]
fn a_tab_that_begins_to_drain_reads_first_what_the_one_before_left() {
    let mut world = World::new();
    world.outbox.set_durable(true);
    world.restore(vec![waiting(1, ROOM), waiting(2, ROOM)]);
    world.outbox.set_drains(false);
    world.outbox.set_drains(true);
    assert_eq!(world.sends(0), []);
    assert!(world.outbox.take_back(cid(1)).is_none(), "it may have been sent meanwhile");
    world.restore(vec![waiting(2, ROOM)]);
    assert_eq!(world.sends(0), [cid(2)]);
}

#[test]
fn a_refused_one_stays_until_the_browser_keeps_what_replaces_it() {
    let mut world = World::new();
    world.outbox.set_durable(true);
    let refusal: Refusal = wire::Code::NotConnected.into();
    world.restore(vec![Waiting { refusal: Some(refusal), tried: true, ..waiting(1, ROOM) }]);
    assert_eq!(world.outbox.replace(cid(1), waiting(2, ROOM), &mut world.out), None);
    assert!(!world.outbox.may_replace(cid(1)), "twice is once");
    assert_eq!(world.outbox.not_stored(cid(2)), None, "its text is still in the refused one");
    assert!(world.outbox.may_replace(cid(1)));
    assert_eq!(world.outbox.replace(cid(1), waiting(3, ROOM), &mut world.out), None);
    assert_eq!(world.outbox.stored(cid(3)), Some(Some(cid(1))));
}

#[test]
fn a_tab_that_does_not_drain_sends_nothing() {
    let mut world = World::with(&[1]);
    world.outbox.set_drains(false);
    assert_eq!(world.sends(0), []);
    world.outbox.set_drains(true);
    assert_eq!(world.sends(0), [cid(1)]);
}

#[test]
fn what_the_browser_kept_goes_first_and_only_the_users_own() {
    let mut world = World::with(&[3]);
    let foreign = Waiting { user: UserId(2), ..waiting(9, ROOM) };
    world.restore(vec![waiting(1, ROOM), foreign, waiting(2, ROOM), waiting(3, ROOM)]);
    for number in [1, 2, 3] {
        assert_eq!(world.sends(0), [cid(number)]);
        world.ack(number);
    }
    assert_eq!(world.sends(0), []);
}

#[test]
fn an_ack_counts_once_and_a_new_life_of_the_database_offers_it_again() {
    let mut world = World::with(&[1]);
    world.sends(0);
    world.ack(1);
    world.ack(1);
    assert_eq!((world.settled(), world.removed()), (1, 0));
    assert_eq!(world.sends(0), []);
    world.outbox.offer_again(&mut world.out);
    assert_eq!(world.sends(0), [cid(1)]);
    assert!(world.outbox.settle(cid(1), Seq(1), Time(0), &mut world.out));
    assert!(!world.outbox.settle(cid(1), Seq(1), Time(0), &mut world.out));
}

fn order(world: &World) -> Vec<Cid> {
    world.outbox.entries.iter().map(|entry| entry.waiting.cid).collect()
}

#[test]
fn a_list_tells_which_rooms_it_changed() {
    let mut world = World::new();
    let here = |numbers: &[i64]| numbers.iter().map(|number| waiting(*number, ROOM)).collect::<Vec<_>>();
    assert_eq!(world.restore(here(&[1, 2])), (vec![ROOM], false));
    assert_eq!(world.restore(here(&[1, 2])), (vec![], false), "nothing new");
    assert_eq!(world.restore(here(&[2, 1])), (vec![ROOM], false), "another order");
    assert_eq!(world.restore(here(&[2])), (vec![ROOM], true), "one less");
    assert_eq!(order(&world), [cid(2)]);
}

#[test]
fn what_was_sent_before_comes_before_the_list_and_what_is_being_kept_after_it() {
    let mut world = World::new();
    world.outbox.set_durable(true);
    (1..=3).for_each(|number| world.outbox.add(waiting(number, ROOM), &mut world.out));
    world.outbox.stored(cid(1));
    world.sends(0);
    world.ack(1);
    world.outbox.stored(cid(2));
    world.restore(vec![waiting(9, ROOM), waiting(2, ROOM)]);
    assert_eq!(order(&world), [cid(1), cid(9), cid(2), cid(3)]);
    world.outbox.offer_again(&mut world.out);
    world.outbox.stored(cid(3));
    assert_eq!(world.restore(vec![waiting(9, ROOM), waiting(2, ROOM), waiting(3, ROOM)]), (vec![ROOM], false));
    assert_eq!(order(&world), [cid(1), cid(9), cid(2), cid(3)], "its place in the list is on the way");
}

#[test]
fn what_is_in_the_log_is_not_refused_by_an_older_list() {
    let mut world = World::with(&[1]);
    world.sends(0);
    world.ack(1);
    let refused = Waiting { refusal: Some(Code::NotConnected.into()), ..waiting(1, ROOM) };
    assert_eq!(world.restore(vec![refused]), (vec![], false));
    assert_eq!(world.outbox.get(cid(1)).unwrap().seq(), Some(Seq(1)));
}

#[test]
fn what_moves_before_the_list_changes_its_room() {
    let mut world = World::new();
    world.outbox.set_durable(true);
    world.restore(vec![waiting(9, ROOM)]);
    world.outbox.add(waiting(2, ROOM), &mut world.out);
    world.outbox.stored(cid(2));
    world.ack(2);
    world.outbox.offer_again(&mut world.out);
    assert_eq!(world.restore(vec![waiting(9, ROOM)]), (vec![ROOM], false));
    assert_eq!(order(&world), [cid(2), cid(9)]);
}
