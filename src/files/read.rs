//! `GET /files/{id}/…`: the bytes of a file. Rule: whoever may not see the message gets what is there for any address that leads nowhere;
//! nothing but four kinds of images is ever shown by a browser as a page of ours (RELIABILITY 6.2).

use crate::pages::visit::{Asked, Visit};
use axum::{
    body::Body,
    extract::{Path, rejection::PathRejection},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};
use domain::Readable;
use http_range_header::parse_range_header;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use std::ops::Range;
use wire::{Cid, Code};

/// What may stand in a name in a header as it is (RFC 5987).
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');
/// Whoever opens one by its address gets no script, no form and no other file.
const POLICY: &str = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'";
/// A browser asks again after an hour, and the answer is short; nobody between keeps it.
const CACHING: &str = "private, max-age=3600";

/// How it is wanted.
#[derive(Default, Deserialize)]
pub struct Wanted {
    /// To be saved, not shown.
    download: Option<String>,
}

/// `GET /files/{id}/{name}`; the name is for people, and for what the browser calls the file.
pub async fn whole(
    visit: Visit,
    path: Result<Path<(Cid, String)>, PathRejection>,
    Asked(wanted): Asked<Wanted>,
    headers: HeaderMap,
) -> Response {
    let Ok(Path((id, _))) = path else { return visit.refused(Code::NotFound.into()) };
    hand_out(&visit, id, false, wanted.download.is_some(), &headers).await
}

/// `GET /files/{id}/thumbnail`.
pub async fn small(visit: Visit, path: Result<Path<Cid>, PathRejection>, headers: HeaderMap) -> Response {
    let Ok(Path(id)) = path else { return visit.refused(Code::NotFound.into()) };
    hand_out(&visit, id, true, false, &headers).await
}

async fn hand_out(visit: &Visit, id: Cid, is_small: bool, is_download: bool, headers: &HeaderMap) -> Response {
    let Some(viewer) = &visit.viewer else { return visit.refused(Code::NotFound.into()) };
    let file = match visit.chat().file(viewer, id, is_small).await {
        Ok(file) => file,
        Err(error) => return visit.problem(error),
    };
    let tag = format!("\"{id}{}\"", if is_small { "-small" } else { "" });
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let is_known = text(header::IF_NONE_MATCH).is_some_and(|tags| tags.split(',').any(|known| known.trim() == tag));
    if is_known {
        return answer(StatusCode::NOT_MODIFIED, &file, &tag, is_download, Body::empty());
    }
    // Of another version they are worth nothing; there is none, but a client may ask so.
    let is_same = text(header::IF_RANGE).is_none_or(|known| known == tag);
    let range = match text(header::RANGE).filter(|_| is_same).map(|range| part(range, file.size)) {
        Some(Some(range)) => Some(range),
        Some(None) => {
            let mut response = answer(StatusCode::RANGE_NOT_SATISFIABLE, &file, &tag, is_download, Body::empty());
            put(&mut response, header::CONTENT_RANGE, &format!("bytes */{}", file.size));
            return response;
        }
        None => None,
    };
    let length = range.as_ref().map_or(file.size, |range| range.end - range.start);
    let bytes = match visit.chat().read_file(&file, range.clone()).await {
        Ok(bytes) => Body::from_stream(bytes),
        Err(error) => return visit.problem(error),
    };
    let status = if range.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    let mut response = answer(status, &file, &tag, is_download, bytes);
    put(&mut response, header::CONTENT_LENGTH, &length.to_string());
    if let Some(Range { start, end }) = range {
        put(&mut response, header::CONTENT_RANGE, &format!("bytes {start}-{}/{}", end - 1, file.size));
    }
    response
}

/// The one part that is asked for; of several, which nobody needs, the first.
fn part(asked: &str, size: u64) -> Option<Range<u64>> {
    let parts = parse_range_header(asked).ok()?.validate(size).ok()?;
    let first = parts.first()?;
    Some(*first.start()..first.end() + 1)
}

fn answer(status: StatusCode, file: &Readable, tag: &str, is_download: bool, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let media_type = file.media_type();
    let is_shown = file.attachment.is_image() && !is_download;
    for (name, value) in [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, CACHING),
        (header::ETAG, tag),
        (header::ACCEPT_RANGES, "bytes"),
        (header::CONTENT_DISPOSITION, &disposition(&file.attachment.name, is_shown)),
    ] {
        put(&mut response, name, value);
    }
    response
}

/// How a browser treats it, and what it calls it.
fn disposition(name: &str, is_shown: bool) -> String {
    let word = if is_shown { "inline" } else { "attachment" };
    let plain: String = name
        .chars()
        .map(|char| if char.is_ascii_alphanumeric() || ".-_ ".contains(char) { char } else { '_' })
        .collect();
    format!("{word}; filename=\"{plain}\"; filename*=UTF-8''{}", utf8_percent_encode(name, PLAIN))
}

fn put(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_write_into_the_header() {
        assert_eq!(disposition("a.pdf", false), "attachment; filename=\"a.pdf\"; filename*=UTF-8''a.pdf");
        let tricks = disposition("a\"; x=\"\r\n\\上.svg", false);
        assert_eq!(
            tricks,
            "attachment; filename=\"a__ x______.svg\"; filename*=UTF-8''a%22%3B%20x%3D%22%0D%0A%5C%E4%B8%8A.svg"
        );
    }

    #[test]
    fn a_part_is_the_first_that_is_asked_for() {
        assert_eq!(part("bytes=0-4", 10), Some(0..5));
        assert_eq!(part("bytes=4-", 10), Some(4..10));
        assert_eq!(part("bytes=-3", 10), Some(7..10));
        assert_eq!(part("bytes=0-0,5-6", 10), Some(0..1));
        for nothing in ["bytes=10-", "bytes=5-4", "lines=1-2", "bytes=", "bytes=a-b", ""] {
            assert_eq!(part(nothing, 10), None, "{nothing}");
        }
    }
}
