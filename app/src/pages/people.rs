//! Finding people, connecting with them, blocking them (S0). Rule: each button is a plain form, says whom it is about, and shows only what can
//! be done now.

use crate::{
    page::PeoplePage,
    pages::account::Complaint,
    ui::{avatar::face, icon::icon},
};
use leptos::prelude::*;
use wire::{Person, PersonRow, Relation};

/// `/people`.
#[component]
pub fn People(
    /// Who is on it.
    page: PeoplePage,
) -> impl IntoView {
    let PeoplePage { query, found, people, blocked, error } = page;
    let searched = !query.trim().is_empty();
    let with = |relation| people.iter().filter(|row| row.relation == relation).cloned().collect::<Vec<_>>();
    let lists = if searched {
        let none = found.is_empty().then(
            || view! { <Nobody head="Nobody of that name" words="Try a part of their name, or their username."/> },
        );
        view! {
            <Group name="Found" rows=found query=query.clone() blocked=blocked.clone()/>
            {none}
            <p class="aside"><a href="/people">"Everyone I know"</a></p>
        }
        .into_any()
    } else {
        let words =
            "Search for somebody by their name or username, and ask them to connect. Once they accept, you can talk.";
        let none = people.is_empty().then(|| view! { <Nobody head="Nobody here yet" words/> });
        view! {
            <Group name="Want to connect with you" rows=with(Relation::Asking) query=String::new() blocked=Vec::new()/>
            <Group name="Connected" rows=with(Relation::Connected) query=String::new() blocked=Vec::new()/>
            <Group name="Waiting for their answer" rows=with(Relation::Requested) query=String::new() blocked=Vec::new()/>
            {none}
            {(!blocked.is_empty()).then(|| view! { <Blocked people=blocked.clone()/> })}
        }
        .into_any()
    };
    let is_first = people.is_empty() && !searched;
    view! {
        <main class="card people" id="main">
            <h1>"People"</h1>
            <Complaint error/>
            <form method="get" action="/people" role="search" class="search">
                <label class="hidden" for="q">"Find people"</label>
                <input
                    type="search"
                    id="q"
                    name="q"
                    value=query
                    placeholder="Name or username"
                    autocapitalize="none"
                    autocomplete="off"
                    dir="auto"
                    autofocus=is_first
                />
                <button type="submit">{icon("search")} <span>"Search"</span></button>
            </form>
            {lists}
        </main>
    }
}

/// What somebody says of themselves, if anything.
pub(super) fn says(status: String) -> impl IntoView {
    (!status.is_empty()).then(|| view! { <span class="says" dir="auto">{status}</span> })
}

/// What is there while nobody is, and what to do about it.
#[component]
fn Nobody(head: &'static str, words: &'static str) -> impl IntoView {
    view! {
        <div class="nobody">
            {icon("people")}
            <p class="nobody-head">{head}</p>
            <p class="hint">{words}</p>
        </div>
    }
}

#[component]
fn Group(name: &'static str, rows: Vec<PersonRow>, query: String, blocked: Vec<Person>) -> impl IntoView {
    (!rows.is_empty()).then(|| {
        let is_blocked = |row: &PersonRow| blocked.iter().any(|person| person.id == row.person.id);
        let rows = rows
            .into_iter()
            .map(|row| view! { <Row is_blocked=is_blocked(&row) row query=query.clone()/> })
            .collect_view();
        view! {
            <section>
                <h2>{name}</h2>
                <ul class="persons">{rows}</ul>
            </section>
        }
    })
}

/// Whom the viewer has blocked, and how to lift it.
#[component]
fn Blocked(people: Vec<Person>) -> impl IntoView {
    let row = |person| {
        let row = PersonRow { person, relation: Relation::Stranger };
        view! { <Row row query=String::new() is_blocked=true/> }
    };
    view! {
        <section>
            <h2>"Blocked"</h2>
            <p class="hint">"You do not hear from each other, and do not see whether the other is here. They are not told."</p>
            <ul class="persons">{people.into_iter().map(row).collect_view()}</ul>
        </section>
    }
}

#[component]
fn Row(row: PersonRow, query: String, is_blocked: bool) -> impl IntoView {
    let PersonRow { person, relation } = row;
    let (username, name) = (person.username.clone(), person.display_name.clone());
    let button = |action, label, joint, class| {
        let whom = format!(" {joint}{name}");
        view! { <Act action label whom class username=username.clone() query=query.clone()/> }
    };
    // Elsewhere the heading says it.
    let state = match (query.is_empty(), is_blocked) {
        (true, _) => "",
        (false, true) => " · blocked by you",
        (false, false) => words(relation),
    };
    let block = || button("block", "Block", "", "quiet");
    let buttons = match relation {
        _ if is_blocked => button("unblock", "Unblock", "", "").into_any(),
        Relation::Stranger => (button("request", "Connect", "with ", "primary"), block()).into_any(),
        Relation::Requested => (button("cancel", "Cancel request", "to ", "quiet"), block()).into_any(),
        Relation::Asking => {
            (button("accept", "Accept", "", "primary"), button("decline", "Decline", "", ""), block()).into_any()
        }
        Relation::Connected => {
            let message = view! {
                <a class="button" href=format!("/dm/{username}")>"Message" <span class="hidden">{format!(" {name}")}</span></a>
            };
            (message, button("remove", "Remove", "", "quiet"), block()).into_any()
        }
    };
    view! {
        <li data-person=username data-relation=word(relation) data-blocked=is_blocked.then_some("")>
            {face(&person)}
            <span class="person">
                <span class="name" dir="auto">{name.clone()}</span>
                <span class="username"><bdi dir="ltr">"@" {person.username}</bdi> {state}</span>
                {says(person.status)}
            </span>
            <span class="actions">{buttons}</span>
        </li>
    }
}

#[component]
fn Act(
    action: &'static str,
    label: &'static str,
    /// Read out after the label.
    whom: String,
    class: &'static str,
    username: String,
    query: String,
) -> impl IntoView {
    view! {
        <form method="post" action=format!("/people/{action}")>
            <input type="hidden" name="username" value=username/>
            <input type="hidden" name="q" value=query/>
            <button type="submit" class=class>{label} <span class="hidden">{whom}</span></button>
        </form>
    }
}

/// Said beside the name.
fn words(relation: Relation) -> &'static str {
    match relation {
        Relation::Stranger => "",
        Relation::Requested => " · has not answered yet",
        Relation::Asking => " · wants to connect",
        Relation::Connected => " · connected",
    }
}

fn word(relation: Relation) -> &'static str {
    match relation {
        Relation::Stranger => "stranger",
        Relation::Requested => "requested",
        Relation::Asking => "asking",
        Relation::Connected => "connected",
    }
}
