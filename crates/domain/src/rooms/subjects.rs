//! Rooms about something outside Twotick (SPEC 3). Rule: one room for each (namespace, kind, id, thread), however many open it
//! at once; and a user's namespace is the user's alone.

use super::{
    change::{Part, digest, part},
    titles::{self, Title},
};
use crate::log::{change::What, decide::ContentHash};
use crate::{Chat, Error, Viewer, names, store};
use wire::limits::{LINK_CHARS_MAX, PARTICIPANTS_MAX, SUBJECT_ID_CHARS_MAX, SUBJECT_KIND_CHARS_MAX};
use wire::{Cid, Code, RoomId, Subject, UserId};

/// A conversation to be opened, or found if it is open already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSubject {
    /// What it is about.
    pub subject: Subject,
    /// What the thing is called: "Paint the fence".
    pub title: String,
    /// The first message, from the system: "Job 'Paint the fence' accepted. This chat is now open." One is made if it is empty.
    pub notice: String,
    /// What the viewer is to the thing: "client"; may be empty.
    pub part: String,
    /// Who else takes part: username, and what they are to the thing.
    pub participants: Vec<(String, String)>,
}

/// A conversation that passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Opening {
    pub(crate) namespace: String,
    pub(crate) subject: Subject,
    pub(crate) title: Title,
    pub(crate) notice: String,
    pub(crate) part: Part,
    /// By the keys of their usernames.
    pub(crate) participants: Vec<(String, Part)>,
}

impl Chat {
    /// The room about a thing of the viewer's: the one there is, or a new one that the viewer owns. The participants are
    /// in it at once; its first event is the notice.
    ///
    /// # Errors
    /// `bad_kind`, `bad_subject_id`, `bad_thread`, `bad_link`, `bad_part`, `bad_room_name`, `too_many_people`, `message_too_long`
    /// for the notice; `no_such_person`, `yourself` and `not_invitable` for a participant; `not_found` when the room is
    /// there and the viewer has left it; else as [`Chat::append`].
    pub async fn open_subject(&self, viewer: &Viewer, cid: Cid, new: NewSubject) -> Result<RoomId, Error> {
        let opening = check(namespace_of(viewer.user), cid, new)?;
        self.settle_change(viewer, cid, What::Open(opening)).await.map(|changed| changed.room)
    }

    /// What stands in the way of each of these taking part in something that the viewer opens, if anything does: for a form
    /// that says at each line what is wrong with it. [`Chat::open_subject`] decides anew.
    ///
    /// # Errors
    /// `too_many_people`; [`Error::Internal`].
    pub async fn judge_participants(
        &self,
        viewer: &Viewer,
        participants: &[(String, String)],
    ) -> Result<Vec<Option<Code>>, Error> {
        if participants.len() > PARTICIPANTS_MAX {
            return Err(Code::TooManyPeople.into());
        }
        let mut tx = self.inner.store.read_once().await?;
        let mut judged = Vec::with_capacity(participants.len());
        for (username, of) in participants {
            let (me, anyone) = (viewer.user, self.inner.settings.direct_anyone);
            judged.push(match part(of) {
                Ok(_) => store::subjects::participant(&mut tx, me, &names::key(username), anyone).await?.err(),
                Err(error) => Some(error.code()),
            });
        }
        Ok(judged)
    }
}

/// Nobody else's: those of applications begin otherwise.
fn namespace_of(user: UserId) -> String {
    format!("user:{user}")
}

/// What an application calls its things stands under its name, whatever its keys are.
pub(crate) fn namespace_of_app(name: &str) -> String {
    format!("{APPS}{name}")
}

/// Whether the things are an application's: the room is governed by it, and owned by nobody in it.
pub(crate) fn is_of_app(namespace: &str) -> bool {
    namespace.starts_with(APPS)
}

const APPS: &str = "app:";

/// Judges what was asked for.
fn check(namespace: String, cid: Cid, new: NewSubject) -> Result<Opening, Error> {
    if new.participants.len() > PARTICIPANTS_MAX {
        return Err(Code::TooManyPeople.into());
    }
    let (own_part, participants) = (part(&new.part)?, new.participants.clone());
    let (subject, title, notice) = describe(cid, new)?;
    let mut others: Vec<(String, Part)> = Vec::new();
    for (username, of) in participants {
        let key = names::key(&username);
        if others.iter().all(|(known, _)| *known != key) {
            others.push((key, part(&of)?));
        }
    }
    Ok(Opening { namespace, subject, title, notice, part: own_part, participants: others })
}

