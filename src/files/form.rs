//! The composer's form as browsers send it without scripts: a text, and files behind it. Rule: a file goes to disk as it comes; what the
//! form would attach is given up when its message is refused.

use axum::{
    extract::{Multipart, multipart::Field},
    http::{HeaderMap, header},
};
use domain::{Chat, Error, NewUpload, Viewer};
use sha2::{Digest, Sha256};
use wire::{
    Cid, Code, RoomId,
    limits::{ATTACHMENTS_MAX, FORM_BYTES_MAX},
    read::Tree,
};

/// What the form held.
#[derive(Default)]
pub struct Sent {
    /// The form's own id.
    pub cid: Option<Cid>,
    /// The text.
    pub content: String,
    /// The files, uploaded.
    pub files: Vec<Cid>,
}

/// Whether a request carries such a form.
pub fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.trim_start().to_ascii_lowercase().starts_with("multipart/form-data")
}

/// Reads the form into `sent`, which is right as far as it came whatever goes wrong. `fresh` is the id if the form has none.
///
/// # Errors
/// Those of uploading; `malformed`, `too_large`, `too_many_attachments`.
pub async fn read(
    chat: &Chat,
    viewer: &Viewer,
    room: RoomId,
    mut form: Multipart,
    fresh: Cid,
    sent: &mut Sent,
) -> Result<(), Error> {
    let malformed = |_| Error::from(Code::Malformed);
    while let Some(field) = form.next_field().await.map_err(malformed)? {
        match field.name().unwrap_or_default() {
            "cid" => sent.cid = text(field).await?.parse().ok(),
            "content" => sent.content = text(field).await?,
            "files" => {
                // As browsers write a quotation mark in a name.
                let name = field.file_name().unwrap_or_default().replace("%22", "\"");
                // Nothing was picked.
                if name.is_empty() {
                    continue;
                }
                if sent.files.len() >= ATTACHMENTS_MAX {
                    return Err(Code::TooManyAttachments.into());
                }
                let id = file_id(viewer, sent.cid.unwrap_or(fresh), sent.files.len());
                chat.upload_whole(viewer, NewUpload { id, room, name, size: 0 }, field).await?;
                sent.files.push(id);
            }
            _ => {}
        }
    }
    Ok(())
}

/// Gives up what was uploaded for a message that was refused; the person picks again.
pub async fn give_up(chat: &Chat, viewer: &Viewer, files: &[Cid]) {
    for id in files {
        // One that was sent stays, and of the others the sweep takes care.
        let _ = chat.cancel_upload(viewer, *id).await;
    }
}

/// What a message carries that has these files.
pub fn carried(files: &[Cid]) -> Tree {
    let id = |id: &Cid| {
        let mut tree = Tree::Nothing;
        tree.put("id", Tree::Text(id.to_string()));
        tree
    };
    let mut more = Tree::Nothing;
    if !files.is_empty() {
        more.put("attachments", Tree::List(files.iter().map(id).collect()));
    }
    more
}

async fn text(mut field: Field<'_>) -> Result<String, Error> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(|_| Error::from(Code::Malformed))? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > FORM_BYTES_MAX {
            return Err(Code::TooLarge.into());
        }
    }
    String::from_utf8(bytes).map_err(|_| Code::Malformed.into())
}

/// The same form again has the same files.
fn file_id(viewer: &Viewer, cid: Cid, place: usize) -> Cid {
    let hash = Sha256::new()
        .chain_update("file of a form")
        .chain_update(viewer.user.0.to_be_bytes())
        .chain_update(cid.as_bytes())
        .chain_update(place.to_be_bytes())
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    Cid::from_bytes(bytes)
}
