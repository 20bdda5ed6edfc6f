//! A group beside its conversation: what it is about, who is in it, and what the viewer may do about it. Rule: only what the
//! viewer's role allows is offered; whether it is allowed, the domain decides.

mod members;

use crate::{
    clock::Clock,
    page::{DetailsPage, Tried},
    pages::{account::Complaint, field::Field, level::LevelForm, send::SendMore, subject::Lists},
};
use leptos::prelude::*;
use members::{Banned, Members};
use wire::{Cid, Code, Refusal, Role, RoomId, Subject};

/// Where a form of this page goes, and with which id.
#[derive(Clone, Copy)]
struct Target {
    room: RoomId,
    cid: Cid,
}

/// `/r/{room}/details`.
#[component]
pub fn Details(
    /// What is on it.
    page: DetailsPage,
    /// How times are read.
    clock: Clock,
) -> impl IntoView {
    let DetailsPage { room, details, connected, tried, skip, me, blocked, cid, error } = page;
    let target = Target { room: room.id, cid };
    let (role, closed) = (details.role, room.archived);
    let orders = role <= Role::Admin;
    let kind = match (closed, details.public) {
        (true, _) => "Closed: it can be read, and nothing can be sent.",
        (false, true) => "Public: everybody on this server finds it and may join.",
        (false, false) if details.subject.is_some() => {
            "Private: those who take part bring others in, if they own it or keep order."
        }
        (false, false) => "Private: members bring others in.",
    };
    let topic = details.topic.clone();
    let is_subject = details.subject.is_some();
    // Who takes part in a thing is for those to say whose thing it is.
    let invites = !closed && !details.muted && (orders || !is_subject);
    let refused = Refused { tried, error };
    let elsewhere = refused.elsewhere();
    view! {
        <main class="card people" id="main">
            <p class="aside back-out"><a href=format!("/r/{}", room.id)>"Back to the conversation"</a></p>
            <h1 dir="auto">{room.title.clone()}</h1>
            {(!topic.is_empty()).then(|| view! { <p class="topic" dir="auto">{topic.clone()}</p> })}
            {details.subject.clone().map(|subject| view! { <About subject/> })}
            <p class="hint">{kind}</p>
            {details.muted.then(|| view! { <p class="hint">"You are muted here: you can read, and not write."</p> })}
            <Complaint error=elsewhere/>
            <Members page=details.clone() skip me blocked target closed clock/>
            <SendMore room=room.clone()/>
            <LevelForm room=room.id level=room.level cid/>
            {invites.then(|| view! { <Invite target is_subject refused=refused.clone()/> })}
            {(orders && is_subject).then(|| view! { <Notice target refused=refused.clone()/> })}
            {(orders && !closed).then(|| view! { <Describe target title=room.title.clone() topic refused=refused.clone()/> })}
            {(orders && !details.banned.is_empty()).then(|| view! { <Banned people=details.banned target/> })}
            <section class="ways-out">
                {(role == Role::Owner).then(|| view! { <Close target closed is_subject refused/> })}
                <Act target change="leave" label="Leave this room" class="danger"/>
            </section>
            <Lists connected/>
        </main>
    }
}

/// What was refused, for the form that it came from.
#[derive(Clone)]
struct Refused {
    tried: Tried,
    error: Option<Refusal>,
}

impl Refused {
    /// The refusal of this form, if it is about what was typed there.
    fn of(&self, change: &str) -> Option<Refusal> {
        self.error.clone().filter(|_| self.tried.change == change && self.has_field())
    }

    /// What was refused and stands at no field.
    fn elsewhere(&self) -> Option<Refusal> {
        self.error.clone().filter(|_| !self.has_field())
    }

    /// Whether the form is one to fill in, and is still there.
    fn has_field(&self) -> bool {
        let is_gone = self.error.as_ref().is_some_and(|error| {
            matches!(error.code, Code::RoleTooLow | Code::RoomClosed | Code::Muted | Code::NotAllowed)
        });
        !is_gone && ["invite", "notice", "rename", "topic", "archive"].contains(&self.tried.change.as_str())
    }

    /// What a field of this form said, or else what is so.
    fn value(&self, change: &str, typed: fn(&Tried) -> &String, otherwise: String) -> String {
        if self.tried.change == change { typed(&self.tried).clone() } else { otherwise }
    }
}

