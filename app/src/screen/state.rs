//! What is on the screen once. Rule: one signal for all of it; what is drawn from it reads as little of it as it can.

use client::{Client, GapState, LinkView, Older, Opened, PresenceView, ordered::Map};
use wire::{Cid, RoomId, UserId};

/// Everything that is there once.
#[derive(Clone)]
pub struct State {
    /// The connection.
    pub link: LinkView,
    /// What there is before the conversation's first line.
    pub older: Older,
    /// What is done about messages that are missing within it.
    pub gap: GapState,
    /// What was unread in it when it was opened.
    pub opened: Option<Opened>,
    /// The message at which it opens, until it is drawn.
    pub at: Option<Cid>,
    /// Own messages in it that were refused.
    pub refused: Vec<Cid>,
    /// Whether any of them may be sent again as it is.
    pub may_retry: bool,
    /// Its end is out of sight.
    pub is_away: bool,
    /// So is the first message that was unread, above.
    pub is_below: bool,
    /// The day of what is in view, while no separator there tells it.
    pub day: Option<i64>,
    /// Who types in which rooms.
    pub typing: Map<RoomId, String>,
    /// Who is here.
    pub presence: Map<UserId, PresenceView>,
    /// Something that the server or the browser said.
    pub notice: String,
    /// Whether this tab is the one that sends.
    pub leads: bool,
    /// Whether what the browser kept is here.
    pub kept: bool,
    /// Unread messages over all rooms.
    pub unread: i64,
    /// Whether the page is here without anybody's conversations.
    pub nobody: bool,
}

impl State {
    /// The first view: the same on both sides.
    pub(super) fn new(core: &Client) -> Self {
        Self {
            link: core.link(),
            older: Older::default(),
            gap: GapState::More,
            opened: None,
            at: None,
            refused: Vec::new(),
            may_retry: false,
            is_away: false,
            is_below: false,
            day: None,
            typing: Map::new(),
            presence: Map::new(),
            notice: String::new(),
            leads: false,
            kept: false,
            unread: core.unread_total(),
            nobody: false,
        }
    }
}
