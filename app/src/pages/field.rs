//! One line to fill in. Rule: what was typed is shown again, and what was wrong with it stands below it and is where the focus is.

use super::account::{COMPLAINT, Complaint};
use leptos::prelude::*;
use wire::Refusal;

/// A field with its label.
#[component]
pub fn Field(
    /// Its id, and its name in the form.
    name: &'static str,
    /// What to fill in.
    label: &'static str,
    /// As typed.
    value: String,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// What helps to fill it in.
    #[prop(optional)]
    hint: &'static str,
    /// Whether it may not stay empty.
    #[prop(optional)]
    required: bool,
    /// What was wrong with it.
    error: Option<Refusal>,
) -> impl IntoView {
    let is_wrong = error.is_some();
    let hint_id = format!("{name}-hint");
    let described: Vec<&str> = [(!hint.is_empty(), hint_id.as_str()), (is_wrong, COMPLAINT)]
        .into_iter()
        .filter(|(is_there, _)| *is_there)
        .map(|(_, id)| id)
        .collect();
    let described = (!described.is_empty()).then(|| described.join(" "));
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                id=name
                name=name
                value=value
                autocomplete=autocomplete
                required=required
                dir="auto"
                autofocus=is_wrong
                aria-invalid=is_wrong.then_some("true")
                aria-describedby=described
            />
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> })}
            <Complaint error/>
        </div>
    }
}
