//! Who may change what about a room (SPEC 3): a pure function of the change, where its author and the other person stand,
//! and the room. Rule: who is not in a room learns nothing of it but whether a public one lets them in.

use super::change::Step;
use wire::{Code, EventKind, Level, Role, RoomKind, Seq, limits::ROOM_MEMBERS_MAX};

/// The room, locked by the transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) kind: RoomKind,
    pub(crate) is_public: bool,
    pub(crate) is_archived: bool,
    pub(crate) title: String,
    pub(crate) topic: String,
    pub(crate) members_count: i64,
    pub(crate) owners_count: i64,
    /// Whether the title that the room would have is no other open public room's.
    pub(crate) is_title_free: bool,
    /// Whether an application governs it, which may let others in when nobody is left.
    pub(crate) is_hosted: bool,
}

/// Where somebody stands in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// None: not in the room.
    pub(crate) role: Option<Role>,
    pub(crate) is_muted: bool,
    /// From this room.
    pub(crate) is_banned: bool,
    /// Since when they see everything: the start of the interval that is open.
    pub(crate) sees_from: Seq,
}

/// The person whom a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Other {
    pub(crate) standing: Standing,
    pub(crate) is_self: bool,
    /// Whether the author may write to them: connected, or anybody may; neither blocked the other, nor is banned.
    pub(crate) is_reachable: bool,
}

/// Whom an effect concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whom {
    Author,
    Other,
}

/// What is written beside the event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// A member who sees from this position on; from the event itself on without one.
    Enter(Whom, Option<Seq>),
    /// A member no more; the event is the last thing they see.
    Go(Whom),
    Ban,
    Unban,
    Mute,
    Unmute,
    Role(Role),
    Rename,
    Topic,
    Archive,
    Reopen,
    Level(Level),
}

/// What a change that is allowed does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Decision {
    /// The event and its text; none when the members see nothing of it.
    pub(crate) event: Option<(EventKind, Option<String>)>,
    pub(crate) effects: Vec<Effect>,
}

impl Decision {
    fn event(kind: EventKind, effects: impl Into<Vec<Effect>>) -> Self {
        Self { event: Some((kind, None)), effects: effects.into() }
    }

    fn saying(kind: EventKind, text: &str, effect: Effect) -> Self {
        Self { event: Some((kind, Some(text.to_owned()))), effects: vec![effect] }
    }

    /// Whether it was so already.
    pub(crate) fn is_nothing(&self) -> bool {
        self.event.is_none() && self.effects.is_empty()
    }

    fn silent(effect: Effect) -> Self {
        Self { event: None, effects: vec![effect] }
    }
}

/// Nothing is left to do: it is so already.
fn nothing() -> Decision {
    Decision::default()
}

/// Decides a change. `other` is none when it is about nobody, or about somebody who does not exist.
pub(crate) fn decide(step: &Step, room: &Facts, author: &Standing, other: Option<&Other>) -> Result<Decision, Code> {
    let Some(role) = author.role else {
        return if *step == Step::Join { join(room, author) } else { Err(Code::NotFound) };
    };
    if let Step::Level(level) = step {
        return Ok(Decision::silent(Effect::Level(*level)));
    }
    if room.kind == RoomKind::Direct {
        return Err(Code::NotAllowed);
    }
    match step {
        Step::Join | Step::Level(_) => Ok(nothing()),
        Step::Leave => leave(room, role),
        Step::Rename(_) | Step::Topic(_) => describe(step, room, role),
        Step::Archive(_) | Step::Reopen => close(step, room, role),
        Step::Notice(text) => notice(room, role, text),
        Step::Invite { with_history, part } => {
            invite(room, author, other.ok_or(Code::NoSuchPerson)?, (*with_history, part))
        }
        Step::Role(wanted) => give_role(room, role, other.ok_or(Code::NoSuchPerson)?, *wanted),
        Step::Remove | Step::Ban | Step::Unban | Step::Mute | Step::Unmute => {
            keep_order(step, role, other.ok_or(Code::NoSuchPerson)?)
        }
    }
}

fn join(room: &Facts, author: &Standing) -> Result<Decision, Code> {
    if !room.is_public {
        return Err(Code::NotFound);
    }
    if author.is_banned {
        return Err(Code::BannedFromRoom);
    }
    admit(room)?;
    Ok(Decision::event(EventKind::Joined, [Effect::Enter(Whom::Author, Some(Seq(1)))]))
}

fn admit(room: &Facts) -> Result<(), Code> {
    match () {
        () if room.is_archived => Err(Code::RoomClosed),
        () if room.members_count >= ROOM_MEMBERS_MAX => Err(Code::RoomFull),
        () => Ok(()),
    }
}

