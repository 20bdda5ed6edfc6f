//! Finding people and connecting with them (S0). Rule: each button is a plain form, and shows only what can be done now.

use crate::{page::PeoplePage, pages::account::Complaint, ui::avatar::Avatar};
use leptos::prelude::*;
use wire::{PersonRow, Relation};

/// `/people`.
#[component]
pub fn People(
    /// Who is on it.
    page: PeoplePage,
) -> impl IntoView {
    let PeoplePage { query, found, people, error } = page;
    let searched = !query.trim().is_empty();
    let with = |relation| people.iter().filter(|row| row.relation == relation).cloned().collect::<Vec<_>>();
    let lists = if searched {
        let none = found.is_empty().then(|| view! { <p class="hint">"Nobody of that name."</p> });
        view! {
            <Group name="Found" rows=found query=query.clone()/>
            {none}
            <p><a href="/people">"Everyone I know"</a></p>
        }
        .into_any()
    } else {
        let none = people.is_empty().then(|| view! { <p class="hint">"Nobody yet. Search for a name to connect."</p> });
        view! {
            <Group name="Want to connect with you" rows=with(Relation::Asking) query=String::new()/>
            <Group name="Connected" rows=with(Relation::Connected) query=String::new()/>
            <Group name="Waiting for their answer" rows=with(Relation::Requested) query=String::new()/>
            {none}
        }
        .into_any()
    };
    view! {
        <main class="card people" id="main">
            <h1>"People"</h1>
            <Complaint error/>
            <form method="get" action="/people" role="search" class="search">
                <label>
                    <span>"Find people"</span>
                    <input type="search" name="q" value=query autocapitalize="none" dir="auto"/>
                </label>
                <button type="submit">"Search"</button>
            </form>
            {lists}
        </main>
    }
}

#[component]
fn Group(name: &'static str, rows: Vec<PersonRow>, query: String) -> impl IntoView {
    (!rows.is_empty()).then(|| {
        let rows = rows.into_iter().map(|row| view! { <Row row query=query.clone()/> }).collect_view();
        view! {
            <section>
                <h2>{name}</h2>
                <ul class="persons">{rows}</ul>
            </section>
        }
    })
}

#[component]
fn Row(row: PersonRow, query: String) -> impl IntoView {
    let PersonRow { person, relation } = row;
    let username = person.username.clone();
    let button = |action, label| view! { <Act action label username=username.clone() query=query.clone()/> };
    let buttons = match relation {
        Relation::Stranger => button("request", "Connect").into_any(),
        Relation::Requested => button("cancel", "Cancel request").into_any(),
        Relation::Asking => (button("accept", "Accept"), button("decline", "Decline")).into_any(),
        Relation::Connected => {
            let message = view! { <a class="button" href=format!("/dm/{username}")>"Message"</a> };
            (message, button("remove", "Remove")).into_any()
        }
    };
    view! {
        <li data-person=username data-relation=word(relation)>
            <Avatar person=Some(person.id) title=person.display_name.clone()/>
            <span class="person">
                <span class="name" dir="auto">{person.display_name}</span>
                <span class="username">"@" {person.username}</span>
            </span>
            <span class="actions">{buttons}</span>
        </li>
    }
}

#[component]
fn Act(action: &'static str, label: &'static str, username: String, query: String) -> impl IntoView {
    view! {
        <form method="post" action=format!("/people/{action}")>
            <input type="hidden" name="username" value=username/>
            <input type="hidden" name="q" value=query/>
            <button type="submit">{label}</button>
        </form>
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
