//! Telling the server what is delivered and read. Rule: a few frames a second whatever happens, and nothing that only
//! concerns own messages: those are neither unread nor anybody's tick.

use std::collections::VecDeque;

use crate::ordered::{Map, Set};
use wire::frame::ClientFrame;
use wire::limits::CURSOR_INTERVAL_MS;
use wire::{Event, RoomId, Seq};

use crate::cursors::Reach;
use crate::io::Output;
use crate::room::Room;
use crate::unread::counting;

/// Frames in one interval, over all rooms: far below what a server takes for abuse.
const FRAMES_MAX: usize = 8;
/// A read cursor that the server has not confirmed after this long is told again.
const CONFIRM_MS: i64 = 15_000;

/// One room's wishes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    read: Seq,
    sent: Reach,
}

impl Marks {
    /// The user has read up to here.
    pub fn read(&self) -> Seq {
        self.read
    }

    /// The user has read up to here; never less than before.
    pub fn read_up_to(&mut self, seq: Seq) {
        self.read = self.read.max(seq);
    }

    /// What was told may be lost.
    pub fn unsend(&mut self) {
        self.sent = Reach::default();
    }
}

/// What is to be told of this room now, if anything; it counts as sent.
fn next_frame(room: &mut Room) -> Option<ClientFrame> {
    let (known, held, id) = (room.cursors.mine(), room.window.position(), room.id);
    let (read, told_read) = (room.marks.read, known.read.max(room.marks.sent.read));
    if read > told_read && concerns_others(room, told_read, read) {
        room.marks.sent.read = read;
        return Some(ClientFrame::MarkAsRead { room: id, seq: read });
    }
    let told = known.delivered.max(room.marks.sent.delivered).max(room.marks.sent.read);
    if held > told && concerns_others(room, told, held) {
        room.marks.sent.delivered = held;
        return Some(ClientFrame::Delivered { room: id, seq: held });
    }
    None
}

fn concerns_others(room: &Room, after: Seq, to: Seq) -> bool {
    !room.covers(after) || counting(&room.window, after, to, (room.me, Event::counts_for)) > 0
}

/// Which rooms have something to tell, and when.
#[derive(Clone, Debug, Default)]
pub(crate) struct Teller {
    wanted: Set<RoomId>,
    unconfirmed: Map<RoomId, i64>,
    next_ms: i64,
    last: Option<RoomId>,
}

impl Teller {
    /// Something moved in this room.
    pub fn want(&mut self, room: RoomId) {
        self.wanted.insert(room);
    }

    /// Tells what is due over the socket.
    pub fn run(&mut self, rooms: &mut Map<RoomId, Room>, now_ms: i64, out: &mut VecDeque<Output>) {
        if now_ms < self.next_ms {
            return;
        }
        let frames = self.collect(rooms, FRAMES_MAX, now_ms);
        if !frames.is_empty() {
            self.next_ms = now_ms.saturating_add(CURSOR_INTERVAL_MS);
        }
        out.extend(frames.into_iter().map(Output::Send));
    }

    /// At most `most` frames, one for each room, going round so that no busy room keeps the others waiting.
    pub fn collect(&mut self, rooms: &mut Map<RoomId, Room>, most: usize, now_ms: i64) -> Vec<ClientFrame> {
        self.doubt(rooms, now_ms);
        let mut frames = Vec::new();
        let mut round: Vec<RoomId> = self.wanted.iter().copied().collect();
        let turn = self.last.map_or(0, |last| round.partition_point(|room| *room <= last));
        round.rotate_left(turn);
        for id in round {
            if frames.len() >= most {
                break;
            }
            match rooms.get_mut(&id).and_then(next_frame) {
                Some(frame) => {
                    if matches!(frame, ClientFrame::MarkAsRead { .. }) {
                        self.unconfirmed.insert(id, now_ms.saturating_add(CONFIRM_MS));
                    }
                    self.last = Some(id);
                    frames.push(frame);
                }
                None => _ = self.wanted.remove(&id),
            }
        }
        frames
    }

    fn doubt(&mut self, rooms: &mut Map<RoomId, Room>, now_ms: i64) {
        let late: Vec<RoomId> =
            self.unconfirmed.iter().filter(|(_, until_ms)| now_ms >= **until_ms).map(|(room, _)| *room).collect();
        for id in late {
            self.unconfirmed.remove(&id);
            if let Some(room) = rooms.get_mut(&id).filter(|room| room.marks.read > room.cursors.mine().read) {
                room.marks.unsend();
                self.wanted.insert(id);
            }
        }
    }

