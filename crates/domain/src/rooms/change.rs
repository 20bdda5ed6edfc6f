//! What somebody wants to change about a room, and that it can be meant at all. Rule: what passes needs no look at its text
//! any more.

use super::titles::{self, Title};
use crate::{Error, log::decide::ContentHash, names};
use sha2::{Digest, Sha256};
use wire::{Code, Level, Role, admin::Action, limits::PART_CHARS_MAX};

/// A change, as a member (or for [`Change::Join`] a visitor) asks for it. People are named by their usernames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// To come into a public room.
    Join,
    /// To leave.
    Leave,
    /// To bring somebody in, at once.
    Invite {
        /// Whom.
        username: String,
        /// Whether they see what the inviter sees of the past; else they see from now on.
        with_history: bool,
        /// In a subject room: what they are to the thing; may be empty.
        part: String,
    },
    /// To send a member out. They may come back.
    Remove {
        /// Whom.
        username: String,
    },
    /// To send somebody out, or keep them out, for good.
    Ban {
        /// Whom.
        username: String,
    },
    /// To let somebody come back.
    Unban {
        /// Whom.
        username: String,
    },
    /// To let a member only read.
    Mute {
        /// Whom.
        username: String,
    },
    /// To let somebody write again.
    Unmute {
        /// Whom.
        username: String,
    },
    /// To give a member a role.
    Role {
        /// Whom.
        username: String,
        /// Which.
        role: Role,
    },
    /// To give the room a title.
    Rename {
        /// Which.
        title: String,
    },
    /// To say what the room is about.
    Topic {
        /// What; empty for nothing.
        topic: String,
    },
    /// To close the room.
    Archive {
        /// Why; may be empty.
        notice: String,
    },
    /// To open it again.
    Reopen,
    /// To say how much of the room one wants to hear; of any room, also a direct one.
    Level {
        /// How much.
        level: Level,
    },
    /// In a subject room: to tell everybody something about the thing, as the system; it counts as unread.
    Notice {
        /// What.
        text: String,
    },
}

/// What somebody is to a subject: a free name, or empty.
pub(crate) type Part = String;

/// A new group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewGroup {
    /// What it is called.
    pub title: String,
    /// What it is about; may be empty.
    pub topic: String,
    /// Whether it is listed and anybody may join.
    pub is_public: bool,
}

/// A change without the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Join,
    Leave,
    Invite { with_history: bool, part: Part },
    Remove,
    Ban,
    Unban,
    Mute,
    Unmute,
    Role(Role),
    Rename(Title),
    Topic(String),
    Archive(String),
    Reopen,
    Level(Level),
    Notice(String),
}

/// A change that passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Checked {
    pub(crate) step: Step,
    /// The key of the username of the person it is about.
    pub(crate) whom: Option<String>,
}

/// A new group that passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Founding {
    pub(crate) title: Title,
    pub(crate) topic: String,
    pub(crate) is_public: bool,
}

/// Judges what was typed.
pub(crate) fn check(change: Change) -> Result<Checked, Error> {
    let about = |username: String, step| Checked { step, whom: Some(names::key(&username)) };
    let alone = |step| Checked { step, whom: None };
    Ok(match change {
        Change::Join => alone(Step::Join),
        Change::Leave => alone(Step::Leave),
        Change::Invite { username, with_history, part: of } => {
            about(username, Step::Invite { with_history, part: part(&of)? })
        }
        Change::Remove { username } => about(username, Step::Remove),
        Change::Ban { username } => about(username, Step::Ban),
        Change::Unban { username } => about(username, Step::Unban),
        Change::Mute { username } => about(username, Step::Mute),
        Change::Unmute { username } => about(username, Step::Unmute),
        Change::Role { role: Role::Unknown, .. } => return Err(Code::UnknownRole.into()),
        Change::Role { username, role } => about(username, Step::Role(role)),
        Change::Rename { title } => alone(Step::Rename(titles::title(&title)?)),
        Change::Topic { topic } => alone(Step::Topic(titles::topic(&topic)?)),
        Change::Archive { notice } if notice.trim().is_empty() => alone(Step::Archive(String::new())),
        Change::Archive { notice } => alone(Step::Archive(titles::notice(&notice)?)),
        Change::Reopen => alone(Step::Reopen),
        Change::Level { level: Level::Unknown } => return Err(Code::UnknownLevel.into()),
        Change::Level { level } => alone(Step::Level(level)),
        Change::Notice { text } => alone(Step::Notice(titles::notice(&text)?)),
    })
}

