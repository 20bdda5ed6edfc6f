//! Which requests of a group enter the log, and where: a pure function of the requests and what the transaction found.
//! Rule: positions are dense, one event per (author, cid), the group's order is kept, and nothing refused takes a position.

use std::collections::{BTreeMap, HashMap};
use wire::{Cid, Code, CursorState, RoomId, Seq, Time, UserId};

/// SHA-256 over what was sent: tells a retry from another use of the same cid.
pub(crate) type ContentHash = [u8; 32];

/// A request to append, as far as the decision goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wish {
    pub(crate) author: UserId,
    pub(crate) cid: Cid,
    pub(crate) room: RoomId,
    pub(crate) hash: ContentHash,
}

/// An event that the log holds under the (author, cid) of a wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) room: RoomId,
    pub(crate) seq: Seq,
    pub(crate) hash: ContentHash,
    pub(crate) at: Time,
}

/// What the transaction found about one wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    /// The author may append in this room, and the cid is new.
    Clear,
    /// The cid is known.
    Known(Stored),
    /// The author may not: the room is not the author's or is closed, the author is banned or muted, or the two are not
    /// connected.
    Forbidden(Code),
}

/// A room, locked by the transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RoomState {
    pub(crate) head: Seq,
    pub(crate) members_rev: i64,
}

/// The rooms of a group.
pub(crate) type Rooms = BTreeMap<RoomId, RoomState>;

/// The answer to a wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It enters the log at this position.
    Append(Seq),
    /// It is in the log already, or enters it with an earlier wish of the group: the same ack.
    Same(Seq, Time),
    /// Nothing is stored.
    Refuse(Code),
}

/// Decides the wishes of a group in their order and raises the heads in `rooms`.
pub(crate) fn decide(wishes: &[Wish], findings: &[Finding], rooms: &mut Rooms, now: Time) -> Vec<Verdict> {
    let mut stored: HashMap<(UserId, Cid), Stored> = HashMap::with_capacity(wishes.len());
    let mut verdicts = Vec::with_capacity(wishes.len());
    for (wish, finding) in wishes.iter().zip(findings) {
        if let Finding::Known(known) = finding {
            stored.insert((wish.author, wish.cid), *known);
        }
        verdicts.push(match (stored.get(&(wish.author, wish.cid)), finding, rooms.get_mut(&wish.room)) {
            (Some(known), ..) if known.room == wish.room && known.hash == wish.hash => {
                Verdict::Same(known.seq, known.at)
            }
            (Some(_), ..) => Verdict::Refuse(Code::CidConflict),
            (None, Finding::Forbidden(code), _) => Verdict::Refuse(*code),
            (None, _, None) => Verdict::Refuse(Code::NotFound),
            (None, _, Some(room)) => {
                room.head = room.head.next();
                let event = Stored { room: wish.room, seq: room.head, hash: wish.hash, at: now };
                stored.insert((wish.author, wish.cid), event);
                Verdict::Append(room.head)
            }
        });
    }
    verdicts
}

/// A request to move cursors; [`Seq`] 0 leaves one where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Move {
    pub(crate) room: RoomId,
    pub(crate) user: UserId,
    pub(crate) delivered: Seq,
    pub(crate) read: Seq,
}

/// Where the cursors of the group's members stand.
pub(crate) type Cursors = BTreeMap<(RoomId, UserId), CursorState>;

/// A member whose cursors go forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moved {
    pub(crate) room: RoomId,
    pub(crate) before: CursorState,
    pub(crate) after: CursorState,
}

/// Decides the moves of a group against the heads before it: the positions that it appends nobody has seen yet. The moves
/// of one member become one, to the furthest. Returns an answer per move, and what goes forward.
pub(crate) fn decide_moves(moves: &[Move], rooms: &Rooms, found: &Cursors) -> (Vec<Result<(), Code>>, Vec<Moved>) {
    let mut after = Cursors::new();
    let mut answers = Vec::with_capacity(moves.len());
    for step in moves {
        let key = (step.room, step.user);
        answers.push(match (found.get(&key), rooms.get(&step.room)) {
            (Some(_), Some(room)) if step.delivered.max(step.read) > room.head => Err(Code::SeqBeyondHead),
            (Some(before), Some(_)) => {
                let cursors = after.entry(key).or_insert(*before);
                cursors.read = cursors.read.max(step.read);
                // Whoever has read it holds it.
                cursors.delivered = cursors.delivered.max(step.delivered).max(step.read);
                Ok(())
            }
            _ => Err(Code::NotFound),
        });
    }
    let forward = |((room, user), after): ((RoomId, UserId), CursorState)| {
        let before = *found.get(&(room, user))?;
        (before != after).then_some(Moved { room, before, after })
    };
    (answers, after.into_iter().filter_map(forward).collect())
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
