//! Rooms about the things of a host application: what it wants of them, and a pure function that decides it. Rule: the application governs
//! such a room without being in it; nobody in it owns it, and nobody has to be connected with anybody to take part.

use super::{
    change::{Part, digest, part},
    subjects::{self, NewSubject},
    titles::{self, Title},
};
use crate::{Error, apps::users::external_id, log::decide::ContentHash, names};
use wire::limits::{PARTICIPANTS_MAX, ROOM_MEMBERS_MAX};
use wire::{AppId, Cid, Code, Person, RoomId, Subject};

/// How an application names one of its users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppPerson {
    /// By what it calls them itself.
    ExternalId(String),
    /// By the username.
    Username(String),
}

/// One of an application's users, to take part in something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppParticipant {
    /// Who.
    pub person: AppPerson,
    /// What they are to the thing; may be empty.
    pub part: String,
    /// Whether they see what was said before they came.
    pub with_history: bool,
}

/// A conversation about a thing of an application, to be opened, or found if it is open already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAppSubject {
    /// What it is about.
    pub subject: Subject,
    /// What the thing is called.
    pub title: String,
    /// The first message; one is made if it is empty.
    pub notice: String,
    /// Who takes part.
    pub participants: Vec<AppParticipant>,
}

/// What is to be otherwise about a room of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppChange {
    /// What it is called, where the thing is, who takes part; what is not said stays.
    Edit {
        /// What it is called.
        title: Option<String>,
        /// Where the thing is; empty: nowhere.
        link: Option<String>,
        /// Who takes part as well, or as something else.
        add: Vec<AppParticipant>,
        /// Who does not any more.
        remove: Vec<AppPerson>,
    },
    /// To close it.
    Close {
        /// Why; may be empty.
        notice: String,
    },
    /// To open it again.
    Reopen,
    /// To tell everybody in it something; it counts as unread.
    Notice {
        /// What.
        text: String,
    },
}

/// What an application wants, judged as far as that goes without a look at the room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Governing {
    pub(crate) app: AppId,
    pub(crate) namespace: String,
    pub(crate) act: Act,
}

/// Which room, and what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Open(Hosted),
    Change(RoomId, Wish),
}

/// A conversation that passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hosted {
    pub(crate) subject: Subject,
    pub(crate) title: Title,
    pub(crate) notice: String,
    pub(crate) participants: Vec<Guest>,
}

/// A participant who passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Guest {
    pub(crate) name: Name,
    pub(crate) part: Part,
    pub(crate) with_history: bool,
}

/// A name that can be looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    External(String),
    Key(String),
}

/// A change that passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    Edit { title: Option<Title>, link: Option<Option<String>>, add: Vec<Guest>, remove: Vec<Name> },
    Close(String),
    Reopen,
    Notice(String),
}

/// Judges a conversation to be opened.
pub(crate) fn check_new(cid: Cid, new: NewAppSubject) -> Result<Hosted, Error> {
    let NewAppSubject { subject, title, notice, participants } = new;
    if participants.len() > PARTICIPANTS_MAX {
        return Err(Code::TooManyPeople.into());
    }
    let described = NewSubject { subject, title, notice, part: String::new(), participants: Vec::new() };
    let (subject, title, notice) = subjects::describe(cid, described)?;
    Ok(Hosted { subject, title, notice, participants: guests(participants)? })
}

/// Judges a change.
pub(crate) fn check(change: AppChange) -> Result<Wish, Error> {
    Ok(match change {
        AppChange::Edit { title, link, add, remove } => {
            if add.len() > PARTICIPANTS_MAX || remove.len() > PARTICIPANTS_MAX {
                return Err(Code::TooManyPeople.into());
            }
            let title = title.map(|title| titles::title(&title)).transpose()?;
            let link = link.map(|link| subjects::link(Some(link))).transpose()?;
            let remove = remove.into_iter().map(name).collect::<Result<_, Error>>()?;
            Wish::Edit { title, link, add: guests(add)?, remove }
        }
        AppChange::Close { notice } if notice.trim().is_empty() => Wish::Close(String::new()),
        AppChange::Close { notice } => Wish::Close(titles::notice(&notice)?),
        AppChange::Reopen => Wish::Reopen,
        AppChange::Notice { text } => Wish::Notice(titles::notice(&text)?),
    })
}

fn guests(participants: Vec<AppParticipant>) -> Result<Vec<Guest>, Error> {
    let guest = |AppParticipant { person, part: of, with_history }| {
        Ok(Guest { name: name(person)?, part: part(&of)?, with_history })
    };
    participants.into_iter().map(guest).collect()
}

fn name(person: AppPerson) -> Result<Name, Error> {
    Ok(match person {
        AppPerson::ExternalId(text) => Name::External(external_id(&text)?),
        // Postgres would not even look for it.
        AppPerson::Username(text) if text.contains('\0') => return Err(Code::NoSuchPerson.into()),
        AppPerson::Username(text) => Name::Key(names::key(&text)),
    })
}

