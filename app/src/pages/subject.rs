//! Opening a conversation about a job, a trip or any other thing (S3, S4). Rule: what is wrong is said at its field, and at its
//! line of people; everything that was typed is still there.

use crate::{
    page::{SubjectForm, SubjectPage},
    pages::{
        account::{COMPLAINT, Complaint},
        field::Field,
    },
};
use leptos::prelude::*;
use wire::{Code, Person, Refusal};

/// `/subjects`.
#[component]
pub fn SubjectOf(
    /// What is on it.
    page: SubjectPage,
) -> impl IntoView {
    let SubjectPage { form, connected, error, wrong } = page;
    let SubjectForm { cid, kind, title, id, thread, link, part, notice, people } = form;
    let of = |codes: &[Code]| error.clone().filter(|error| codes.contains(&error.code));
    let is_of_somebody = wrong.iter().any(Option::is_some);
    let of_part = of(&[Code::BadPart]).filter(|_| !is_of_somebody);
    let (of_kind, of_title, of_id) = (of(&[Code::BadKind]), of(&[Code::BadRoomName]), of(&[Code::BadSubjectId]));
    let (of_thread, of_link) = (of(&[Code::BadThread]), of(&[Code::BadLink]));
    let of_notice = of(&[Code::MessageTooLong, Code::EmptyMessage]);
    let fields = [&of_part, &of_kind, &of_title, &of_id, &of_thread, &of_link, &of_notice];
    let has_place = is_of_somebody || fields.iter().any(|place| place.is_some());
    let of_none = error.clone().filter(|_| !has_place);
    let is_open = !thread.is_empty() || !link.is_empty() || !notice.is_empty() || !id.is_empty();
    view! {
        <main class="card people" id="main">
            <p class="aside"><a href="/rooms">"All rooms"</a></p>
            <h1>"A conversation about something"</h1>
            <p class="hint">
                "About a job, a trip, an order: with those who take part in it, and nobody else. It opens with a notice, and can be
                closed when the thing is done."
            </p>
            <Complaint error=of_none/>
            <form method="post" action="/subjects" class="new-room">
                // What Enter presses in a field: the first button of a form.
                <button type="submit" class="hidden" tabindex="-1" aria-hidden="true">"Open the conversation"</button>
                <input type="hidden" name="cid" value=cid.to_string()/>
                <div class="pair">
                    <Field name="kind" label="Kind" value=kind list="kinds" placeholder="job" required=true error=of_kind/>
                    <Field name="title" label="Title" value=title placeholder="Paint the fence" required=true error=of_title/>
                </div>
                <Field name="part" label="What I am to it" value=part list="parts" placeholder="client" hint="May stay empty." error=of_part/>
                <People people wrong/>
                <details class="further" open=is_open>
                    <summary>"Id, link and opening notice"</summary>
                    <Field name="id" label="Id" value=id placeholder="42" hint="What you call it elsewhere. The same kind and id lead to the same conversation; left empty, it is a new one." error=of_id/>
                    <Field name="thread" label="Thread" value=thread hint="Tells several conversations about the same thing apart: one for each applicant, say. May stay empty." error=of_thread/>
                    <Field name="link" label="Link" value=link placeholder="https://" hint="Where it is. May stay empty." error=of_link/>
                    <Field name="notice" label="Opening notice" value=notice placeholder="Job 'Paint the fence' accepted. This chat is now open." hint="Everybody reads it first. Left empty, it says that the chat is open." error=of_notice/>
                </details>
                <button type="submit" class="primary">"Open the conversation"</button>
            </form>
            <Lists connected/>
        </main>
    }
}

/// Who takes part: a line for each, and a way to more lines.
#[component]
fn People(people: Vec<(String, String)>, wrong: Vec<Option<Code>>) -> impl IntoView {
    let mut wrong = wrong.into_iter().chain(std::iter::repeat(None));
    let first = wrong_first(&people, &mut wrong.clone());
    let rows = people
        .into_iter()
        .enumerate()
        .map(|(at, (username, part))| {
            let error = wrong.next().flatten().map(Refusal::from);
            view! { <Row at username part is_first=Some(at) == first error/> }
        })
        .collect_view();
    view! {
        <fieldset class="people-lines">
            <legend>"Who else takes part"</legend>
            {rows}
            <p class="hint">"People you are connected with, each by username, and what they are to it."</p>
            <button type="submit" name="more" value="1" formnovalidate>"More lines"</button>
        </fieldset>
    }
}

/// The line where the focus goes.
fn wrong_first(people: &[(String, String)], wrong: &mut impl Iterator<Item = Option<Code>>) -> Option<usize> {
    wrong.take(people.len()).position(|code| code.is_some())
}

#[component]
fn Row(at: usize, username: String, part: String, is_first: bool, error: Option<Refusal>) -> impl IntoView {
    let (name_id, part_id, error_id) = (format!("person-{at}"), format!("part-{at}"), format!("{COMPLAINT}-{at}"));
    let (number, is_wrong, described) = (at + 1, error.is_some(), error_id.clone());
    // What somebody is to the thing is wrong, or who they are.
    let is_part = error.as_ref().is_some_and(|error| error.code == Code::BadPart);
    let mark = move |is_it: bool| (is_wrong && is_it).then_some("true");
    let told = move |is_it: bool| (is_wrong && is_it).then(|| described.clone());
    let complaint = error.map(|error| {
        view! { <p class="error" role="alert" id=error_id data-code=error.code.as_str()>{error.message}</p> }
    });
    view! {
        <div class="field" data-line=number.to_string()>
            <div class="pair">
                <label class="hidden" for=name_id.clone()>{format!("Username {number}")}</label>
                <input
                    id=name_id
                    name="username"
                    value=username
                    list="connected"
                    placeholder="Username"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    autofocus=is_first && !is_part
                    aria-invalid=mark(!is_part)
                    aria-describedby=told(!is_part)
                />
                <label class="hidden" for=part_id.clone()>{format!("What {number} is to it")}</label>
                <input
                    id=part_id
                    name="as"
                    value=part
                    list="parts"
                    placeholder="worker"
                    autocomplete="off"
                    dir="auto"
                    autofocus=is_first && is_part
                    aria-invalid=mark(is_part)
                    aria-describedby=told(is_part)
                />
            </div>
            {complaint}
        </div>
    }
}

/// What is often meant, for the fields that name these lists.
#[component]
pub(super) fn Lists(
    /// Who may be brought in.
    connected: Vec<Person>,
) -> impl IntoView {
    let options = |words: &'static [&'static str]| {
        words.iter().map(|word| view! { <option value=*word></option> }).collect_view()
    };
    let people = connected
        .into_iter()
        .map(|person| view! { <option value=person.username>{person.display_name}</option> })
        .collect_view();
    view! {
        <datalist id="kinds">{options(&["job", "trip", "order", "event"])}</datalist>
        <datalist id="parts">{options(&["client", "worker", "owner", "collaborator"])}</datalist>
        <datalist id="connected">{people}</datalist>
    }
}
