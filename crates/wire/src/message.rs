//! What a message says, and what became of it: edited, answered, reacted to, deleted. Rule: a message as it is read has every
//! change up to `changed` folded in, so an event up to there is never applied again (SPEC 1).

use crate::{
    Decision, Event, EventKind, Person, Seq, Time, UserId, parts,
    read::{Read, Tree},
    readable, words, writable,
    write::{self, Write},
};
use serde::{Deserialize, Serialize, Serializer, ser::SerializeStruct};

/// What a message says now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its type.
    pub kind: MessageType,
    /// The text, trimmed, 1 to 10,000 characters; empty when it is deleted.
    pub content: String,
    /// What it answers, if it is an answer. Boxed, for most are none.
    pub reply_to: Option<Box<Quote>>,
    /// When its author last changed the text; on the wire there is `is_edited` as well.
    pub edited_at: Option<Time>,
    /// Whether the content is gone for good; absent when it is not.
    pub deleted: bool,
    /// Who reacted with what, in the order in which each emoji first came.
    pub reactions: Vec<Reaction>,
    /// The last event that is folded in; absent while nothing has changed.
    pub changed: Seq,
    /// What it carries besides: an object of the fields of [`crate::Parts`], or nothing. On the wire they are fields of the
    /// message.
    pub more: Tree,
}

impl Read for Message {
    fn read(mut tree: Tree) -> Option<Self> {
        Some(Self {
            more: tree.take_all(&parts::NAMES),
            kind: tree.read("type")?,
            content: tree.read("content")?,
            reply_to: tree.read("reply_to")?,
            edited_at: tree.read("edited_at")?,
            deleted: tree.read::<Option<_>>("deleted")?.unwrap_or_default(),
            reactions: tree.read::<Option<_>>("reactions")?.unwrap_or_default(),
            changed: tree.read::<Option<_>>("changed")?.unwrap_or_default(),
        })
    }
}

readable!(@serde Message);

impl Write for Message {
    fn write(&self, out: &mut String) {
        let is_edited = self.edited_at.map(|_| true);
        let mut fields: Vec<(&str, &dyn Write)> = vec![
            ("type", &self.kind),
            ("content", &self.content),
            ("reply_to", &self.reply_to),
            ("is_edited", &is_edited),
            ("edited_at", &self.edited_at),
            ("deleted", &self.deleted),
            ("reactions", &self.reactions),
            ("changed", &self.changed),
        ];
        fields.extend(self.more.fields().map(|(name, part)| (name.as_str(), part as &dyn Write)));
        write::object(out, &fields);
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Message", 12)?;
        out.serialize_field("type", &self.kind)?;
        out.serialize_field("content", &self.content)?;
        if let Some(quote) = &self.reply_to {
            out.serialize_field("reply_to", quote)?;
        }
        if let Some(at) = &self.edited_at {
            out.serialize_field("is_edited", &true)?;
            out.serialize_field("edited_at", at)?;
        }
        if self.deleted {
            out.serialize_field("deleted", &true)?;
        }
        if !self.reactions.is_empty() {
            out.serialize_field("reactions", &self.reactions)?;
        }
        if self.changed > Seq(0) {
            out.serialize_field("changed", &self.changed)?;
        }
        for name in parts::NAMES {
            if let Some(part) = self.more.get(name) {
                out.serialize_field(name, part)?;
            }
        }
        out.end()
    }
}

impl Message {
    /// One that says something.
    pub fn new(kind: MessageType, content: String) -> Self {
        let (reactions, changed, more) = (Vec::new(), Seq(0), Tree::Nothing);
        Self { kind, content, reply_to: None, edited_at: None, deleted: false, reactions, changed, more }
    }

    /// What stands for it where there is one line: its text, or else what it carries.
    pub fn gist(&self) -> &str {
        match self.more.get("gist") {
            Some(Tree::Text(gist)) if self.content.is_empty() => gist,
            _ => &self.content,
        }
    }

