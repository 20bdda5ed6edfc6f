//! What operators see (SPEC 9). Rule: plain documents and forms; what cannot be undone asks for the name to be typed, and nothing
//! that was said in a room is on any of them.

mod apps;
mod audit;
mod rooms;
mod users;
mod webhooks;

use crate::{
    clock::Clock,
    page::{AdminList, AdminPage, Typed},
    pages::{account::Complaint, address::escaped},
    ui::icon::icon,
};
use apps::Apps;
use audit::Audit;
use leptos::prelude::*;
use rooms::Rooms;
use users::Users;
use webhooks::Webhooks;
use wire::{Refusal, Time};

/// `/admin`, `/admin/rooms`, `/admin/apps`, `/admin/webhooks` and `/admin/audit`.
#[component]
pub fn Admin(
    /// What is on it.
    page: AdminPage,
    /// How times are read.
    clock: Clock,
) -> impl IntoView {
    let AdminPage { list, query, is_first, typed, error } = page;
    let tab = match &list {
        AdminList::Accounts(..) => "/admin",
        AdminList::Rooms(..) => "/admin/rooms",
        AdminList::Apps(..) => "/admin/apps",
        AdminList::Audit(..) => "/admin/audit",
        AdminList::Webhooks(..) => "/admin/webhooks",
    };
    let current = |path| (path == tab).then_some("page");
    // What went wrong with a form stands in it, if it is there.
    let is_there = |about: &str| match &list {
        AdminList::Accounts(listing, _) => {
            listing.rows.iter().any(|row| row.person.username.eq_ignore_ascii_case(about))
        }
        AdminList::Rooms(listing) => listing.rows.iter().any(|row| row.id.to_string() == about),
        AdminList::Apps(apps, _) => {
            let is_key = |id: String| id == about;
            typed.form == "app"
                || apps.iter().any(|app| app.name == about || app.keys.iter().any(|key| is_key(key.id.to_string())))
        }
        AdminList::Audit(..) | AdminList::Webhooks(..) => false,
    };
    let of_page = error.clone().filter(|_| typed.form.is_empty() || !is_there(&typed.about));
    let refused = Refused { typed, error };
    let content = match list {
        AdminList::Accounts(listing, networks) => {
            view! { <Users listing networks query is_first refused clock/> }.into_any()
        }
        AdminList::Rooms(listing) => view! { <Rooms listing query is_first refused clock/> }.into_any(),
        AdminList::Apps(apps, new_key) => view! { <Apps apps new_key refused clock/> }.into_any(),
        AdminList::Audit(listing, narrowed) => view! { <Audit listing narrowed is_first clock/> }.into_any(),
        AdminList::Webhooks(webhooks, shown) => view! { <Webhooks webhooks shown clock/> }.into_any(),
    };
    view! {
        <main class="card people admin" id="main">
            <h1>"Administration"</h1>
            <nav class="tabs" aria-label="Administration">
                <a href="/admin" aria-current=current("/admin")>"Users"</a>
                <a href="/admin/rooms" aria-current=current("/admin/rooms")>"Rooms"</a>
                <a href="/admin/apps" aria-current=current("/admin/apps")>"Applications"</a>
                <a href="/admin/webhooks" aria-current=current("/admin/webhooks")>"Webhooks"</a>
                <a href="/admin/audit" aria-current=current("/admin/audit")>"Audit log"</a>
            </nav>
            <Complaint error=of_page/>
            {content}
        </main>
    }
}

/// A form that was refused, and why.
#[derive(Clone)]
struct Refused {
    typed: Typed,
    error: Option<Refusal>,
}

impl Refused {
    /// Whether it was this one; then what was typed, and why it was refused.
    fn of(&self, form: &str, about: &str) -> Option<(String, Option<Refusal>)> {
        let is_it = self.typed.form == form && self.typed.about.eq_ignore_ascii_case(about);
        is_it.then(|| (self.typed.text.clone(), self.error.clone()))
    }
}

/// The form that looks for names.
#[component]
fn Search(action: &'static str, label: &'static str, query: String) -> impl IntoView {
    view! {
        <form method="get" action=action role="search" class="search">
            <label class="hidden" for="q">{label}</label>
            <input type="search" id="q" name="q" value=query placeholder=label autocapitalize="none" autocomplete="off" dir="auto"/>
            <button type="submit">{icon("search")} <span>"Search"</span></button>
        </form>
    }
}

/// The way to the next page, and back to the first.
#[component]
fn Turn(path: &'static str, query: String, next: Option<String>, is_first: bool) -> impl IntoView {
    let with = |rest: String| match (query.is_empty(), rest.is_empty()) {
        (true, true) => path.to_owned(),
        (true, false) => format!("{path}?{rest}"),
        (false, true) => format!("{path}?q={}", escaped(&query)),
        (false, false) => format!("{path}?q={}&{rest}", escaped(&query)),
    };
    let next = next.map(|next| {
        let href = with(format!("after={}", escaped(&next)));
        view! { <p class="aside"><a href=href>"Next page"</a></p> }
    });
    let back = (!is_first).then(|| view! { <p class="aside"><a href=with(String::new())>"From the beginning"</a></p> });
    view! { {next} {back} }
}

/// A day and an hour, in the viewer's zone.
fn moment(clock: Clock, at: Time) -> impl IntoView {
    let text = format!("{} {}", clock.day_name(clock.day(at)), clock.hour_minute(at));
    view! { <time datetime=at.to_string()>{text}</time> }
}
