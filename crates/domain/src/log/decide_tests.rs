//! What the log's decisions promise. Rule: every property holds for any group on any log.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

const NOW: Time = Time(5_000);

fn cid(number: u8) -> Cid {
    Cid::from_bytes([number; 16])
}

fn wish(author: i64, number: u8, room: i64, content: u8) -> Wish {
    Wish { author: UserId(author), cid: cid(number), room: RoomId(room), hash: [content; 32] }
}

fn rooms(heads: &[(i64, i64)]) -> Rooms {
    heads.iter().map(|(room, head)| (RoomId(*room), RoomState { head: Seq(*head), members_rev: 1 })).collect()
}

fn check(wishes: &[Wish], findings: &[Finding], expected: &[Verdict]) {
    assert_eq!(decide(wishes, findings, &mut rooms(&[(1, 10), (2, 0)]), NOW), expected);
}

const fn known(room: i64, seq: i64, content: u8) -> Finding {
    Finding::Known(Stored { room: RoomId(room), seq: Seq(seq), hash: [content; 32], at: Time(7) })
}

#[test]
fn a_group_gets_dense_positions_in_its_order() {
    check(
        &[wish(1, 1, 1, 1), wish(2, 1, 1, 1), wish(1, 2, 2, 1), wish(1, 3, 1, 1)],
        &[Finding::Clear; 4],
        &[Verdict::Append(Seq(11)), Verdict::Append(Seq(12)), Verdict::Append(Seq(1)), Verdict::Append(Seq(13))],
    );
}

#[test]
fn a_retry_gets_the_same_ack_whatever_has_changed_since() {
    check(&[wish(1, 1, 1, 1)], &[known(1, 4, 1)], &[Verdict::Same(Seq(4), Time(7))]);
    check(&[wish(1, 1, 9, 1)], &[known(9, 4, 1)], &[Verdict::Same(Seq(4), Time(7))]);
}

#[test]
fn other_content_or_another_room_under_a_used_cid_is_a_conflict() {
    check(&[wish(1, 1, 1, 2)], &[known(1, 4, 1)], &[Verdict::Refuse(Code::CidConflict)]);
    check(&[wish(1, 1, 2, 1)], &[known(1, 4, 1)], &[Verdict::Refuse(Code::CidConflict)]);
}

#[test]
fn a_cid_twice_in_one_group_is_stored_once() {
    check(
        &[wish(1, 1, 1, 1), wish(1, 1, 1, 1), wish(1, 1, 1, 2), wish(2, 1, 1, 2)],
        &[Finding::Clear; 4],
        &[
            Verdict::Append(Seq(11)),
            Verdict::Same(Seq(11), NOW),
            Verdict::Refuse(Code::CidConflict),
            Verdict::Append(Seq(12)),
        ],
    );
}

#[test]
fn what_is_refused_takes_no_position() {
    let forbidden = [Code::NotFound, Code::Banned, Code::NotConnected].map(Finding::Forbidden);
    check(
        &[wish(1, 1, 1, 1), wish(2, 1, 1, 1), wish(3, 1, 1, 1), wish(4, 1, 9, 1), wish(5, 1, 1, 1)],
        &[forbidden[0], forbidden[1], forbidden[2], Finding::Clear, Finding::Clear],
        &[
            Verdict::Refuse(Code::NotFound),
            Verdict::Refuse(Code::Banned),
            Verdict::Refuse(Code::NotConnected),
            Verdict::Refuse(Code::NotFound),
            Verdict::Append(Seq(11)),
        ],
    );
}

fn cursors(user: i64, delivered: i64, read: i64) -> CursorState {
    CursorState { user: UserId(user), delivered: Seq(delivered), read: Seq(read), joined: Seq(0) }
}

fn step(room: i64, user: i64, delivered: i64, read: i64) -> Move {
    Move { room: RoomId(room), user: UserId(user), delivered: Seq(delivered), read: Seq(read) }
}

#[test]
fn the_moves_of_a_member_become_one_to_the_furthest() {
    let found = Cursors::from([((RoomId(1), UserId(1)), cursors(1, 3, 2))]);
    let moves =
        [step(1, 1, 5, 0), step(1, 1, 4, 0), step(1, 1, 0, 6), step(1, 1, 0, 11), step(1, 2, 1, 1), step(2, 1, 0, 0)];
    let (answers, moved) = decide_moves(&moves, &rooms(&[(1, 10), (2, 0)]), &found);
    assert_eq!(answers, [Ok(()), Ok(()), Ok(()), Err(Code::SeqBeyondHead), Err(Code::NotFound), Err(Code::NotFound)]);
    assert_eq!(moved, [Moved { room: RoomId(1), before: cursors(1, 3, 2), after: cursors(1, 6, 6) }]);
}