    /// What is left of one whose content is gone.
    pub fn erased(kind: MessageType) -> Self {
        Self { deleted: true, ..Self::new(kind, String::new()) }
    }

    /// Folds in what an event of its room did to it. Whether that was news; what is folded in already is not.
    pub fn amend(&mut self, event: &Event) -> bool {
        if event.seq <= self.changed || self.deleted {
            return false;
        }
        // What an event said may be gone by now: then something later says what became of it.
        let said = event.message.as_ref().filter(|said| !said.deleted).map(|said| &said.content);
        match (event.kind, said) {
            (EventKind::Edited, Some(text)) => (self.content, self.edited_at) = (text.clone(), Some(event.at)),
            (EventKind::Deleted, _) => *self = Self::erased(self.kind),
            (EventKind::Reacted, Some(emoji)) => self.react(emoji.clone(), event.author.id),
            (EventKind::Unreacted, Some(emoji)) => self.unreact(emoji, event.author.id),
            (EventKind::Decided, _) => {}
            _ => return false,
        }
        if event.kind == EventKind::Edited {
            // They are those of the text that was.
            self.more.drop("spans");
        }
        if let Some(said) = &event.message {
            self.more.put_all(&said.more);
        }
        self.changed = event.seq;
        true
    }

    /// Somebody reacts; once per person and emoji.
    pub fn react(&mut self, emoji: String, user: UserId) {
        match self.reactions.iter_mut().find(|reaction| reaction.emoji == emoji) {
            Some(reaction) if reaction.by.contains(&user) => {}
            Some(reaction) => reaction.by.push(user),
            None => self.reactions.push(Reaction { emoji, by: vec![user] }),
        }
    }

    /// Somebody takes a reaction back.
    pub fn unreact(&mut self, emoji: &str, user: UserId) {
        for reaction in self.reactions.iter_mut().filter(|reaction| reaction.emoji == emoji) {
            reaction.by.retain(|by| *by != user);
        }
        self.reactions.retain(|reaction| !reaction.by.is_empty());
    }
}

/// The type of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MessageType {
    /// Plain text.
    #[default]
    Text,
    /// Nobody's own words: what happened to a room, or, in a message, the host's word about a subject ("This chat is now
    /// open"), which counts as unread. People cannot send it.
    System,
    /// One picture or several, and perhaps a text.
    Image,
    /// Other files, and perhaps a text.
    File,
    /// A place.
    Location,
    /// An offer to one member.
    Bid,
    /// A type that this version does not know: refused when sent, a neutral line when received.
    Unknown,
}

words!(MessageType { Text: "text", System: "system", Image: "image", File: "file", Location: "location", Bid: "bid" });

/// The message that another one answers, as far as it is shown there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Quote {
    /// Its position in the same room.
    pub seq: Seq,
    /// Who wrote it; absent for a reader who may not see it, and then nothing more is told of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<Person>,
    /// The beginning of its text, on one line, at most [`crate::limits::QUOTE_CHARS_MAX`] characters; empty when it is deleted.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub content: String,
    /// Whether its content is gone; absent when it is not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// The last event that is folded into the quoted message, and so into this; absent while nothing has changed.
    #[serde(skip_serializing_if = "is_unchanged")]
    pub changed: Seq,
}

readable!(Quote { seq, author, [content, deleted, changed] });
writable!(Quote { seq, author, content, deleted, changed });

fn is_unchanged(changed: &Seq) -> bool {
    changed.0 == 0
}

impl Quote {
    /// How much of a text a quote shows.
    pub fn excerpt(text: &str) -> String {
        let line = |char: char| if char.is_whitespace() { ' ' } else { char };
        text.chars().take(crate::limits::QUOTE_CHARS_MAX).map(line).collect()
    }

