//! The description of the API: OpenAPI 3.1. Rule: it is made from the handlers' own types and the router's table; nothing in it is written
//! twice.

use super::host;
use crate::{router::operations, state::AppState};
use aide::{
    generate::in_context,
    openapi::{OpenApi, SecurityScheme, Tag},
    transform::{TransformOpenApi, TransformOperation},
};
use axum::{
    Router,
    body::Bytes,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use schemars::{
    SchemaGenerator,
    generate::{Contract, SchemaSettings},
};
use std::sync::LazyLock;

/// As it is served.
static TEXT: LazyLock<Bytes> = LazyLock::new(|| {
    let text = serde_json::to_vec_pretty(&document().0).expect("a document of our own types is JSON");
    Bytes::from(text)
});

/// `GET /api/v1/openapi.json`.
pub async fn read() -> Response {
    let json = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, json)], text()).into_response()
}

/// The document as it is served.
pub(super) fn text() -> Bytes {
    TEXT.clone()
}

/// The document, and the doors that it describes.
pub fn document() -> (OpenApi, Router<AppState>) {
    in_context(|ctx| ctx.schema = answers());
    let mut api = OpenApi::default();
    let doors = operations().finish_api_with(&mut api, described);
    (api, doors)
}

/// Answers are described as they are written: what is never left out is there.
fn answers() -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.contract = Contract::Serialize;
        settings.definitions_path = "#/components/schemas/".into();
    });
    settings.into_generator()
}

fn described(api: TransformOpenApi<'_>) -> TransformOpenApi<'_> {
    let bearer = SecurityScheme::Http {
        scheme: "bearer".to_owned(),
        bearer_format: Some("JWT".to_owned()),
        description: Some("The access token of POST /api/v1/token.".to_owned()),
        extensions: Default::default(),
    };
    let key = SecurityScheme::Http {
        scheme: "bearer".to_owned(),
        bearer_format: Some("tt_…".to_owned()),
        description: Some("An API key of a host application, made by the operator of the server.".to_owned()),
        extensions: Default::default(),
    };
    let api = api
        .title("Twotick")
        .version("1")
        .description("Every error is a problem (RFC 9457) with a stable code. Times are RFC 3339 in UTC.")
        .security_scheme("bearer", bearer)
        .security_scheme(host::SECURITY, key);
    TAGS.iter().fold(api, |api, (name, what)| {
        api.tag(Tag { name: (*name).to_owned(), description: Some((*what).to_owned()), ..Tag::default() })
    })
}

/// The nouns, in the order in which they are explained.
pub const TAGS: &[(&str, &str)] = &[
    ("token", "Signing in and out."),
    ("me", "Whoever calls."),
    ("people", "People, and who is connected with whom."),
    ("rooms", "Rooms: finding them, making them, coming and going, opening and closing."),
    ("members", "Who is in a room."),
    ("subjects", "Conversations about something outside Twotick."),
    ("messages", "Messages: sending them, reading them, and what becomes of them."),
    ("search", "What was said, in any room of the caller."),
    ("cursors", "How far the caller has come."),
    ("events", "What a client has missed."),
    ("host", "What host applications do for their own users and things, by an API key with a scope for it."),
    ("webhooks", "Where host applications are told of what happens, by an API key with the scope webhooks."),
    ("ticket", "What opens a socket where no header can be sent."),
];

/// What the table says of an operation: `handler` is its path in this crate, which names it.
pub fn operation<'t>(operation: TransformOperation<'t>, handler: &str, summary: &str) -> TransformOperation<'t> {
    let names: Vec<&str> = handler.split("::").map(str::trim).collect();
    let (noun, verb) = match names[..] {
        [.., noun, verb] => (noun, verb),
        _ => ("", handler),
    };
    operation.id(&format!("{noun}_{verb}")).tag(noun).summary(summary)
}
