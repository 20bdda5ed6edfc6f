//! Pictures of people: given and taken away by plain forms, and read at an address that is another one for another picture. Rule: whoever
//! may not see one gets what is there for any address that leads nowhere, and nobody between keeps one.

use super::{
    settings,
    visit::{Answer, Member, Visit, see_other},
};
use crate::{problem, state::AppState};
use axum::{
    extract::{FromRequest, Multipart, Path, Request, State, rejection::PathRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::Error;
use wire::{Cid, Code};

/// The field of the form that holds the picture.
const FIELD: &str = "avatar";
/// It never changes: another picture has another address.
const CACHING: &str = "private, max-age=31536000, immutable";
/// Whoever opens it by its address gets nothing but the picture.
const POLICY: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

/// `POST /settings/avatar`: a form with a file.
pub async fn set(member: Member, State(state): State<AppState>, request: Request) -> Answer {
    let outcome = match Multipart::from_request(request, &state).await {
        Ok(form) => take(&member, form).await,
        Err(_) => Err(Code::Malformed.into()),
    };
    settle(&member, outcome).await
}

/// `POST /settings/avatar/remove`.
pub async fn remove(member: Member) -> Answer {
    let outcome = member.chat().remove_avatar(&member.viewer).await;
    settle(&member, outcome).await
}

/// `GET /avatars/{id}`.
pub async fn read(visit: Visit, path: Result<Path<Cid>, PathRejection>) -> Response {
    let (Ok(Path(id)), Some(viewer)) = (path, &visit.viewer) else { return visit.refused(Code::NotFound.into()) };
    match visit.chat().avatar(viewer, id).await {
        Ok((media_type, bytes)) => {
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
                (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
                (header::CACHE_CONTROL, HeaderValue::from_static(CACHING)),
            ];
            (StatusCode::OK, headers, bytes).into_response()
        }
        Err(error) => visit.problem(error),
    }
}

async fn take(member: &Member, mut form: Multipart) -> Result<(), Error> {
    while let Some(field) = form.next_field().await.map_err(|_| Error::from(Code::Malformed))? {
        if field.name() == Some(FIELD) {
            return member.chat().set_avatar(&member.viewer, field).await;
        }
    }
    Err(Code::EmptyFile.into())
}

async fn settle(member: &Member, outcome: Result<(), Error>) -> Answer {
    match outcome {
        Ok(()) => Ok(see_other(settings::SAVED)),
        Err(error) => settings::show(member, false, None, Some(problem::told(error))).await,
    }
}