/// What it is about, what it is called and what is said first. A thing without an id gets that of the request: sent again, it is the
/// same thing.
pub(super) fn describe(cid: Cid, new: NewSubject) -> Result<(Subject, Title, String), Error> {
    let NewSubject { subject: Subject { kind, id, thread, link: at }, title, notice, .. } = new;
    let (kind, id, thread) = (kind.trim().to_lowercase(), id.trim().to_owned(), thread.trim().to_owned());
    let is_id = |text: &str| text.is_empty() || names::is_line(text, SUBJECT_ID_CHARS_MAX);
    match () {
        () if !names::is_line(&kind, SUBJECT_KIND_CHARS_MAX) => return Err(Code::BadKind.into()),
        () if !is_id(&id) => return Err(Code::BadSubjectId.into()),
        () if !is_id(&thread) => return Err(Code::BadThread.into()),
        () => {}
    }
    let (link, title) = (link(at)?, titles::title(&title)?);
    let id = if id.is_empty() { cid.to_string() } else { id };
    let notice = match notice.trim() {
        "" => format!("{} '{}': this chat is now open.", with_capital(&kind), title.text),
        said => said.to_owned(),
    };
    Ok((Subject { kind, id, thread, link }, title, titles::notice(&notice)?))
}

/// Where a thing is, trimmed.
///
/// # Errors
/// [`Code::BadLink`].
pub(super) fn link(link: Option<String>) -> Result<Option<String>, Error> {
    let link = link.map(|link| link.trim().to_owned()).filter(|link| !link.is_empty());
    if link.as_deref().is_none_or(is_link) { Ok(link) } else { Err(Code::BadLink.into()) }
}

fn is_link(link: &str) -> bool {
    let is_web =
        ["https://", "http://"].iter().any(|start| link.strip_prefix(start).is_some_and(|rest| !rest.is_empty()));
    is_web
        && link.chars().count() <= LINK_CHARS_MAX
        && !link.chars().any(|char| char.is_whitespace() || char.is_control())
}

fn with_capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

impl Opening {
    /// Tells a retry from another use of the same cid.
    pub(crate) fn hash(&self) -> ContentHash {
        let Subject { kind, id, thread, link } = &self.subject;
        let mut parts = vec!["open", kind, id, thread, link.as_deref().unwrap_or_default(), &self.title.text];
        parts.extend([self.notice.as_str(), self.part.as_str()]);
        parts.extend(self.participants.iter().flat_map(|(key, part)| [key.as_str(), part.as_str()]));
        digest(&parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::LazyLock;

    static MADE: LazyLock<Cid> = LazyLock::new(|| Cid::new(1_795_168_799_123, [7; 10]));

    fn new() -> NewSubject {
        let subject = Subject { kind: " Job".to_owned(), id: "42".to_owned(), thread: String::new(), link: None };
        let (title, notice, part) = ("Paint the fence".to_owned(), String::new(), "client".to_owned());
        NewSubject { subject, title, notice, part, participants: vec![("Bob".to_owned(), "worker".to_owned())] }
    }

    fn check_subject(change: impl FnOnce(&mut NewSubject), expected: Result<(), Code>) {
        let mut new = new();
        change(&mut new);
        assert_eq!(check("user:7".to_owned(), *MADE, new).map(|_| ()).map_err(|error| error.code()), expected);
    }

    #[test]
    fn a_subject_has_a_kind_an_id_and_a_title() {
        let opening = check("user:7".to_owned(), *MADE, new()).unwrap();
        assert_eq!(opening.subject.kind, "job");
        assert_eq!(opening.notice, "Job 'Paint the fence': this chat is now open.");
        assert_eq!(opening.participants, [("bob".to_owned(), "worker".to_owned())]);
        check_subject(|new| new.subject.kind = "  ".to_owned(), Err(Code::BadKind));
        check_subject(|new| new.subject.id = "x".repeat(129), Err(Code::BadSubjectId));
        check_subject(|new| new.subject.thread = "a\nb".to_owned(), Err(Code::BadThread));
        check_subject(|new| new.title = "\u{200b}".to_owned(), Err(Code::BadRoomName));
        check_subject(|new| new.part = "x".repeat(33), Err(Code::BadPart));
        check_subject(|new| new.notice = "x".repeat(10_001), Err(Code::MessageTooLong));
        check_subject(|new| new.participants = vec![new.participants[0].clone(); 51], Err(Code::TooManyPeople));
    }

    #[test]
    fn a_thing_without_an_id_gets_one_that_stays_the_same_when_it_is_sent_again() {
        let mut nameless = new();
        nameless.subject.id = "  ".to_owned();
        let opened = |cid| check("user:7".to_owned(), cid, nameless.clone()).unwrap();
        let (one, again) = (opened(*MADE), opened(*MADE));
        assert_eq!((&one.subject.id, one.hash()), (&MADE.to_string(), again.hash()));
        assert_eq!(one.subject.words(), "a job");
        assert_ne!(opened(Cid::new(1_795_168_799_123, [8; 10])).subject.id, one.subject.id);
    }

    #[test]
    fn a_link_leads_to_the_web() {
        for link in ["https://jobs.example/42", "http://localhost:3000/?a=b", ""] {
            check_subject(|new| new.subject.link = Some(link.to_owned()), Ok(()));
        }
        for link in ["javascript:alert(1)", "/jobs/42", "https://", "https://a b", "data:text/html,x", "ftp://x"] {
            check_subject(|new| new.subject.link = Some(link.to_owned()), Err(Code::BadLink));
        }
    }
}
