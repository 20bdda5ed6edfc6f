//! Logging in and creating an account. Rule: what was typed is shown again after an error, except passwords, and what was wrong is
//! said at its field.

use super::{address::with_next, field::Field};
use crate::page::{LoginForm, RegisterForm};
use leptos::prelude::*;
use wire::{Code, Refusal};

/// The id of the sentence about a refusal; a page has one at most.
pub(super) const COMPLAINT: &str = "complaint";

/// `/login`.
#[component]
pub fn Login(
    /// What is in it.
    form: LoginForm,
) -> impl IntoView {
    let other = with_next("/register", &form.next);
    let label = if form.passwordless { "Password (if the account has one)" } else { "Password" };
    let is_wrong = is_about(form.error.as_ref(), &[Code::WrongLogin]);
    // Whoever typed a name has to type the password again.
    let to_password = form.error.is_some() && !form.username.is_empty();
    view! {
        <main class="card" id="main">
            <h1>"Log in"</h1>
            <Complaint error=form.error/>
            <form method="post" action="/login">
                <input type="hidden" name="next" value=form.next/>
                <Username value=form.username focus=!to_password wrong=is_wrong/>
                <Password label autocomplete="current-password" required=!form.passwordless focus=to_password wrong=is_wrong/>
                <button type="submit" class="primary">"Log in"</button>
            </form>
            <p class="aside">"No account yet? " <a href=other>"Create one"</a></p>
        </main>
    }
}

/// `/register`.
#[component]
pub fn Register(
    /// What is in it.
    form: RegisterForm,
) -> impl IntoView {
    let other = with_next("/login", &form.next);
    let label = if form.passwordless { "Password (optional)" } else { "Password" };
    let about = |codes: &[Code]| is_about(form.error.as_ref(), codes).then(|| form.error.clone()).flatten();
    let of_name = about(&[Code::BadUsername, Code::NameTaken]);
    let of_display_name = about(&[Code::BadDisplayName]);
    let of_password = about(&[Code::BadPassword]);
    let is_of_none = of_name.is_none() && of_display_name.is_none() && of_password.is_none();
    let (name_wrong, display_name_wrong, password_wrong) =
        (of_name.is_some(), of_display_name.is_some(), of_password.is_some());
    let to_name = !display_name_wrong && !password_wrong;
    view! {
        <main class="card" id="main">
            <h1>"Create account"</h1>
            {form.first_account.then(|| view! { <p class="hint">"The first account is the operator's: it runs this server."</p> })}
            <Complaint error=form.error.clone().filter(|_| is_of_none)/>
            <form method="post" action="/register">
                <input type="hidden" name="next" value=form.next/>
                <div class="field">
                    <Username value=form.username focus=to_name wrong=name_wrong/>
                    <Complaint error=of_name/>
                </div>
                <Field
                    name="display_name"
                    label="Display name"
                    value=form.display_name
                    autocomplete="name"
                    hint="What others see. Left empty, it is the username."
                    error=of_display_name
                />
                <div class="field">
                    <Password label autocomplete="new-password" required=!form.passwordless focus=password_wrong wrong=password_wrong/>
                    <p class="hint" id="password-hint">"At least 8 characters."</p>
                    <Complaint error=of_password/>
                </div>
                <button type="submit" class="primary">"Create account"</button>
            </form>
            <p class="aside">"Have an account? " <a href=other>"Log in here"</a></p>
        </main>
    }
}

#[component]
fn Username(value: String, focus: bool, wrong: bool) -> impl IntoView {
    view! {
        <div class="field">
            <label for="username">"Username"</label>
            <input
                id="username"
                name="username"
                value=value
                autocomplete="username"
                autocapitalize="none"
                spellcheck="false"
                required
                autofocus=focus
                aria-invalid=wrong.then_some("true")
                aria-describedby=wrong.then_some(COMPLAINT)
            />
        </div>
    }
}

#[component]
fn Password(
    label: &'static str,
    autocomplete: &'static str,
    required: bool,
    focus: bool,
    wrong: bool,
) -> impl IntoView {
    let is_new = autocomplete == "new-password";
    let described =
        if is_new { Some(described("password-hint", wrong)) } else { wrong.then_some(COMPLAINT.to_owned()) };
    view! {
        <div class="field">
            <label for="password">{label}</label>
            <input
                id="password"
                type="password"
                name="password"
                autocomplete=autocomplete
                required=required
                autofocus=focus
                aria-invalid=wrong.then_some("true")
                aria-describedby=described
            />
        </div>
    }
}

fn is_about(error: Option<&Refusal>, codes: &[Code]) -> bool {
    error.is_some_and(|error| codes.contains(&error.code))
}

/// What describes a field: its hint, and what was wrong with it.
fn described(hint: &str, wrong: bool) -> String {
    if wrong { format!("{hint} {COMPLAINT}") } else { hint.to_owned() }
}

/// The sentence of a refusal.
#[component]
pub fn Complaint(
    /// The refusal, if any.
    error: Option<Refusal>,
) -> impl IntoView {
    error.map(
        |error| view! { <p class="error" role="alert" id=COMPLAINT data-code=error.code.as_str()>{error.message}</p> },
    )
}
