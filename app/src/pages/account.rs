//! Logging in and creating an account. Rule: what was typed is shown again after an error, except passwords.

use crate::page::{LoginForm, RegisterForm};
use leptos::prelude::*;
use wire::Refusal;

/// `/login`.
#[component]
pub fn Login(
    /// What is in it.
    form: LoginForm,
) -> impl IntoView {
    let other = with_next("/register", &form.next);
    let password = if form.passwordless { "Password (if the account has one)" } else { "Password" };
    view! {
        <main class="card" id="main">
            <h1>"Log in"</h1>
            <Complaint error=form.error/>
            <form method="post" action="/login">
                <input type="hidden" name="next" value=form.next/>
                <Username value=form.username/>
                <label>
                    <span>{password}</span>
                    <input type="password" name="password" autocomplete="current-password" required=!form.passwordless/>
                </label>
                <button type="submit" class="primary">"Log in"</button>
            </form>
            <p>"No account yet? " <a href=other>"Create one"</a></p>
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
    let password = if form.passwordless { "Password (optional)" } else { "Password" };
    view! {
        <main class="card" id="main">
            <h1>"Create account"</h1>
            {form.first_account.then(|| view! { <p class="hint">"The first account is the operator's: it runs this server."</p> })}
            <Complaint error=form.error/>
            <form method="post" action="/register">
                <input type="hidden" name="next" value=form.next/>
                <Username value=form.username/>
                <label>
                    <span>"Display name"</span>
                    <input name="display_name" value=form.display_name autocomplete="name" dir="auto"/>
                </label>
                <label>
                    <span>{password}</span>
                    <input type="password" name="password" autocomplete="new-password" required=!form.passwordless/>
                </label>
                <p class="hint">"At least 8 characters."</p>
                <button type="submit" class="primary">"Create account"</button>
            </form>
            <p>"Have an account? " <a href=other>"Log in here"</a></p>
        </main>
    }
}

#[component]
fn Username(value: String) -> impl IntoView {
    view! {
        <label>
            <span>"Username"</span>
            <input name="username" value=value autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus/>
        </label>
    }
}

/// The sentence of a refusal.
#[component]
pub fn Complaint(
    /// The refusal, if any.
    error: Option<Refusal>,
) -> impl IntoView {
    error.map(|error| view! { <p class="error" role="alert" data-code=error.code.as_str()>{error.message}</p> })
}

/// A path that remembers where to go afterwards.
fn with_next(path: &str, next: &str) -> String {
    if next.is_empty() || next == "/" {
        return path.to_owned();
    }
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let next: String = next
        .bytes()
        .map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    format!("{path}?next={next}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_next_with_a_query_survives_in_a_query() {
        assert_eq!(with_next("/register", "/r/5?before=7&x"), "/register?next=/r/5%3Fbefore%3D7%26x");
        assert_eq!(with_next("/login", "/"), "/login");
    }
}