fn leave(room: &Facts, role: Role) -> Result<Decision, Code> {
    let go = Effect::Go(Whom::Author);
    if room.members_count <= 1 && !room.is_hosted {
        return Ok(Decision::event(EventKind::Left, [go, Effect::Archive]));
    }
    if role == Role::Owner && room.owners_count <= 1 {
        return Err(Code::LastOwner);
    }
    Ok(Decision::event(EventKind::Left, [go]))
}

fn invite(
    room: &Facts,
    author: &Standing,
    other: &Other,
    (with_history, part): (bool, &str),
) -> Result<Decision, Code> {
    // Who takes part in a thing is for those to say whose thing it is.
    if room.kind == RoomKind::Subject && author.role > Some(Role::Admin) {
        return Err(Code::RoleTooLow);
    }
    if author.is_muted {
        return Err(Code::Muted);
    }
    if other.standing.role.is_some() {
        return Ok(nothing());
    }
    if !other.is_reachable {
        return Err(Code::NotInvitable);
    }
    if other.standing.is_banned {
        return Err(Code::BannedFromRoom);
    }
    admit(room)?;
    let from = match () {
        () if room.is_public => Some(Seq(1)),
        // Nobody shows more than they see themselves.
        () if with_history => Some(author.sees_from),
        () => None,
    };
    let text = (!part.is_empty()).then(|| part.to_owned());
    Ok(Decision { event: Some((EventKind::Joined, text)), effects: vec![Effect::Enter(Whom::Other, from)] })
}

/// The host's word, also where nobody else can speak any more.
fn notice(room: &Facts, role: Role, text: &str) -> Result<Decision, Code> {
    if room.kind != RoomKind::Subject {
        return Err(Code::NotAllowed);
    }
    if role > Role::Admin {
        return Err(Code::RoleTooLow);
    }
    Ok(Decision { event: Some((EventKind::Message, Some(text.to_owned()))), effects: Vec::new() })
}

/// Whether somebody of this role may keep order over the other.
fn is_over(role: Role, other: &Other) -> bool {
    role <= Role::Admin && other.standing.role.is_none_or(|others| role < others)
}

fn keep_order(step: &Step, role: Role, other: &Other) -> Result<Decision, Code> {
    if other.is_self {
        return Err(Code::Yourself);
    }
    if !is_over(role, other) {
        return Err(Code::RoleTooLow);
    }
    let Standing { role: others, is_muted, is_banned, .. } = other.standing;
    let go = Effect::Go(Whom::Other);
    Ok(match step {
        Step::Remove | Step::Mute if others.is_none() => return Err(Code::NotAMember),
        Step::Remove => Decision::event(EventKind::Removed, [go]),
        Step::Ban if others.is_some() => Decision::event(EventKind::Removed, [go, Effect::Ban]),
        Step::Ban if !is_banned => Decision::silent(Effect::Ban),
        Step::Unban if is_banned => Decision::silent(Effect::Unban),
        Step::Mute if !is_muted => Decision::silent(Effect::Mute),
        Step::Unmute if is_muted => Decision::silent(Effect::Unmute),
        _ => nothing(),
    })
}

fn give_role(room: &Facts, role: Role, other: &Other, wanted: Role) -> Result<Decision, Code> {
    if role != Role::Owner {
        return Err(Code::RoleTooLow);
    }
    let Some(before) = other.standing.role else { return Err(Code::NotAMember) };
    if before == wanted {
        return Ok(nothing());
    }
    if before == Role::Owner && !other.is_self {
        return Err(Code::RoleTooLow);
    }
    if before == Role::Owner && room.owners_count <= 1 {
        return Err(Code::LastOwner);
    }
    Ok(Decision::saying(EventKind::Role, wanted.as_str(), Effect::Role(wanted)))
}

fn describe(step: &Step, room: &Facts, role: Role) -> Result<Decision, Code> {
    if role > Role::Admin {
        return Err(Code::RoleTooLow);
    }
    if room.is_archived {
        return Err(Code::RoomClosed);
    }
    Ok(match step {
        Step::Rename(title) if title.text != room.title => {
            if room.is_public && !room.is_title_free {
                return Err(Code::RoomNameTaken);
            }
            Decision::saying(EventKind::Renamed, &title.text, Effect::Rename)
        }
        Step::Topic(topic) if *topic != room.topic => Decision::saying(EventKind::Topic, topic, Effect::Topic),
        _ => nothing(),
    })
}

fn close(step: &Step, room: &Facts, role: Role) -> Result<Decision, Code> {
    if role != Role::Owner {
        return Err(Code::RoleTooLow);
    }
    match (step, room.is_archived) {
        (Step::Archive(notice), false) => {
            let text = (!notice.is_empty()).then(|| notice.clone());
            Ok(Decision { event: Some((EventKind::Archived, text)), effects: vec![Effect::Archive] })
        }
        (Step::Reopen, true) if room.is_public && !room.is_title_free => Err(Code::RoomNameTaken),
        (Step::Reopen, true) => Ok(Decision::event(EventKind::Reopened, [Effect::Reopen])),
        _ => Ok(nothing()),
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
