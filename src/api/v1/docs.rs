//! The API's document for people: one page without a script. Rule: every word in it comes out of the document, and all of it is escaped.

use super::{
    document::{TAGS, text},
    host,
};
use crate::state::AppState;
use axum::{
    extract::State,
    response::{Html, IntoResponse, Response},
};
use serde_json::Value;
use std::{fmt::Write, sync::LazyLock};
use wire::Code;

/// All but the head, whose style sheet is the site's.
static BODY: LazyLock<String> = LazyLock::new(|| {
    let document: Value = serde_json::from_slice(&text()).unwrap_or_default();
    body(&document)
});

/// `GET /api/v1/docs`.
pub async fn read(State(state): State<AppState>) -> Response {
    let css = escaped(&state.site.names().css);
    let head = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>The API · Twotick</title>\
         <link rel=\"stylesheet\" href=\"{css}\"><link rel=\"icon\" type=\"image/svg+xml\" href=\"/favicon.svg\"></head>"
    );
    Html(head + &BODY).into_response()
}

fn body(document: &Value) -> String {
    let mut out = String::from(
        "<body data-page=\"plain\"><a class=\"skip\" href=\"#main\">Skip to the content</a>\
         <main class=\"card reference\" id=\"main\"><h1>The API</h1>",
    );
    paragraph(&mut out, &document["info"]["description"]);
    out.push_str("<p><a href=\"/api/v1/openapi.json\">The document for programs</a>, OpenAPI 3.1</p><p class=\"aside\"><a href=\"/\">To the chat</a></p><nav><ul>");
    for (noun, what) in TAGS {
        write_to(&mut out, &[&format!("<li><a href=\"#{noun}\">"), &capital(noun), "</a> · ", &escaped(what), "</li>"]);
    }
    out.push_str("<li><a href=\"#types\">Types</a></li><li><a href=\"#codes\">Codes</a></li></ul></nav>");
    for (noun, _) in TAGS {
        write_to(&mut out, &[&format!("<section id=\"{noun}\"><h2>"), &capital(noun), "</h2>"]);
        for (path, item) in fields(&document["paths"]) {
            for (method, operation) in fields(item).filter(|(_, operation)| operation["tags"][0] == *noun) {
                operation_of(&mut out, method, path, operation);
            }
        }
        out.push_str("</section>");
    }
    types(&mut out, document);
    codes(&mut out);
    out.push_str("</main></body></html>");
    out
}

fn operation_of(out: &mut String, method: &str, path: &str, operation: &Value) {
    let id = escaped(word(&operation["operationId"]));
    write_to(
        out,
        &[&format!("<article id=\"{id}\"><h3><code>"), &method.to_uppercase(), " ", &escaped(path), "</code></h3>"],
    );
    paragraph(out, &operation["summary"]);
    let security = operation.get("security").map(|security| security[0].get(host::SECURITY).is_some());
    match security {
        None => out.push_str("<p class=\"hint\">Without a token.</p>"),
        Some(true) => out.push_str("<p class=\"hint\">With an API key.</p>"),
        Some(false) => {}
    }
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let parameters: Vec<_> = parameters
        .map(|one| {
            let place = format!("{}, in the {}", kind(&one["schema"]), word(&one["in"]));
            (word(&one["name"]), place, one["required"] == true, &one["description"])
        })
        .collect();
    list(out, "Takes", &parameters);
    let sent = &operation["requestBody"]["content"]["application/json"]["schema"];
    list(out, "Body", &properties(sent));
    for (status, response) in fields(&operation["responses"]).filter(|(status, _)| *status != "default") {
        let given = &response["content"]["application/json"]["schema"];
        let what = if given.is_null() { String::new() } else { format!(" · {}", kind(given)) };
        write_to(out, &["<p>", &escaped(status), &what, " · ", &escaped(word(&response["description"])), "</p>"]);
    }
    out.push_str("</article>");
}

