//! Making a bid, or another one in the place of a bid (SPEC 4). Rule: what is wrong is said at its field, and everything that was typed
//! is still there.

use crate::{
    clock::Clock,
    page::{BidForm, BidPage},
    pages::{
        account::{COMPLAINT, Complaint},
        field::Field,
    },
    ui::bubble::bid::card,
};
use leptos::prelude::*;
use wire::{Code, Person, Refusal};

/// After how many hours a bid can expire, in words.
const LIVES: [(&str, &str); 6] = [
    ("", "It does not expire"),
    ("1", "In an hour"),
    ("24", "In a day"),
    ("72", "In three days"),
    ("168", "In a week"),
    ("720", "In thirty days"),
];

/// `/r/{room}/bids/new`.
#[component]
pub fn BidOf(
    /// What is on it.
    page: BidPage,
    /// How times are read.
    clock: Clock,
) -> impl IntoView {
    let BidPage { room, title, form, people, currencies, countered, error } = page;
    let BidForm { cid, to, amount, currency, note, hours, counters } = form;
    let of = |codes: &[Code]| error.clone().filter(|error| codes.contains(&error.code));
    let (of_to, of_amount) = (of(&[Code::NotAMember, Code::Yourself]), of(&[Code::BadAmount]));
    let (of_currency, of_note, of_expiry) =
        (of(&[Code::BadCurrency]), of(&[Code::NoteTooLong]), of(&[Code::BadExpiry]));
    let of_to = of_to.filter(|_| countered.is_none());
    let has_place = [&of_to, &of_amount, &of_currency, &of_note, &of_expiry].iter().any(|place| place.is_some());
    let of_none = error.clone().filter(|_| !has_place);
    let (heading, button) = match countered {
        Some(_) => ("Another bid instead", "Send this bid back"),
        None => ("Make a bid", "Make this bid"),
    };
    let whom = countered.is_none().then(|| whom(&people, &to, of_to));
    let hidden = counters.map(|seq| view! { <input type="hidden" name="counter" value=seq.to_string()/> });
    view! {
        <main class="card people" id="main">
            <p class="aside back-out"><a href=format!("/r/{room}")>"Back to the conversation"</a></p>
            <h1>{heading}</h1>
            <p class="hint" dir="auto">{format!("In {title}. Whom it is made to can accept or decline it, or make another one instead.")}</p>
            {countered.as_ref().map(|bid| card(bid, clock))}
            <Complaint error=of_none/>
            <form method="post" action=format!("/r/{room}/bids/new") class="new-room new-bid">
                <input type="hidden" name="cid" value=cid.to_string()/>
                {hidden}
                {whom}
                <div class="pair">
                    <Field name="amount" label="Amount" value=amount placeholder="120.00" required=true error=of_amount/>
                    {money(currencies, &currency, of_currency)}
                </div>
                {said(note, of_note)}
                {life(&hours, of_expiry)}
                <button type="submit" class="primary">{button}</button>
            </form>
        </main>
    }
}

/// Who gets it.
fn whom(people: &[Person], to: &str, error: Option<Refusal>) -> impl IntoView + use<> {
    let options = people.iter().map(|person| {
        let (username, is_it) = (person.username.clone(), person.username == to);
        let name = format!("{} (@{username})", person.display_name);
        view! { <option value=username selected=is_it>{name}</option> }
    });
    choice("to", "To", options.collect_view(), people.len() > 1, error)
}

fn money(currencies: Vec<(&'static str, String)>, chosen: &str, error: Option<Refusal>) -> impl IntoView + use<> {
    let option = |(code, name): (&'static str, String)| {
        view! { <option value=code selected=code == chosen>{format!("{code} – {name}")}</option> }
    };
    choice("currency", "Currency", currencies.into_iter().map(option).collect_view(), true, error)
}

fn life(hours: &str, error: Option<Refusal>) -> impl IntoView + use<> {
    let options = LIVES.map(|(value, words)| view! { <option value=value selected=value == hours>{words}</option> });
    choice("hours", "Expiry", options.collect_view(), true, error)
}

/// One of several; of a single one there is nothing to choose.
fn choice(
    name: &'static str,
    label: &'static str,
    options: impl IntoView,
    is_open: bool,
    error: Option<Refusal>,
) -> impl IntoView {
    let is_wrong = error.is_some();
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <select
                id=name
                name=name
                dir="auto"
                autofocus=is_wrong && is_open
                aria-invalid=is_wrong.then_some("true")
                aria-describedby=is_wrong.then_some(COMPLAINT)
            >
                {options}
            </select>
            <Complaint error/>
        </div>
    }
}

fn said(note: String, error: Option<Refusal>) -> impl IntoView {
    let is_wrong = error.is_some();
    view! {
        <div class="field">
            <label for="note">"Note"</label>
            <textarea
                id="note"
                name="note"
                rows="2"
                dir="auto"
                autofocus=is_wrong
                aria-invalid=is_wrong.then_some("true")
                aria-describedby=is_wrong.then_some(COMPLAINT)
            >
                {note}
            </textarea>
            <p class="hint">"What it is for. May stay empty."</p>
            <Complaint error/>
        </div>
    }
}
