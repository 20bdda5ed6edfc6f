//! What went wrong, as RFC 9457 has it. Rule: `code` is the word that every other surface says, and never changes its meaning; `detail`
//! is for people.

use crate::problem::told;
use aide::{
    OperationOutput,
    generate::GenContext,
    openapi::{MediaType, Operation, Response as Described, SchemaObject},
};
use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use schemars::JsonSchema;
use serde::Serialize;
use wire::{Code, Refusal};

/// Seconds after which a server that could not answer is asked again.
const AWAY_S: i64 = 2;
const MEDIA_TYPE: &str = "application/problem+json";

/// What a handler answers.
pub type Answer<T> = Result<T, Problem>;

/// A refusal on its way out.
#[derive(Debug)]
pub struct Problem(Refusal);

/// Why nothing was done. Nothing has changed then, but for `try_again`: send the same again.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
struct Details {
    /// Where the code is explained.
    #[serde(rename = "type")]
    kind: String,
    /// The code in plain words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What to do about it, for people.
    detail: String,
    /// What was refused, as a stable word for programs.
    code: Code,
    /// Milliseconds after which to send the same again; `Retry-After` says it in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<i64>,
}

impl Problem {
    /// What could not be read, and why.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self(Refusal { message: detail.into(), ..Code::Malformed.into() })
    }

    /// As part of an answer about several things.
    pub fn refusal(self) -> Refusal {
        self.0
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self(code.into())
    }
}

impl From<domain::Error> for Problem {
    fn from(error: domain::Error) -> Self {
        Self(told(error))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Refusal { code, message, wait_ms } = self.0;
        let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let is_away = status == StatusCode::SERVICE_UNAVAILABLE;
        let retry_after_ms = wait_ms.or(is_away.then_some(AWAY_S * 1_000));
        let details = Details {
            kind: format!("/api/v1/docs#{code}"),
            title: title(code),
            status: status.as_u16(),
            // Nobody reloads a page here.
            detail: if message == Code::Malformed.sentence() { "That could not be read.".to_owned() } else { message },
            code,
            retry_after_ms,
        };
        let mut response = (status, axum::Json(details)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if let Some(wait_ms) = retry_after_ms {
            headers.insert(header::RETRY_AFTER, HeaderValue::from((wait_ms + 999) / 1_000));
        }
        if matches!(code, Code::SignedOut | Code::BadKey) {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl OperationOutput for Problem {
    type Inner = ();

    fn operation_response(ctx: &mut GenContext, _: &mut Operation) -> Option<Described> {
        let json_schema = ctx.schema.subschema_for::<Details>();
        let schema = Some(SchemaObject { json_schema, example: None, external_docs: None });
        let media = MediaType { schema, ..MediaType::default() };
        let description = "Nothing was done, and `code` says why.".to_owned();
        Some(Described { description, content: [(MEDIA_TYPE.to_owned(), media)].into(), ..Described::default() })
    }

    fn inferred_responses(ctx: &mut GenContext, operation: &mut Operation) -> Vec<(Option<u16>, Described)> {
        Self::operation_response(ctx, operation).map(|described| (None, described)).into_iter().collect()
    }
}

fn title(code: Code) -> String {
    let mut words = code.as_str().replace('_', " ");
    words[..1].make_ascii_uppercase();
    words
}

/// Something was made.
pub struct Made<T>(pub T);

impl<T: Serialize> IntoResponse for Made<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, axum::Json(self.0)).into_response()
    }
}

impl<T: JsonSchema> OperationOutput for Made<T> {
    type Inner = T;

    fn operation_response(ctx: &mut GenContext, operation: &mut Operation) -> Option<Described> {
        Is::<T>::operation_response(ctx, operation)
    }

    fn inferred_responses(ctx: &mut GenContext, operation: &mut Operation) -> Vec<(Option<u16>, Described)> {
        Self::operation_response(ctx, operation).map(|described| (Some(201), described)).into_iter().collect()
    }
}

/// Something is so.
pub struct Is<T>(pub T);

impl<T: Serialize> IntoResponse for Is<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<T: JsonSchema> OperationOutput for Is<T> {
    type Inner = T;

    fn operation_response(ctx: &mut GenContext, _: &mut Operation) -> Option<Described> {
        let json_schema = ctx.schema.subschema_for::<T>();
        let described = ctx.resolve_schema(&json_schema).get("description").and_then(|text| text.as_str());
        let description = described.unwrap_or("What was asked for.").to_owned();
        let schema = Some(SchemaObject { json_schema, example: None, external_docs: None });
        let media = MediaType { schema, ..MediaType::default() };
        Some(Described {
            description,
            content: [("application/json".to_owned(), media)].into(),
            ..Described::default()
        })
    }

    fn inferred_responses(ctx: &mut GenContext, operation: &mut Operation) -> Vec<(Option<u16>, Described)> {
        Self::operation_response(ctx, operation).map(|described| (Some(200), described)).into_iter().collect()
    }
}

/// It is done, and there is nothing to say about it.
pub struct Done;

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        // An answer without a body has no type either.
        let mut response = StatusCode::NO_CONTENT.into_response();
        response.headers_mut().remove(HeaderName::from_static("content-type"));
        response
    }
}

impl OperationOutput for Done {
    type Inner = ();

    fn operation_response(_: &mut GenContext, _: &mut Operation) -> Option<Described> {
        Some(Described { description: "It is done.".to_owned(), ..Described::default() })
    }

    fn inferred_responses(ctx: &mut GenContext, operation: &mut Operation) -> Vec<(Option<u16>, Described)> {
        Self::operation_response(ctx, operation).map(|described| (Some(204), described)).into_iter().collect()
    }
}