fn types(out: &mut String, document: &Value) {
    out.push_str("<section id=\"types\"><h2>Types</h2>");
    for (name, schema) in fields(&document["components"]["schemas"]).filter(|(name, _)| *name != "Code") {
        let shown = escaped(name);
        write_to(out, &[&format!("<article id=\"type-{shown}\"><h3><code>"), &shown, "</code></h3>"]);
        paragraph(out, &schema["description"]);
        if let Some(words) = schema["enum"].as_array() {
            let words: Vec<String> = words.iter().map(|one| format!("<code>{}</code>", escaped(word(one)))).collect();
            write_to(out, &["<p>", &words.join(" "), "</p>"]);
        }
        list(out, "", &properties(schema));
        for variant in schema["oneOf"].as_array().into_iter().flatten() {
            paragraph(out, &variant["description"]);
            list(out, "", &properties(variant));
        }
        out.push_str("</article>");
    }
    out.push_str("</section>");
}

fn codes(out: &mut String) {
    out.push_str("<section id=\"codes\"><h2>Codes</h2><p>What a problem says as <code>code</code>.</p><dl>");
    for code in Code::ALL {
        let status = code.status().to_string();
        let sentence = escaped(code.sentence());
        write_to(
            out,
            &[&format!("<dt id=\"{code}\"><code>{code}</code> · "), &status, "</dt><dd>", &sentence, "</dd>"],
        );
    }
    out.push_str("</dl></section>");
}

type Field<'a> = (&'a str, String, bool, &'a Value);

fn properties(schema: &Value) -> Vec<Field<'_>> {
    let required = schema["required"].as_array();
    let is_required = |name: &str| required.is_some_and(|names| names.iter().any(|one| one == name));
    fields(&schema["properties"])
        .map(|(name, schema)| (name, kind(schema), is_required(name), &schema["description"]))
        .collect()
}

fn list(out: &mut String, heading: &str, fields: &[Field<'_>]) {
    if fields.is_empty() {
        return;
    }
    if !heading.is_empty() {
        write_to(out, &["<h4>", heading, "</h4>"]);
    }
    out.push_str("<dl>");
    for (name, kind, is_required, what) in fields {
        let optional = if *is_required { "" } else { ", may be absent" };
        write_to(
            out,
            &["<dt><code>", &escaped(name), "</code> · ", kind, optional, "</dt><dd>", &prose(what), "</dd>"],
        );
    }
    out.push_str("</dl>");
}

/// A type in words; one that has a name of its own leads there.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|to| to.rsplit('/').next()) {
        let name = escaped(name);
        let place = if name == "Code" { "codes".to_owned() } else { format!("type-{name}") };
        return format!("<a href=\"#{place}\">{name}</a>");
    }
    if let Some(several) = schema["anyOf"].as_array().or(schema["oneOf"].as_array()) {
        let kinds: Vec<String> = several.iter().filter(|one| one["type"] != "null").map(kind).collect();
        return kinds.join(" or ");
    }
    let plain = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(word).find(|kind| *kind != "null").unwrap_or_default(),
        kind => word(kind),
    };
    match (plain, word(&schema["format"])) {
        ("array", _) => format!("list of {}", kind(&schema["items"])),
        ("", _) => "anything".to_owned(),
        (plain, "uuid" | "date-time") => format!("{} ({})", escaped(plain), escaped(word(&schema["format"]))),
        (plain, _) => escaped(plain),
    }
}

fn fields(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn paragraph(out: &mut String, what: &Value) {
    if !word(what).is_empty() {
        write_to(out, &["<p>", &prose(what), "</p>"]);
    }
}

/// A description, without the brackets by which Rust's comments name what they speak of.
fn prose(what: &Value) -> String {
    escaped(&word(what).replace("[`", "").replace("`]", "").replace("crate::", ""))
}

fn capital(word: &str) -> String {
    let mut word = word.to_owned();
    word[..1].make_ascii_uppercase();
    word
}

fn write_to(out: &mut String, parts: &[&str]) {
    parts.iter().for_each(|part| out.push_str(part));
}

/// As text, also between quotes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' | '<' | '>' | '"' | '\'' => {
                // Writing to a string cannot fail.
                let _ = write!(out, "&#{};", u32::from(char));
            }
            _ => out.push(char),
        }
    }
    out
}