/// The thing outside that the room is about.
#[component]
fn About(subject: Subject) -> impl IntoView {
    let thread = if subject.thread.is_empty() { String::new() } else { format!(" ({})", subject.thread) };
    let words = format!("About {}{thread}", subject.words());
    let link = subject.link.map(|href| {
        view! { " · " <a href=href rel="noopener noreferrer" target="_blank">"Look at it"</a> }
    });
    view! { <p class="hint" data-subject="" dir="auto">{words} {link}</p> }
}

/// Bringing somebody in.
#[component]
fn Invite(target: Target, is_subject: bool, refused: Refused) -> impl IntoView {
    let error = refused.of("invite");
    let is_of_part = error.as_ref().is_some_and(|error| error.code == Code::BadPart);
    let (of_part, of_name) = if is_of_part { (error, None) } else { (None, error) };
    let part = refused.value("invite", |tried| &tried.part, String::new());
    let part = is_subject.then(|| {
        view! {
            <Field name="part" label="What they are to it" value=part list="parts" placeholder="collaborator" hint="May stay empty." error=of_part/>
        }
    });
    view! {
        <section>
            <h2 id="invite">"Bring somebody in"</h2>
            <form method="post" action=action(target, "invite") class="new-room" aria-labelledby="invite">
                <Hidden target/>
                <Field
                    name="username"
                    label="Username"
                    value=refused.value("invite", |tried| &tried.username, String::new())
                    list="connected"
                    required=true
                    hint="Somebody you are connected with. They are in at once, and may leave."
                    error=of_name
                />
                {part}
                <label class="choice">
                    <input type="checkbox" name="history" checked=refused.tried.with_history/>
                    "They see what was said before, as far as you do"
                </label>
                <button type="submit">"Bring in"</button>
            </form>
        </section>
    }
}

/// What the room tells everybody about its thing.
#[component]
fn Notice(target: Target, refused: Refused) -> impl IntoView {
    let said = refused.value("notice", |tried| &tried.notice, String::new());
    view! {
        <section>
            <h2>"Notice"</h2>
            <form method="post" action=action(target, "notice") class="line">
                <Hidden target/>
                <Field name="notice" label="Notice" bare=true value=said placeholder="To everybody: the trip is cancelled" required=true error=refused.of("notice")/>
                <button type="submit">"Tell"</button>
            </form>
        </section>
    }
}

/// Name and topic.
#[component]
fn Describe(target: Target, title: String, topic: String, refused: Refused) -> impl IntoView {
    let title = refused.value("rename", |tried| &tried.title, title);
    let topic = refused.value("topic", |tried| &tried.topic, topic);
    view! {
        <section>
            <h2>"Name and topic"</h2>
            <form method="post" action=action(target, "rename") class="line">
                <Hidden target/>
                <Field name="title" label="Name" bare=true value=title required=true error=refused.of("rename")/>
                <button type="submit">"Rename"</button>
            </form>
            <form method="post" action=action(target, "topic") class="line">
                <Hidden target/>
                <Field name="topic" label="Topic" bare=true value=topic placeholder="Topic" error=refused.of("topic")/>
                <button type="submit">"Set topic"</button>
            </form>
        </section>
    }
}

/// Closing, with a last word about the thing, or opening again.
#[component]
fn Close(target: Target, closed: bool, is_subject: bool, refused: Refused) -> impl IntoView {
    if closed {
        return view! { <Act target change="reopen" label="Open it again" class=""/> }.into_any();
    }
    let said = refused.value("archive", |tried| &tried.notice, String::new());
    let why = if is_subject { "All is painted. Thank you!" } else { "We meet elsewhere now." };
    view! {
        <form method="post" action=action(target, "archive") class="line">
            <Hidden target/>
            // Of the notice above it differs by its id only.
            <Field name="notice" id="why" label="Why it is closed" bare=true value=said placeholder=why error=refused.of("archive")/>
            <button type="submit">"Close this room"</button>
        </form>
    }
    .into_any()
}

/// A button that needs nothing else.
#[component]
fn Act(target: Target, change: &'static str, label: &'static str, class: &'static str) -> impl IntoView {
    view! {
        <form method="post" action=action(target, change)>
            <Hidden target/>
            <button type="submit" class=class>{label}</button>
        </form>
    }
}

#[component]
fn Hidden(target: Target) -> impl IntoView {
    view! { <input type="hidden" name="cid" value=target.cid.to_string()/> }
}

fn action(target: Target, change: &str) -> String {
    format!("/r/{}/change/{change}", target.room)
}
