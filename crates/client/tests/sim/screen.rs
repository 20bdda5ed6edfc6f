//! What a page would show that only follows the changes it is told. Rule: it shows what the client would say if asked.

use client::{Change, Client, Line, LinkView, PresenceView, RoomView, Tick, Timeline};
use wire::{Cid, RoomId, UserId};

/// Users that write and read.
const USERS: i64 = 3;

#[derive(Default)]
pub struct Screen {
    open: Option<RoomId>,
    pub timeline: Timeline,
    pub rows: Vec<RoomView>,
    link: Option<LinkView>,
    typing: Option<String>,
    presence: [Option<PresenceView>; USERS as usize],
}

impl Screen {
    /// The page opens another room: it reads everything.
    pub fn open(&mut self, room: Option<RoomId>, client: &Client) {
        self.open = room;
        self.timeline = room.map(|room| client.timeline(room)).unwrap_or_default();
        self.typing = room.and_then(|room| client.typing(room));
    }

    pub fn follow(&mut self, change: Change, client: &Client) {
        match change {
            Change::Link => self.link = Some(client.link()),
            Change::Rooms => self.rows = client.rooms(),
            Change::Room(id) => {
                let shown = self.rows.iter().position(|row| row.id == id);
                match (shown, client.room(id)) {
                    (Some(shown), Some(row)) => self.rows[shown] = row,
                    (shown, row) => assert!(shown.is_none() && row.is_none(), "{id:?} came or went untold"),
                }
                if self.open == Some(id) {
                    self.timeline.catching_up = client.room(id).is_some_and(|row| row.catching_up);
                    self.timeline.missing_before = client.missing_before(id);
                }
            }
            Change::Timeline(_) | Change::Line { .. } | Change::Gone { .. } | Change::Ticks(_) => {
                self.follow_lines(change, client)
            }
            Change::Typing(room) if self.open == Some(room) => self.typing = client.typing(room),
            Change::Typing(_) => {}
            Change::Presence(_) => self.presence = presence(client),
        }
    }

    fn follow_lines(&mut self, change: Change, client: &Client) {
        let lines = &mut self.timeline.lines;
        match change {
            Change::Timeline(room) if self.open == Some(room) => self.timeline = client.timeline(room),
            Change::Line { room, line, before } if self.open == Some(room) => {
                lines.retain(|shown| shown.cid != line.cid);
                lines.insert(before.map_or(lines.len(), |cid| place(lines, cid)), *line);
            }
            Change::Gone { room, cid } if self.open == Some(room) => {
                lines.remove(place(lines, cid));
            }
            Change::Ticks(room) if self.open == Some(room) => {
                lines.iter_mut().for_each(|line| tick(line, room, client));
            }
            other => panic!("{other:?} is not about the open room"),
        }
    }

    pub fn check(&self, client: &Client) {
        assert_eq!(self.link.as_ref(), Some(&client.link()));
        assert_eq!(self.rows, client.rooms());
        assert_eq!(self.presence, presence(client));
        if let Some(open) = self.open {
            assert_eq!(self.timeline, client.timeline(open));
            assert_eq!(self.typing, client.typing(open));
        }
    }
}

fn place(lines: &[Line], cid: Cid) -> usize {
    lines.iter().rposition(|line| line.cid == cid).expect("a line is named that is on the screen")
}

fn tick(line: &mut Line, room: RoomId, client: &Client) {
    let is_stored = matches!(line.tick, Some(Tick::Sent | Tick::Delivered | Tick::Read));
    if let Some(seq) = line.seq.filter(|_| is_stored) {
        let (tick, tally) = client.receipts(room, seq);
        (line.tick, line.tally) = (Some(tick), tally);
    }
}

fn presence(client: &Client) -> [Option<PresenceView>; USERS as usize] {
    std::array::from_fn(|user| Some(client.presence(UserId(user as i64 + 1))))
}