/// What somebody is to a subject, trimmed.
///
/// # Errors
/// [`Code::BadPart`].
pub(super) fn part(text: &str) -> Result<Part, Error> {
    let text = text.trim();
    let is_odd = |char: char| char.is_control() || names::turns_direction(char);
    if text.chars().count() > PART_CHARS_MAX || text.chars().any(is_odd) {
        return Err(Code::BadPart.into());
    }
    Ok(text.to_owned())
}

/// Judges a new group.
pub(crate) fn check_new(group: NewGroup) -> Result<Founding, Error> {
    let NewGroup { title, topic, is_public } = group;
    Ok(Founding { title: titles::title(&title)?, topic: titles::topic(&topic)?, is_public })
}

impl Step {
    /// What the audit log says of it: keeping order, and what a room is. Coming, going and speaking are in the
    /// room's own log; how much somebody wants to hear is their own business.
    pub(crate) fn audited(&self) -> Option<(Action, &str)> {
        Some(match self {
            Self::Invite { .. } => (Action::RoomInvited, ""),
            Self::Remove => (Action::RoomRemoved, ""),
            Self::Ban => (Action::RoomBanned, ""),
            Self::Unban => (Action::RoomUnbanned, ""),
            Self::Mute => (Action::RoomMuted, ""),
            Self::Unmute => (Action::RoomUnmuted, ""),
            Self::Role(role) => (Action::RoomRole, role.as_str()),
            Self::Rename(title) => (Action::RoomRenamed, &title.text),
            Self::Topic(_) => (Action::RoomTopic, ""),
            Self::Archive(_) => (Action::RoomArchived, ""),
            Self::Reopen => (Action::RoomReopened, ""),
            Self::Join | Self::Leave | Self::Notice(_) | Self::Level(_) => return None,
        })
    }
}

impl Checked {
    /// Tells a retry from another use of the same cid.
    pub(crate) fn hash(&self) -> ContentHash {
        let (word, text) = match &self.step {
            Step::Join => ("join", ""),
            Step::Leave => ("leave", ""),
            Step::Invite { with_history: false, part } => ("invite", part.as_str()),
            Step::Invite { with_history: true, part } => ("invite with history", part.as_str()),
            Step::Remove => ("remove", ""),
            Step::Ban => ("ban", ""),
            Step::Unban => ("unban", ""),
            Step::Mute => ("mute", ""),
            Step::Unmute => ("unmute", ""),
            Step::Role(role) => ("role", role.as_str()),
            Step::Rename(title) => ("rename", title.text.as_str()),
            Step::Topic(topic) => ("topic", topic.as_str()),
            Step::Archive(notice) => ("archive", notice.as_str()),
            Step::Notice(text) => ("notice", text.as_str()),
            Step::Reopen => ("reopen", ""),
            Step::Level(level) => ("level", level.as_str()),
        };
        digest(&[word, self.whom.as_deref().unwrap_or_default(), text])
    }
}

impl Founding {
    /// Tells a retry from another use of the same cid.
    pub(crate) fn hash(&self) -> ContentHash {
        digest(&["create", if self.is_public { "public" } else { "private" }, &self.title.text, &self.topic])
    }
}

/// The parts contain no nulls: what is typed was checked for them, and usernames that do are nobody's.
pub(crate) fn digest(parts: &[&str]) -> ContentHash {
    parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(part).chain_update([0])).finalize().into()
}