#[test]
fn nothing_moves_back_and_standing_still_is_no_move() {
    let found = Cursors::from([((RoomId(1), UserId(1)), cursors(1, 3, 2))]);
    let (answers, moved) = decide_moves(&[step(1, 1, 2, 1), step(1, 1, -5, 0)], &rooms(&[(1, 10)]), &found);
    assert_eq!((answers, moved), (vec![Ok(()), Ok(())], vec![]));
}

/// A log kept the simple way: one wish after the other.
#[derive(Default)]
struct Model {
    heads: BTreeMap<RoomId, i64>,
    stored: HashMap<(UserId, Cid), Stored>,
}

impl Model {
    fn append(&mut self, wish: &Wish, forbidden: Option<Code>, now: Time) -> Verdict {
        match self.stored.get(&(wish.author, wish.cid)) {
            Some(event) if (event.room, event.hash) == (wish.room, wish.hash) => {
                return Verdict::Same(event.seq, event.at);
            }
            Some(_) => return Verdict::Refuse(Code::CidConflict),
            None => {}
        }
        if let Some(code) = forbidden {
            return Verdict::Refuse(code);
        }
        let head = self.heads.entry(wish.room).or_default();
        *head += 1;
        let event = Stored { room: wish.room, seq: Seq(*head), hash: wish.hash, at: now };
        self.stored.insert((wish.author, wish.cid), event);
        Verdict::Append(event.seq)
    }
}

fn any_wish() -> impl Strategy<Value = (Wish, Option<Code>)> {
    let forbidden =
        prop::option::weighted(0.2, prop::sample::select(vec![Code::NotFound, Code::Banned, Code::NotConnected]));
    ((1..4_i64, 0..12_u8, 1..4_i64, 0..2_u8), forbidden)
        .prop_map(|((author, number, room, content), forbidden)| (wish(author, number, room, content), forbidden))
}

proptest! {
    #[test]
    fn groups_of_any_size_decide_like_one_request_after_the_other(
        groups in prop::collection::vec(prop::collection::vec(any_wish(), 1..40), 1..8),
    ) {
        let mut model = Model::default();
        let mut seen: BTreeMap<RoomId, BTreeSet<Seq>> = BTreeMap::new();
        for (index, group) in groups.iter().enumerate() {
            let now = Time(i64::try_from(index).unwrap());
            let wishes: Vec<Wish> = group.iter().map(|(wish, _)| *wish).collect();
            let findings: Vec<Finding> = group.iter().map(|(wish, forbidden)| {
                match (model.stored.get(&(wish.author, wish.cid)), forbidden) {
                    (Some(stored), _) => Finding::Known(*stored),
                    (None, Some(code)) => Finding::Forbidden(*code),
                    (None, None) => Finding::Clear,
                }
            }).collect();
            let head = |room| *model.heads.get(&RoomId(room)).unwrap_or(&0);
            let mut locked = rooms(&[(1, head(1)), (2, head(2)), (3, head(3))]);
            let verdicts = decide(&wishes, &findings, &mut locked, now);
            let expected: Vec<Verdict> =
                group.iter().map(|(wish, forbidden)| model.append(wish, *forbidden, now)).collect();
            prop_assert_eq!(&verdicts, &expected);
            for (wish, verdict) in wishes.iter().zip(verdicts) {
                if let Verdict::Append(seq) = verdict {
                    prop_assert!(seen.entry(wish.room).or_default().insert(seq));
                }
            }
            for (room, state) in locked {
                prop_assert_eq!(state.head.0, *model.heads.get(&room).unwrap_or(&0));
            }
        }
        for seqs in seen.values() {
            prop_assert_eq!(seqs.last().unwrap().0, i64::try_from(seqs.len()).unwrap());
        }
    }

    #[test]
    fn cursors_end_at_the_furthest_allowed_move_in_any_order(
        moves in prop::collection::vec((1..3_i64, 1..3_i64, -1..14_i64, -1..14_i64), 0..40),
    ) {
        let moves: Vec<Move> = moves.iter().map(|(room, user, delivered, read)| step(*room, *user, *delivered, *read)).collect();
        let locked = rooms(&[(1, 10), (2, 0)]);
        let found = Cursors::from([
            ((RoomId(1), UserId(1)), cursors(1, 3, 2)),
            ((RoomId(1), UserId(2)), cursors(2, 0, 0)),
            ((RoomId(2), UserId(1)), cursors(1, 0, 0)),
        ]);
        let (answers, moved) = decide_moves(&moves, &locked, &found);
        let mut backwards = moves.clone();
        backwards.reverse();
        prop_assert_eq!(&decide_moves(&backwards, &locked, &found).1, &moved);
        for (step, answer) in moves.iter().zip(&answers) {
            prop_assert_eq!(answer.is_err(), step.user == UserId(2) && step.room == RoomId(2)
                || step.delivered.max(step.read) > locked[&step.room].head);
        }
        for Moved { room, before, after } in moved {
            prop_assert!(after.delivered >= before.delivered && after.read >= before.read && after != before);
            prop_assert!(after.read <= after.delivered && after.delivered <= locked[&room].head);
        }
    }
}