    /// Folds in what an event did to the quoted message. Whether that changed the quote.
    pub fn amend(&mut self, event: &Event) -> bool {
        if event.target != Some(self.seq) || self.author.is_none() || event.seq <= self.changed {
            return false;
        }
        match (event.kind, &event.message) {
            (EventKind::Edited, Some(said)) if !said.deleted && !self.deleted => {
                self.content = Self::excerpt(&said.content);
            }
            (EventKind::Deleted, _) => (self.content, self.deleted) = (String::new(), true),
            _ => return false,
        }
        self.changed = event.seq;
        true
    }
}

/// Everybody who reacted to a message with one emoji.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// Who, in the order in which they came; never empty.
    pub by: Vec<UserId>,
}

readable!(Reaction { emoji, by });
writable!(Reaction { emoji, by });

/// What a client is to do, in a word: say something, or do something to a message that is in the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Act {
    /// A message.
    #[default]
    Say,
    /// See [`Amendment::Edit`].
    Edit,
    /// See [`Amendment::Delete`].
    Delete,
    /// See [`Amendment::React`].
    React,
    /// See [`Amendment::Unreact`].
    Unreact,
    /// What a later version can do.
    Unknown,
}

words!(Act { Say: "say", Edit: "edit", Delete: "delete", React: "react", Unreact: "unreact" });

impl Act {
    /// What is done so with this text or emoji, if it is done to a message.
    pub fn amendment(self, said: String) -> Option<Amendment> {
        Some(match self {
            Self::Edit => Amendment::Edit { content: said },
            Self::Delete => Amendment::Delete,
            Self::React => Amendment::React { emoji: said },
            Self::Unreact => Amendment::Unreact { emoji: said },
            Self::Say | Self::Unknown => return None,
        })
    }

    /// What its event is.
    pub fn event_kind(self) -> EventKind {
        match self {
            Self::Say => EventKind::Message,
            Self::Edit => EventKind::Edited,
            Self::Delete => EventKind::Deleted,
            Self::React => EventKind::Reacted,
            Self::Unreact => EventKind::Unreacted,
            Self::Unknown => EventKind::Unknown,
        }
    }
}

/// What somebody does to a message that is in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Amendment {
    /// Its author says it otherwise.
    Edit {
        /// The new text.
        content: String,
    },
    /// Its author, or an admin of the room, takes it away for good.
    Delete,
    /// Anybody reacts.
    React {
        /// With what.
        emoji: String,
    },
    /// And takes that back.
    Unreact {
        /// What was reacted with.
        emoji: String,
    },
}

impl Write for Amendment {
    fn write(&self, out: &mut String) {
        let (act, said): (Act, Option<(&str, &String)>) = match self {
            Self::Edit { content } => (Act::Edit, Some(("content", content))),
            Self::Delete => (Act::Delete, None),
            Self::React { emoji } => (Act::React, Some(("emoji", emoji))),
            Self::Unreact { emoji } => (Act::Unreact, Some(("emoji", emoji))),
        };
        let mut fields: Vec<(&str, &dyn Write)> = vec![("act", &act)];
        fields.extend(said.map(|(name, said)| (name, said as &dyn Write)));
        write::object(out, &fields);
    }
}

/// A message by itself, and what one of its readers may do with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageDetails {
    /// It.
    pub event: Event,
    /// Who reacted, by name: the same emoji and people as in the message, in the same order.
    pub reactions: Vec<(String, Vec<Person>)>,
    /// What it said before, the latest first, and since when: for who wrote it and for admins of the room. At most
    /// [`crate::limits::EARLIER_TEXTS_MAX`].
    pub earlier: Vec<(String, Time)>,
    /// Whether the reader may change its text.
    pub may_edit: bool,
    /// Whether the reader may delete it.
    pub may_delete: bool,
    /// Whether the reader may answer it and react to it.
    pub may_answer: bool,
    /// What the reader may do about it, if it is a bid.
    pub decisions: Vec<Decision>,
}
