//! Who is in a group, and what can be done about each. Rule: owners are offered what they may do about admins and members, admins
//! about members, and nobody anything else but to block somebody for themselves.

use super::{Hidden, Target, action};
use crate::{
    clock::Clock,
    pages::people::says,
    ui::{
        avatar::face,
        presence::{sentence, word},
    },
};
use client::PresenceView;
use leptos::prelude::*;
use wire::{Member, Person, Presence, Role, RoomDetails, UserId};

/// A page of the members.
#[component]
pub(super) fn Members(
    page: RoomDetails,
    /// How many come before them.
    skip: usize,
    /// Who looks at them.
    me: UserId,
    /// Whom that person has blocked.
    blocked: Vec<UserId>,
    target: Target,
    closed: bool,
    /// How times are read.
    clock: Clock,
) -> impl IntoView {
    let RoomDetails { role, count, members, .. } = page;
    let shown = skip + members.len();
    let head = if count == 1 { "1 member".to_owned() } else { format!("{count} members") };
    let rows = members
        .into_iter()
        .map(|member| {
            let may = !closed && role <= Role::Admin && role < member.role;
            let (is_me, is_blocked) = (member.person.id == me, blocked.contains(&member.person.id));
            view! { <Row member viewer=role may is_me is_blocked target clock/> }
        })
        .collect_view();
    let more = (i64::try_from(shown).unwrap_or(i64::MAX) < count).then(|| {
        view! { <p class="aside"><a href=format!("/r/{}/details?skip={shown}", target.room)>"More members"</a></p> }
    });
    view! {
        <section>
            <h2>{head}</h2>
            <ul class="persons">{rows}</ul>
            {more}
        </section>
    }
}

#[component]
fn Row(
    member: Member,
    viewer: Role,
    may: bool,
    is_me: bool,
    is_blocked: bool,
    target: Target,
    clock: Clock,
) -> impl IntoView {
    let Member { person, role, part, muted, presence } = member;
    let presence = presence.map_or(PresenceView::Unknown, here);
    let seen = match sentence(presence, clock) {
        nothing if nothing.is_empty() => nothing,
        seen => " · ".to_owned() + &seen,
    };
    let role_word = match (role, muted) {
        (Role::Owner, _) => " · owner",
        (Role::Admin, false) => " · admin",
        (Role::Admin, true) => " · admin, muted",
        (_, true) => " · muted",
        _ => "",
    };
    let part = if part.is_empty() { part } else { " · ".to_owned() + &part };
    let username = person.username.clone();
    let blocking = if is_blocked { " · blocked by you" } else { "" };
    let choices = (!is_me).then(|| view! { <Choices person=person.clone() role muted viewer may is_blocked target/> });
    view! {
        <li data-member=username data-role=role.as_str()>
            <span class="face">
                {face(&person)}
                <span class="dot" aria-hidden="true" data-presence=word(presence)></span>
            </span>
            <span class="person">
                <span class="name" dir="auto">{person.display_name.clone()}</span>
                <span class="username">
                    <bdi dir="ltr">"@" {person.username.clone()}</bdi> {part} {role_word} {blocking} <span data-seen="">{seen}</span>
                </span>
                {says(person.status.clone())}
            </span>
            {choices}
        </li>
    }
}

fn here(presence: Presence) -> PresenceView {
    match presence {
        Presence { online: true, .. } => PresenceView::Online,
        Presence { last_seen, .. } => PresenceView::Offline { last_seen },
    }
}

/// Everything that can be done about a member, opened without a script.
#[component]
fn Choices(
    person: Person,
    role: Role,
    muted: bool,
    viewer: Role,
    /// Whether the viewer keeps order over this member.
    may: bool,
    is_blocked: bool,
    target: Target,
) -> impl IntoView {
    let Person { username, display_name: name, .. } = person;
    let (whom, shown) = (username.clone(), name.clone());
    let about = move |change: &'static str, label: &'static str, role: Option<Role>| {
        view! { <About username=whom.clone() name=shown.clone() change label role target/> }
    };
    let order = may.then(|| {
        let roles = (viewer == Role::Owner).then(|| {
            [(Role::Owner, "Make owner"), (Role::Admin, "Make admin"), (Role::Member, "Make member")]
                .into_iter()
                .filter(|(wanted, _)| *wanted != role)
                .map(|(wanted, label)| about("role", label, Some(wanted)))
                .collect_view()
        });
        let mute = if muted { about("unmute", "Let write", None) } else { about("mute", "Mute", None) };
        view! { {roles} {mute} {about("remove", "Remove", None)} {about("ban", "Ban", None)} }
    });
    view! {
        <details class="choices">
            <summary>{if may { "Change" } else { "More" }} <span class="hidden">{format!(" {name}")}</span></summary>
            <div>{order} <Block username name is_blocked target/></div>
        </details>
    }
}

/// What the viewer wants to hear and to show of themselves; it is nobody else's business.
#[component]
fn Block(username: String, name: String, is_blocked: bool, target: Target) -> impl IntoView {
    let (action, label) = if is_blocked { ("/people/unblock", "Unblock") } else { ("/people/block", "Block") };
    view! {
        <form method="post" action=action>
            <input type="hidden" name="username" value=username/>
            <input type="hidden" name="room" value=target.room.to_string()/>
            <button type="submit">{label} <span class="hidden">{format!(" {name}")}</span></button>
        </form>
    }
}

/// Whoever is banned, and how to let them come back.
#[component]
pub(super) fn Banned(people: Vec<Person>, target: Target) -> impl IntoView {
    let row = |person: Person| {
        let shown = face(&person);
        let Person { username, display_name, .. } = person;
        let (key, handle, name) = (username.clone(), username.clone(), display_name.clone());
        view! {
            <li data-banned=key>
                {shown}
                <span class="person">
                    <span class="name" dir="auto">{name}</span>
                    <span class="username"><bdi dir="ltr">"@" {handle}</bdi></span>
                </span>
                <span class="actions">
                    <About username name=display_name change="unban" label="Lift the ban" role=None target/>
                </span>
            </li>
        }
    };
    view! {
        <section>
            <h2>"Banned from this room"</h2>
            <ul class="persons">{people.into_iter().map(row).collect_view()}</ul>
        </section>
    }
}

#[component]
fn About(
    username: String,
    /// Read out after the label.
    name: String,
    change: &'static str,
    label: &'static str,
    role: Option<Role>,
    target: Target,
) -> impl IntoView {
    view! {
        <form method="post" action=action(target, change)>
            <Hidden target/>
            <input type="hidden" name="username" value=username/>
            {role.map(|role| view! { <input type="hidden" name="role" value=role.as_str()/> })}
            <button type="submit">{label} <span class="hidden">{format!(" {name}")}</span></button>
        </form>
    }
}
