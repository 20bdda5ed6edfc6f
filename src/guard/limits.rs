//! Bodies and times. Rule: a body is read whole, within its size and time, before any handler sees it; a
//! slow or greedy client costs one connection and nothing else (RELIABILITY W12).

use crate::{files, patience::Patience};
use axum::{
    body::{Body, HttpBody},
    extract::Request,
    http::{Method, header},
    response::Response,
};
use futures::FutureExt;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::{panic::AssertUnwindSafe, time::Duration};
use wire::{Code, limits::FORM_BYTES_MAX};

/// The request with its body in memory.
pub async fn whole_body(request: Request, patience: &Patience) -> Result<Request, Code> {
    if matches!(*request.method(), Method::GET | Method::HEAD) || request.body().is_end_stream() {
        return Ok(request);
    }
    if is_upload(&request) {
        return Ok(request);
    }
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // server_fn panics on a multipart body without a boundary (RELIABILITY F9).
    if kind.trim_start().to_ascii_lowercase().starts_with("multipart/") {
        return Err(Code::Malformed);
    }
    if request.body().size_hint().lower() > FORM_BYTES_MAX as u64 {
        return Err(Code::TooLarge);
    }
    let (parts, body) = request.into_parts();
    let collected = Limited::new(body, FORM_BYTES_MAX).collect();
    match tokio::time::timeout(patience.body, collected).await {
        Ok(Ok(body)) => Ok(Request::from_parts(parts, Body::from(body.to_bytes()))),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Code::TooLarge),
        Ok(Err(_)) | Err(_) => Err(Code::Malformed),
    }
}

/// Whether its body are files: they go to disk as they come, within the limits of files.
pub fn is_upload(request: &Request) -> bool {
    let path = request.uri().path();
    let is_room = path.strip_prefix("/r/").is_some_and(|room| !room.contains('/'));
    match *request.method() {
        Method::PATCH => path.starts_with("/files/"),
        Method::PUT => path == "/api/v1/me/avatar",
        Method::POST => (is_room || path == "/settings/avatar") && files::form::is_form(request.headers()),
        _ => false,
    }
}

/// The answer, unless it takes too long or the handler panics: then what happened is not known to the user (C3).
pub async fn in_time(answer: impl Future<Output = Response>, wait: Duration) -> Result<Response, Code> {
    let caught = AssertUnwindSafe(answer).catch_unwind();
    match tokio::time::timeout(wait, caught).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(_)) => {
            tracing::error!("a handler panicked");
            Err(Code::TryAgain)
        }
        Err(_) => {
            tracing::error!(waited = ?wait, "a handler did not answer in time");
            Err(Code::TryAgain)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_of_the_limit_passes_and_one_byte_more_does_not() {
        let of = |length: usize| Request::post("/").body(Body::from(vec![b'x'; length])).unwrap();
        assert!(whole_body(of(FORM_BYTES_MAX), &Patience::default()).await.is_ok());
        assert_eq!(whole_body(of(FORM_BYTES_MAX + 1), &Patience::default()).await.unwrap_err(), Code::TooLarge);
    }

    #[tokio::test]
    async fn a_body_without_a_length_is_counted_as_it_comes() {
        let chunks = (0..3).map(|_| Ok::<_, std::io::Error>(vec![b'x'; FORM_BYTES_MAX / 2]));
        let request = Request::post("/").body(Body::from_stream(futures::stream::iter(chunks))).unwrap();
        assert_eq!(whole_body(request, &Patience::default()).await.unwrap_err(), Code::TooLarge);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_come_is_given_up() {
        let never = futures::stream::pending::<Result<Vec<u8>, std::io::Error>>();
        let request = Request::post("/").body(Body::from_stream(never)).unwrap();
        assert_eq!(whole_body(request, &Patience::default()).await.unwrap_err(), Code::Malformed);
    }

    #[tokio::test]
    async fn multipart_is_refused_before_anybody_parses_it() {
        let request = Request::post("/").header("content-type", "Multipart/form-data").body(Body::from("x")).unwrap();
        assert_eq!(whole_body(request, &Patience::default()).await.unwrap_err(), Code::Malformed);
    }

    #[tokio::test(start_paused = true)]
    async fn a_handler_that_hangs_or_panics_becomes_try_again() {
        assert_eq!(in_time(std::future::pending(), Patience::default().handler).await.unwrap_err(), Code::TryAgain);
        assert_eq!(
            in_time(async { panic!("as a test") }, Patience::default().handler).await.unwrap_err(),
            Code::TryAgain
        );
    }
}