    /// Another tab has told the server how far this room is read; if that is not confirmed, this one will.
    pub fn told_elsewhere(&mut self, rooms: &mut Map<RoomId, Room>, id: RoomId, now_ms: i64) {
        if let Some(room) = rooms.get_mut(&id) {
            room.marks.sent.read = room.marks.sent.read.max(room.marks.read);
            self.unconfirmed.insert(id, now_ms.saturating_add(CONFIRM_MS));
        }
    }

    /// A new connection: what was told on the old one may be lost.
    pub fn begin_anew(&mut self, rooms: &mut Map<RoomId, Room>) {
        self.unconfirmed.clear();
        for (id, room) in rooms.iter_mut() {
            room.marks.unsend();
            self.wanted.insert(*id);
        }
    }

    /// When to run next, on a socket.
    pub fn deadline_ms(&self) -> Option<i64> {
        let wanted = (!self.wanted.is_empty()).then_some(self.next_ms);
        wanted.into_iter().chain(self.unconfirmed.values().copied()).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{ROOM, cursor, event, own_event, summary};
    use wire::UserId;

    struct World {
        rooms: Map<RoomId, Room>,
        teller: Teller,
    }

    impl World {
        fn new() -> Self {
            let rooms = crate::ordered::map([(ROOM, Room::new(summary(10), UserId(1)))].into_iter());
            Self { rooms, teller: Teller::default() }
        }

        fn room(&mut self) -> &mut Room {
            self.teller.want(ROOM);
            self.rooms.get_mut(&ROOM).unwrap()
        }

        fn told(&mut self, now_ms: i64) -> Vec<ClientFrame> {
            let mut out = VecDeque::new();
            self.teller.run(&mut self.rooms, now_ms, &mut out);
            let frame = |output| if let Output::Send(frame) = output { frame } else { panic!("{output:?}") };
            out.into_iter().map(frame).collect()
        }
    }

    fn delivered(seq: i64) -> ClientFrame {
        ClientFrame::Delivered { room: ROOM, seq: Seq(seq) }
    }

    fn read(seq: i64) -> ClientFrame {
        ClientFrame::MarkAsRead { room: ROOM, seq: Seq(seq) }
    }

    #[test]
    fn what_is_held_is_told_at_once_and_then_four_times_a_second() {
        let mut world = World::new();
        let mut told = Vec::new();
        for step in 0..=10 {
            world.room().take(event(11 + step));
            told.extend(world.told(step * 50));
        }
        assert_eq!(told, [delivered(11), delivered(16), delivered(21)]);
    }

    #[test]
    fn reading_covers_delivery() {
        let mut world = World::new();
        world.room().take(event(11));
        world.room().read_up_to(Seq(11));
        assert_eq!(world.told(0), [read(11)]);
        assert_eq!(world.told(250), []);
        assert_eq!(world.teller.deadline_ms(), Some(CONFIRM_MS));
    }

    #[test]
    fn own_messages_tell_nothing() {
        let mut world = World::new();
        world.room().take(own_event(11));
        assert_eq!(world.room().read(), Seq(11));
        assert_eq!(world.told(0), []);
    }

    #[test]
    fn a_read_cursor_is_told_again_until_it_is_confirmed() {
        let mut world = World::new();
        world.room().take(event(11));
        world.room().read_up_to(Seq(11));
        assert_eq!(world.told(0), [read(11)]);
        assert_eq!(world.told(CONFIRM_MS), [read(11)]);
        world.room().cursors.merge(&cursor(1, 11, 11), UserId(1));
        assert_eq!(world.told(2 * CONFIRM_MS), []);
        let Teller { unconfirmed, wanted, .. } = &world.teller;
        assert!(unconfirmed.is_empty() && wanted.is_empty());
    }

    #[test]
    fn many_rooms_are_told_a_few_at_a_time() {
        let mut world = World::new();
        for id in 100..120 {
            let mut room = Room::new(wire::RoomSummary { id: RoomId(id), ..summary(10) }, UserId(1));
            room.take(wire::Event { room: RoomId(id), ..event(11) });
            world.rooms.insert(RoomId(id), room);
            world.teller.want(RoomId(id));
        }
        let figures: Vec<usize> = (0..4).map(|step| world.told(step * 250).len()).collect();
        assert_eq!(figures, [8, 8, 4, 0]);
    }
}
