//! `/files`: uploads by tus 1.0 (core, creation, termination) and, below, what is read. Rule: the protocol only; who may do what, and what
//! is kept, is the domain's business.

pub mod form;
pub mod read;

use crate::{problem, state::AppState};
use axum::{
    body::Body,
    extract::{FromRequestParts, Path, State, rejection::PathRejection},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{Chat, NewUpload, Progress, Viewer};
use wire::{Cid, Code, Refusal};

const VERSION: &str = "1.0.0";
const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
/// What an upload's bytes are called.
const BYTES: &str = "application/offset+octet-stream";

/// The id in an address.
type UploadPath = Result<Path<Cid>, PathRejection>;

/// Somebody who uploads, by this version of the protocol.
pub struct Uploader {
    state: AppState,
    viewer: Viewer,
}

impl Uploader {
    fn chat(&self) -> &Chat {
        &self.state.chat
    }
}

impl FromRequestParts<AppState> for Uploader {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let Some(viewer) = parts.extensions.get::<Viewer>().cloned() else {
            return Err(refuse(Code::SignedOut.into()));
        };
        if parts.headers.get(RESUMABLE).is_none_or(|version| version != VERSION) {
            return Err(answer(StatusCode::PRECONDITION_FAILED, &[(HeaderName::from_static("tus-version"), VERSION)]));
        }
        Ok(Self { state: state.clone(), viewer })
    }
}

/// `OPTIONS /files`: what of the protocol there is.
pub async fn options(State(state): State<AppState>) -> Response {
    let name = HeaderName::from_static;
    let most = state.config.attachment_bytes_max.to_string();
    let told = [
        (name("tus-version"), VERSION),
        (name("tus-extension"), "creation,termination"),
        (name("tus-max-size"), most.as_str()),
    ];
    answer(StatusCode::NO_CONTENT, &told)
}

/// `POST /files`: begins an upload. `Upload-Metadata` names the `room`, the `name`, and perhaps the `id`, so that the same request
/// again is the same upload, and the `user`, so that a page uploads for nobody but whose it is.
pub async fn create(uploader: Uploader, headers: HeaderMap) -> Response {
    let viewer = uploader.viewer.user.to_string();
    if told(&headers, "user").is_some_and(|user| user != viewer) {
        return refuse(Code::SignedOut.into());
    }
    let Some(new) = wanted(&headers) else { return refuse(Code::Malformed.into()) };
    match uploader.chat().begin_upload(&uploader.viewer, new).await {
        Ok(Progress { id, offset, .. }) => {
            let (location, offset) = (format!("/files/{id}"), offset.to_string());
            answer(StatusCode::CREATED, &[(header::LOCATION, &location), (OFFSET, &offset)])
        }
        Err(error) => refuse(problem::told(error)),
    }
}

/// `HEAD /files/{id}`: how far it has come.
pub async fn progress(uploader: Uploader, id: UploadPath) -> Response {
    let Ok(Path(id)) = id else { return refuse(Code::NoSuchUpload.into()) };
    match uploader.chat().upload_progress(&uploader.viewer, id).await {
        Ok(Progress { size, offset, .. }) => {
            answer(StatusCode::OK, &[(LENGTH, &size.to_string()), (OFFSET, &offset.to_string())])
        }
        Err(error) => refuse(problem::told(error)),
    }
}

/// `PATCH /files/{id}`: more of it.
pub async fn append(uploader: Uploader, id: UploadPath, headers: HeaderMap, body: Body) -> Response {
    let Ok(Path(id)) = id else { return refuse(Code::NoSuchUpload.into()) };
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind != BYTES) {
        return answer(StatusCode::UNSUPPORTED_MEDIA_TYPE, &[]);
    }
    let Some(offset) = number(&headers, &OFFSET) else { return refuse(Code::Malformed.into()) };
    match uploader.chat().upload(&uploader.viewer, id, offset, body.into_data_stream()).await {
        Ok(Progress { offset, .. }) => answer(StatusCode::NO_CONTENT, &[(OFFSET, &offset.to_string())]),
        Err(error) => refuse(problem::told(error)),
    }
}

/// `DELETE /files/{id}`: it is not wanted any more.
pub async fn cancel(uploader: Uploader, id: UploadPath) -> Response {
    let Ok(Path(id)) = id else { return refuse(Code::NoSuchUpload.into()) };
    match uploader.chat().cancel_upload(&uploader.viewer, id).await {
        Ok(()) => answer(StatusCode::NO_CONTENT, &[]),
        Err(error) => refuse(problem::told(error)),
    }
}

fn wanted(headers: &HeaderMap) -> Option<NewUpload> {
    let id = match told(headers, "id") {
        Some(id) => id.parse().ok()?,
        None => crate::pages::visit::fresh_cid(),
    };
    // Programs that speak the protocol say "filename".
    let name = told(headers, "name").or_else(|| told(headers, "filename")).unwrap_or_default();
    Some(NewUpload { id, room: told(headers, "room")?.parse().ok()?, name, size: number(headers, &LENGTH)? })
}

/// One of the words of `Upload-Metadata`.
fn told(headers: &HeaderMap, name: &str) -> Option<String> {
    let pairs = headers.get("upload-metadata")?.to_str().ok()?;
    let pair = pairs.split(',').map(str::trim).find_map(|pair| pair.strip_prefix(name)?.strip_prefix(' '))?;
    String::from_utf8(STANDARD.decode(pair.trim()).ok()?).ok()
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<i64> {
    headers.get(name)?.to_str().ok()?.parse().ok().filter(|number| *number >= 0)
}

fn answer(status: StatusCode, headers: &[(HeaderName, &str)]) -> Response {
    with_version(status, headers).into_response()
}

fn refuse(refusal: Refusal) -> Response {
    let status = StatusCode::from_u16(refusal.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let (status, headers) = with_version(status, &[]);
    (status, headers, axum::Json(refusal)).into_response()
}

fn with_version(status: StatusCode, told: &[(HeaderName, &str)]) -> (StatusCode, HeaderMap) {
    let values = told.iter().filter_map(|(name, value)| Some((name.clone(), HeaderValue::from_str(value).ok()?)));
    let mut headers: HeaderMap = values.collect();
    headers.insert(RESUMABLE, HeaderValue::from_static(VERSION));
    (status, headers)
}
