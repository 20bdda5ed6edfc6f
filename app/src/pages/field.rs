//! One line to fill in. Rule: what was typed is shown again, and what was wrong with it stands below it and is where the focus is.

use super::account::{COMPLAINT, Complaint};
use leptos::prelude::*;
use wire::Refusal;

/// A field with its label.
#[component]
pub fn Field(
    /// Its name in the form.
    name: &'static str,
    /// Its id, if that is not its name.
    #[prop(optional)]
    id: Option<&'static str>,
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
    /// The id of a list of what is often meant.
    #[prop(optional)]
    list: &'static str,
    /// What it could look like.
    #[prop(optional)]
    placeholder: &'static str,
    /// Whether the label is only read out.
    #[prop(optional)]
    bare: bool,
    /// Whether it may not stay empty.
    #[prop(optional)]
    required: bool,
    /// What was wrong with it.
    error: Option<Refusal>,
) -> impl IntoView {
    let is_wrong = error.is_some();
    let id = id.unwrap_or(name);
    let hint_id = format!("{id}-hint");
    let described: Vec<&str> = [(!hint.is_empty(), hint_id.as_str()), (is_wrong, COMPLAINT)]
        .into_iter()
        .filter(|(is_there, _)| *is_there)
        .map(|(_, id)| id)
        .collect();
    let described = (!described.is_empty()).then(|| described.join(" "));
    view! {
        <div class="field">
            <label for=id class=bare.then_some("hidden")>{label}</label>
            <input
                id=id
                name=name
                value=value
                autocomplete=autocomplete
                list=(!list.is_empty()).then_some(list)
                placeholder=(!placeholder.is_empty()).then_some(placeholder)
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
