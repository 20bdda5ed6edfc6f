//! Host applications and their keys. Rule: a key is on the page once, in the answer to the form that made it; revoking asks for the name.

use super::{Refused, moment};
use crate::{clock::Clock, page::NewKey, pages::account::Complaint};
use leptos::prelude::*;
use wire::KeyId;
use wire::apps::{AppRow, KeyRow, Scope};
use wire::limits::{APP_NAME_CHARS_MAX, DISPLAY_NAME_CHARS_MAX, KEY_LABEL_CHARS_MAX};

/// `/admin/apps`.
#[component]
pub(super) fn Apps(
    apps: Vec<AppRow>,
    /// What was made just now.
    new_key: Option<NewKey>,
    refused: Refused,
    clock: Clock,
) -> impl IntoView {
    let none = apps.is_empty().then(|| view! { <p class="hint">"There is none yet."</p> });
    let apps = apps.into_iter().map(|app| view! { <App app refused=refused.clone() clock/> }).collect_view();
    view! {
        {new_key.map(|new_key| view! { <Once new_key/> })}
        <section>
            <h2>"Applications"</h2>
            <p class="hint">
                "Products with users and things of their own, which have conversations about them here, by API keys. "
                <a href="/api/v1/docs">"What they can call"</a>
            </p>
            {none}
        </section>
        {apps}
        <NewApp refused/>
    }
}

/// The key, the only time that it is shown.
#[component]
fn Once(new_key: NewKey) -> impl IntoView {
    let NewKey { app, text } = new_key;
    view! {
        <section class="once" role="status">
            <h2>"The key of " <bdi>{app}</bdi> " is made"</h2>
            <div class="field">
                <label for="new-key">"API key"</label>
                <input id="new-key" value=text readonly autofocus autocomplete="off" spellcheck="false" dir="ltr"/>
                <p class="hint">"Copy it now, to where its program finds it and nobody else: it cannot be shown again."</p>
            </div>
        </section>
    }
}

/// An application with its keys.
#[component]
fn App(app: AppRow, refused: Refused, clock: Clock) -> impl IntoView {
    let AppRow { name, title, made_at, keys, .. } = app;
    let none = keys.is_empty().then(|| view! { <p class="hint">"It has no key yet."</p> });
    let of_app = name.clone();
    let keys = keys
        .into_iter()
        .map(|key| view! { <Key key app=of_app.clone() refused=refused.clone() clock/> })
        .collect_view();
    view! {
        <section data-app=name.clone()>
            <h3 dir="auto">{title}</h3>
            <p class="hint"><bdi dir="ltr">{name.clone()}</bdi> " · made " {moment(clock, made_at)}</p>
            {none}
            <ul class="persons plain">{keys}</ul>
            <NewKeyOf app=name.clone() refused/>
        </section>
    }
}

#[component]
fn Key(key: KeyRow, app: String, refused: Refused, clock: Clock) -> impl IntoView {
    let KeyRow { id, label, scopes, made_at, used_at, revoked_at } = key;
    let called = if label.is_empty() { format!("Key {id}") } else { label };
    let scopes: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
    let used = match used_at {
        Some(at) => view! { " · last used " {moment(clock, at)} }.into_any(),
        None => " · never used".into_any(),
    };
    let revoked = revoked_at.map(|at| view! { <span class="username">"Revoked " {moment(clock, at)}</span> });
    let revoke = revoked_at.is_none().then(|| view! { <Revoke id app called=called.clone() refused/> });
    view! {
        <li data-key=id.to_string()>
            <span class="person">
                <span class="name" dir="auto">{called}</span>
                <span class="username">{scopes.join(", ")}</span>
                <span class="username">"Made " {moment(clock, made_at)} {used}</span>
                {revoked}
            </span>
            {revoke}
        </li>
    }
}

/// Ending a key for good.
#[component]
fn Revoke(id: KeyId, app: String, called: String, refused: Refused) -> impl IntoView {
    let refused = refused.of("revoke", &id.to_string());
    let (is_open, (typed, error)) = (refused.is_some(), refused.unwrap_or_default());
    let field = format!("revoke-{id}");
    view! {
        <details class="choices" open=is_open>
            <summary>"Revoke" <span class="hidden">{format!(" {called}")}</span></summary>
            <form method="post" action="/admin/apps/keys/revoke" class="act">
                <input type="hidden" name="key" value=id.to_string()/>
                <Complaint error/>
                <div class="field">
                    <label for=field.clone()>"Type " <bdi dir="ltr">{app}</bdi> " to revoke this key for good"</label>
                    <input id=field name="confirm" value=typed required autocapitalize="none" autocomplete="off" spellcheck="false"/>
                    <p class="hint">"Whatever uses it is refused from that moment. Users and rooms stay as they are."</p>
                </div>
                <button type="submit" class="danger">"Revoke" <span class="hidden">{format!(" {called}")}</span></button>
            </form>
        </details>
    }
}

/// Another key of an application.
#[component]
fn NewKeyOf(app: String, refused: Refused) -> impl IntoView {
    let marked = refused.typed.scopes.clone();
    let refused = refused.of("key", &app);
    let (is_open, (label, error)) = (refused.is_some(), refused.unwrap_or_default());
    let choice = |scope: Scope| {
        let is_marked = is_open && marked.contains(&scope);
        view! {
            <label class="choice">
                <input type="checkbox" name=scope.as_str() checked=is_marked/>
                <span><b>{scope.as_str()}</b> ": " {scope.sentence()}</span>
            </label>
        }
    };
    let field = format!("label-{app}");
    view! {
        <details class="further" open=is_open>
            <summary>"New key" <span class="hidden">{format!(" of {app}")}</span></summary>
            <form method="post" action="/admin/apps/keys">
                <input type="hidden" name="app" value=app/>
                <Complaint error/>
                <div class="field">
                    <label for=field.clone()>"What to know it by"</label>
                    <input id=field name="label" value=label maxlength=KEY_LABEL_CHARS_MAX placeholder="production" autocomplete="off" dir="auto"/>
                </div>
                <fieldset class="people-lines">
                    <legend>"What it may do"</legend>
                    {Scope::EVERY.map(choice).collect_view()}
                </fieldset>
                <button type="submit">"Make the key"</button>
            </form>
        </details>
    }
}

/// Another application.
#[component]
fn NewApp(refused: Refused) -> impl IntoView {
    let typed = refused.typed.clone();
    let is_it = typed.form == "app";
    let (name, title) = if is_it { (typed.about, typed.text) } else { Default::default() };
    let error = refused.error.filter(|_| is_it);
    view! {
        <section class="new-room">
            <h2>"New application"</h2>
            <form method="post" action="/admin/apps">
                <Complaint error/>
                <div class="field">
                    <label for="app-name">"Name"</label>
                    <input id="app-name" name="name" value=name required maxlength=APP_NAME_CHARS_MAX placeholder="jobs"
                        autocapitalize="none" autocomplete="off" spellcheck="false" dir="ltr"/>
                    <p class="hint">"For commands and addresses: letters a-z, digits and dashes. It stays as it is."</p>
                </div>
                <div class="field">
                    <label for="app-title">"Title"</label>
                    <input id="app-title" name="title" value=title maxlength=DISPLAY_NAME_CHARS_MAX placeholder="Acme Jobs"
                        autocomplete="off" dir="auto"/>
                    <p class="hint">"What people read where it says or changes something. Without one, the name."</p>
                </div>
                <button type="submit">"Make the application"</button>
            </form>
        </section>
    }
}