impl Governing {
    /// Tells a retry from another use of the same cid.
    pub(crate) fn hash(&self) -> ContentHash {
        match &self.act {
            Act::Open(Hosted { subject: Subject { kind, id, thread, link }, title, notice, participants }) => {
                let mut parts = vec!["host opens", kind, id, thread, link.as_deref().unwrap_or_default(), &title.text];
                parts.push(notice);
                parts.extend(participants.iter().flat_map(said));
                digest(&parts)
            }
            Act::Change(_, Wish::Edit { title, link, add, remove }) => {
                let title = title.as_ref().map_or("", |title| title.text.as_str());
                let link = link.as_ref().map_or("-", |link| link.as_deref().unwrap_or_default());
                let mut parts = vec!["host edits", title, link];
                parts.extend(add.iter().flat_map(said));
                parts.push("without");
                parts.extend(remove.iter().flat_map(Name::said));
                digest(&parts)
            }
            Act::Change(_, Wish::Close(notice)) => digest(&["host closes", notice]),
            Act::Change(_, Wish::Reopen) => digest(&["host reopens"]),
            Act::Change(_, Wish::Notice(text)) => digest(&["host tells", text]),
        }
    }
}

fn said(guest: &Guest) -> [&str; 4] {
    let [kind, name] = guest.name.said();
    [kind, name, &guest.part, if guest.with_history { "all" } else { "new" }]
}

impl Name {
    fn said(&self) -> [&str; 2] {
        match self {
            Self::External(id) => ["id", id],
            Self::Key(key) => ["name", key],
        }
    }
}

/// The room, held by the transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) is_archived: bool,
    pub(crate) title: String,
    pub(crate) link: Option<String>,
    pub(crate) members_count: i64,
}

/// One of the application's users, and where they stand in the room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) person: Person,
    pub(crate) is_banned: bool,
    /// What they are to the thing; none: they are not in the room.
    pub(crate) part: Option<Part>,
}

/// One thing to be done, in the order in which it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    Rename(Title),
    Link(Option<String>),
    Remove(Person),
    Enter { person: Person, part: Part, with_history: bool },
    Part(Person, Part),
    Close(String),
    Reopen,
    Say(String),
}

/// Decides a change. `add` and `remove` are the people whom the wish names, in its order. What is so already is not done again.
pub(crate) fn decide(wish: &Wish, room: &Facts, add: &[Named], remove: &[Named]) -> Result<Vec<Deed>, Code> {
    match wish {
        Wish::Edit { title, link, add: guests, .. } => {
            let mut deeds = describe(room, title.as_ref(), link.as_ref())?;
            deeds.extend(part_with(add, remove));
            let gone = deeds.iter().filter(|deed| matches!(deed, Deed::Remove(_))).count();
            let gone = i64::try_from(gone).unwrap_or(i64::MAX);
            deeds.extend(let_in(room, guests, add, room.members_count - gone)?);
            Ok(deeds)
        }
        Wish::Close(notice) if !room.is_archived => Ok(vec![Deed::Close(notice.clone())]),
        Wish::Reopen if room.is_archived => Ok(vec![Deed::Reopen]),
        Wish::Close(_) | Wish::Reopen => Ok(Vec::new()),
        // The host's word, also where nobody else can speak any more.
        Wish::Notice(text) => Ok(vec![Deed::Say(text.clone())]),
    }
}

fn describe(room: &Facts, title: Option<&Title>, link: Option<&Option<String>>) -> Result<Vec<Deed>, Code> {
    let title = title.filter(|title| title.text != room.title).cloned().map(Deed::Rename);
    let link = link.filter(|link| **link != room.link).cloned().map(Deed::Link);
    let deeds: Vec<Deed> = title.into_iter().chain(link).collect();
    if room.is_archived && !deeds.is_empty() { Err(Code::RoomClosed) } else { Ok(deeds) }
}

/// Whoever is named on both sides stays. People may go from a closed room, too.
fn part_with(add: &[Named], remove: &[Named]) -> Vec<Deed> {
    let mut gone: Vec<&Named> = Vec::new();
    for one in remove.iter().filter(|one| one.part.is_some()) {
        if add.iter().chain(gone.iter().copied()).all(|other| other.person.id != one.person.id) {
            gone.push(one);
        }
    }
    gone.into_iter().map(|one| Deed::Remove(one.person.clone())).collect()
}

/// Of somebody who is named twice the first counts.
fn let_in(room: &Facts, guests: &[Guest], add: &[Named], mut members_count: i64) -> Result<Vec<Deed>, Code> {
    let mut deeds = Vec::new();
    for (place, (guest, named)) in guests.iter().zip(add).enumerate() {
        if add[..place].iter().any(|other| other.person.id == named.person.id) {
            continue;
        }
        let (person, part) = (named.person.clone(), guest.part.clone());
        match &named.part {
            Some(now) if *now == part => {}
            Some(_) => deeds.push(Deed::Part(person, part)),
            None if named.is_banned => return Err(Code::Banned),
            None if room.is_archived => return Err(Code::RoomClosed),
            None if members_count >= ROOM_MEMBERS_MAX => return Err(Code::RoomFull),
            None => {
                members_count += 1;
                deeds.push(Deed::Enter { person, part, with_history: guest.with_history });
            }
        }
    }
    Ok(deeds)
}

#[cfg(test)]
#[path = "governing_tests.rs"]
mod tests;
