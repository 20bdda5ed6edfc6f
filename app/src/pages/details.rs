//! A group beside its conversation: what it is about, who is in it, and what the viewer may do about it. Rule: only what the
//! viewer's role allows is offered; whether it is allowed, the domain decides.

mod members;

use crate::{page::DetailsPage, pages::account::Complaint};
use leptos::prelude::*;
use members::{Banned, Members};
use wire::{Cid, Role, RoomId, Subject};

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
) -> impl IntoView {
    let DetailsPage { room, details, skip, me, blocked, cid, error } = page;
    let target = Target { room: room.id, cid };
    let (role, closed) = (details.role, room.archived);
    let orders = role <= Role::Admin;
    let kind = match (closed, details.public) {
        (true, _) => "Closed: it can be read, and nothing can be sent.",
        (false, true) => "Public: everybody on this server finds it and may join.",
        (false, false) => "Private: members bring others in.",
    };
    let topic = details.topic.clone();
    view! {
        <main class="card people" id="main">
            <p class="aside"><a href=format!("/r/{}", room.id)>"Back to the conversation"</a></p>
            <h1 dir="auto">{room.title.clone()}</h1>
            {(!topic.is_empty()).then(|| view! { <p class="topic" dir="auto">{topic.clone()}</p> })}
            {details.subject.clone().map(|subject| view! { <About subject/> })}
            <p class="hint">{kind}</p>
            {details.muted.then(|| view! { <p class="hint">"You are muted here: you can read, and not write."</p> })}
            <Complaint error/>
            <Members page=details.clone() skip me blocked target closed/>
            {(!closed && !details.muted).then(|| view! { <Invite target/> })}
            {(orders && !closed && details.subject.is_some()).then(|| view! { <Notice target/> })}
            {(orders && !closed).then(|| view! { <Describe target title=room.title.clone() topic/> })}
            {(orders && !details.banned.is_empty()).then(|| view! { <Banned people=details.banned target/> })}
            <section class="ways-out">
                {(role == Role::Owner).then(|| view! { <Close target closed/> })}
                <Act target change="leave" label="Leave this room" class="danger"/>
            </section>
        </main>
    }
}

/// The thing outside that the room is about.
#[component]
fn About(subject: Subject) -> impl IntoView {
    let Subject { kind, id, thread, link } = subject;
    let words = format!("About {kind} {id} {thread}");
    let link = link.map(|href| view! { " · " <a href=href rel="noopener noreferrer" target="_blank">"Look at it"</a> });
    view! { <p class="hint" data-subject="">{words} {link}</p> }
}

/// Bringing somebody in.
#[component]
fn Invite(target: Target) -> impl IntoView {
    view! {
        <section>
            <h2 id="invite">"Bring somebody in"</h2>
            <form method="post" action=action(target, "invite") class="new-room" aria-labelledby="invite">
                <Hidden target/>
                <div class="field">
                    <label for="username">"Username"</label>
                    <input id="username" name="username" required autocomplete="off" autocapitalize="none" spellcheck="false"/>
                    <p class="hint">"Somebody you are connected with. They are in at once, and may leave."</p>
                </div>
                <label class="choice">
                    <input type="checkbox" name="history"/>
                    "They see what was said before, as far as you do"
                </label>
                <button type="submit">"Bring in"</button>
            </form>
        </section>
    }
}

/// What the room tells everybody about its thing.
#[component]
fn Notice(target: Target) -> impl IntoView {
    view! {
        <section>
            <h2>"Notice"</h2>
            <form method="post" action=action(target, "notice") class="line">
                <Hidden target/>
                <label class="hidden" for="notice">"Notice"</label>
                <input id="notice" name="notice" required autocomplete="off" dir="auto" placeholder="To everybody"/>
                <button type="submit">"Tell"</button>
            </form>
        </section>
    }
}

/// Name and topic.
#[component]
fn Describe(target: Target, title: String, topic: String) -> impl IntoView {
    view! {
        <section>
            <h2>"Name and topic"</h2>
            <form method="post" action=action(target, "rename") class="line">
                <Hidden target/>
                <label class="hidden" for="title">"Name"</label>
                <input id="title" name="title" value=title required autocomplete="off" dir="auto"/>
                <button type="submit">"Rename"</button>
            </form>
            <form method="post" action=action(target, "topic") class="line">
                <Hidden target/>
                <label class="hidden" for="topic">"Topic"</label>
                <input id="topic" name="topic" value=topic placeholder="Topic" autocomplete="off" dir="auto"/>
                <button type="submit">"Set topic"</button>
            </form>
        </section>
    }
}

#[component]
fn Close(target: Target, closed: bool) -> impl IntoView {
    let (change, label) = if closed { ("reopen", "Open it again") } else { ("archive", "Close this room") };
    view! { <Act target change label class=""/> }
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
