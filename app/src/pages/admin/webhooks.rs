//! Where applications are told of what happens, and whether they take it. Rule: nothing of what is told, and nothing that signs it.

use super::moment;
use crate::clock::Clock;
use leptos::prelude::*;
use wire::{
    WebhookId,
    webhooks::{Delivery, Pause, Topic, Webhook, WebhookState},
};

/// `/admin/webhooks`, with the last requests of one of them.
#[component]
pub(super) fn Webhooks(
    webhooks: Vec<Webhook>,
    shown: Option<(WebhookId, Vec<Delivery>)>,
    clock: Clock,
) -> impl IntoView {
    let none = webhooks.is_empty().then(|| {
        view! { <p class="hint">"No webhook yet. An application makes them by its API key: " <code>"POST /api/v1/host/webhooks"</code>"."</p> }
    });
    let of = shown.as_ref().map(|(id, _)| *id);
    let rows = webhooks
        .into_iter()
        .map(|webhook| view! { <Row is_shown=of == Some(webhook.id) webhook clock/> })
        .collect_view();
    let requests = shown.map(|(id, requests)| view! { <Requests id requests clock/> });
    view! {
        <section>
            <h2>"Webhooks"</h2>
            <p class="hint">
                "Where applications are told of what happens in the rooms about their things. A paused one loses nothing: resumed, it is \
                 told everything since."
            </p>
            {none}
            <ul class="persons">{rows}</ul>
        </section>
        {requests}
    }
}

#[component]
fn Row(
    webhook: Webhook,
    /// Whether its last requests are.
    is_shown: bool,
    clock: Clock,
) -> impl IntoView {
    let Webhook { id, app, url, topics, state, failures, next_at, paused_at, paused_why, .. } = webhook;
    let is_paused = state == WebhookState::Paused;
    let told = topics.iter().map(|topic| topic_words(*topic)).collect::<Vec<_>>().join(", ");
    let doing = match state {
        WebhookState::Failing => {
            let times = if failures == 1 { "once".to_owned() } else { format!("{failures} times in a row") };
            let next = next_at.map(|at| view! { ", again " {moment(clock, at)} });
            view! { "Not taken " {times} {next} }.into_any()
        }
        WebhookState::Paused => {
            let why = pause_words(paused_why.unwrap_or(Pause::Unknown));
            let since = paused_at.map(|at| view! { " since " {moment(clock, at)} });
            view! { "Paused" {since} ": " {why} }.into_any()
        }
        WebhookState::Active | WebhookState::Unknown => view! { "Takes what it is told" }.into_any(),
    };
    let (change, word) = if is_paused { ("resume", "Resume") } else { ("pause", "Pause") };
    let href = format!("/admin/webhooks?of={id}#requests");
    view! {
        <li id=format!("webhook-{id}") data-webhook=id.to_string() data-state=state.as_str()>
            <span class="person">
                <span class="name"><bdi>{app.clone()}</bdi> " · number " {id.to_string()}</span>
                <span class="username"><bdi>{url}</bdi></span>
                <span class="username">{told} " · " {doing}</span>
            </span>
            <details class="choices" open=is_shown>
                <summary>"Look after"</summary>
                <form method="post" action=format!("/admin/webhooks/{change}") class="act">
                    <input type="hidden" name="webhook" value=id.to_string()/>
                    <button type="submit">{word} <span class="hidden">{format!(" webhook {id} of {app}")}</span></button>
                </form>
                <p class="aside"><a href=href>"The last requests"</a></p>
            </details>
        </li>
    }
}

#[component]
fn Requests(id: WebhookId, requests: Vec<Delivery>, clock: Clock) -> impl IntoView {
    let none = requests.is_empty().then(|| view! { <p class="hint">"There was none yet."</p> });
    let rows = requests
        .into_iter()
        .map(|one| {
            let place = one.room.zip(one.seq).map(|(room, seq)| format!(" · room {room}, position {seq}"));
            let came = match (one.status, one.error) {
                (Some(status), None) => format!("taken ({status})"),
                (_, Some(error)) => error,
                (None, None) => "no answer".to_owned(),
            };
            let next = one.next_at.map(|at| view! { " · again " {moment(clock, at)} });
            view! {
                <li>
                    <span>{moment(clock, one.at)} " · " <bdi>{came}</bdi> {format!(" · {} ms", one.took_ms)} {next}</span>
                    <span class="username">{one.kind} {place}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <section id="requests">
            <h2>{format!("The last requests of webhook {id}")}</h2>
            {none}
            <ol class="audit">{rows}</ol>
        </section>
    }
}

fn topic_words(topic: Topic) -> &'static str {
    match topic {
        Topic::Messages => "messages",
        Topic::Bids => "bids",
        Topic::Members => "who comes and goes",
        Topic::Unknown => "something else",
    }
}

fn pause_words(pause: Pause) -> &'static str {
    match pause {
        Pause::Asked => "somebody asked for it",
        Pause::Gone => "it answered that it is gone (410)",
        Pause::Failing => "it did not take something for three days",
        Pause::Unknown => "nobody knows why",
    }
}
