//! `/subjects`: a conversation about a job, a trip or any other thing. Rule: what was typed is still there when it was refused, and
//! each line of people says what is wrong with it.

use super::visit::{Answer, Asked, Fields, Member, fresh_cid, next_cid, see_other};
use crate::problem;
use app::{Page, SubjectForm, SubjectPage};
use domain::NewSubject;
use serde::Deserialize;
use wire::{Cid, Code, Refusal, Relation, Subject, limits::PARTICIPANTS_MAX};

/// Empty lines to begin with, and those that more come in.
const LINES: usize = 2;

/// `?kind=` and `?title=`: another page knows what it is about.
#[derive(Default, Deserialize)]
pub struct Known {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    title: String,
}

/// What the form sent, name by name: lines of people come under the same names.
type Sent = Vec<(String, String)>;

/// `GET /subjects`.
pub async fn open(member: Member, Asked(known): Asked<Known>) -> Answer {
    let form = SubjectForm { kind: known.kind, title: known.title, ..empty(fresh_cid()) };
    show(&member, form, None).await
}

/// `POST /subjects`: sending the form twice opens one room; what is open already is opened again.
pub async fn create(member: Member, Fields(sent): Fields<Sent>) -> Answer {
    let (form, wants_more) = form_of(sent);
    if wants_more {
        return show(&member, form, None).await;
    }
    match member.chat().open_subject(&member.viewer, form.cid, new_of(&form)).await {
        Ok(room) => Ok(see_other(&format!("/r/{room}"))),
        Err(error) => {
            let error = problem::told(error);
            let form = SubjectForm { cid: next_cid(&error, form.cid), ..form };
            show(&member, form, Some(error)).await
        }
    }
}

fn empty(cid: Cid) -> SubjectForm {
    SubjectForm {
        cid,
        kind: String::new(),
        title: String::new(),
        id: String::new(),
        thread: String::new(),
        link: String::new(),
        part: String::new(),
        notice: String::new(),
        people: Vec::new(),
    }
}

/// The form again, and whether it was sent for more lines only.
fn form_of(sent: Sent) -> (SubjectForm, bool) {
    let (mut form, mut wants_more) = (empty(fresh_cid()), false);
    for (name, value) in sent {
        match name.as_str() {
            "cid" => form.cid = value.parse().unwrap_or(form.cid),
            "kind" => form.kind = value,
            "title" => form.title = value,
            "id" => form.id = value,
            "thread" => form.thread = value,
            "link" => form.link = value,
            "part" => form.part = value,
            "notice" => form.notice = value,
            "more" => wants_more = true,
            // One more than there can be, so that it is noticed.
            "username" if form.people.len() <= PARTICIPANTS_MAX => form.people.push((value, String::new())),
            "as" => form.people.last_mut().into_iter().for_each(|line| line.1.clone_from(&value)),
            _ => {}
        }
    }
    form.people.retain(|(username, part)| !username.trim().is_empty() || !part.trim().is_empty());
    (form, wants_more)
}

fn new_of(form: &SubjectForm) -> NewSubject {
    let SubjectForm { kind, title, id, thread, link, part, notice, people, .. } = form.clone();
    let subject = Subject { kind, id, thread, link: Some(link) };
    NewSubject { subject, title, notice, part, participants: people }
}

async fn show(member: &Member, mut form: SubjectForm, error: Option<Refusal>) -> Answer {
    let failed = |error| member.problem(error);
    let is_of_people = |code| matches!(code, Code::NoSuchPerson | Code::NotInvitable | Code::Yourself | Code::BadPart);
    let wrong = match &error {
        Some(error) if is_of_people(error.code) => {
            member.chat().judge_participants(&member.viewer, &form.people).await.map_err(failed)?
        }
        _ => Vec::new(),
    };
    form.people.extend(std::iter::repeat_n(Default::default(), LINES));
    form.people.truncate(PARTICIPANTS_MAX + 1);
    let people = member.chat().people(&member.viewer).await.map_err(failed)?;
    let connected =
        people.into_iter().filter(|row| row.relation == Relation::Connected).map(|row| row.person).collect();
    member.page_counted(Page::Subject(SubjectPage { form, connected, error, wrong })).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(pairs: &[(&str, &str)]) -> Sent {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn lines_of_people_are_read_in_their_order_and_empty_ones_are_none() {
        let (form, wants_more) = form_of(sent(&[
            ("as", "nobody's"),
            ("kind", "job"),
            ("username", "bob"),
            ("as", "worker"),
            ("username", " "),
            ("as", ""),
            ("username", "cal"),
            ("as", ""),
        ]));
        let line = |name: &str, part: &str| (name.to_owned(), part.to_owned());
        assert_eq!((form.people, wants_more), (vec![line("bob", "worker"), line("cal", "")], false));
        assert!(form_of(sent(&[("more", "1")])).1);
    }

    #[test]
    fn a_form_of_thousands_of_lines_is_cut_short() {
        let many = std::iter::repeat_n(("username".to_owned(), "bob".to_owned()), 9_000).collect();
        assert_eq!(form_of(many).0.people.len(), PARTICIPANTS_MAX + 1);
    }
}
