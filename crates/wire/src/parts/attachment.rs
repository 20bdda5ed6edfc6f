//! A file that belongs to a message. Rule: what is told of it was found by the server in its bytes; of what a client sends, only the id
//! is believed.

use crate::{
    Cid,
    read::{Read, Tree},
    readable,
};
use serde::Serialize;

/// A file of a message, as it travels; the bytes are at `/files/{id}/{name}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attachment {
    /// The id under which it was uploaded.
    pub id: Cid,
    /// Its name, without folders.
    pub name: String,
    /// Bytes.
    pub size: i64,
    /// By its bytes: one of the four kinds of images that are shown, or whatever else; `application/octet-stream` if unknown.
    #[serde(rename = "type")]
    pub media_type: String,
    /// Of an image, in pixels, as it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<i64>,
    /// The same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<i64>,
    /// Whether there is a small form of it at `/files/{id}/thumbnail`; absent when there is not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub thumbnail: bool,
}

impl Read for Attachment {
    /// Of what a client sends, everything but the id may be absent.
    fn read(mut tree: Tree) -> Option<Self> {
        Some(Self {
            id: tree.read("id")?,
            name: tree.read::<Option<_>>("name")?.unwrap_or_default(),
            size: tree.read::<Option<_>>("size")?.unwrap_or_default(),
            media_type: tree.read::<Option<_>>("type")?.unwrap_or_default(),
            width: tree.read("width")?,
            height: tree.read("height")?,
            thumbnail: tree.read::<Option<_>>("thumbnail")?.unwrap_or_default(),
        })
    }
}

readable!(@serde Attachment);

impl Attachment {
    /// Several of them, as a message carries them.
    pub fn list(files: &[Self]) -> Tree {
        Tree::List(files.iter().map(Self::tree).collect())
    }

    /// What stands for them in a line.
    pub fn gist(files: &[Self]) -> String {
        let is_all_images = files.iter().all(Self::is_image);
        match (files, is_all_images) {
            ([_], true) => "📷 Photo".to_owned(),
            (_, true) => format!("📷 {} photos", files.len()),
            ([file], false) => format!("📎 {}", file.name),
            (_, false) => format!("📎 {} files", files.len()),
        }
    }

    fn tree(&self) -> Tree {
        let mut tree = Tree::Nothing;
        let number = |number: Option<i64>| number.map_or(Tree::Nothing, Tree::Number);
        tree.put("id", Tree::Text(self.id.to_string()));
        tree.put("name", Tree::Text(self.name.clone()));
        tree.put("size", Tree::Number(self.size));
        tree.put("type", Tree::Text(self.media_type.clone()));
        tree.put("width", number(self.width));
        tree.put("height", number(self.height));
        tree.put("thumbnail", if self.thumbnail { Tree::Bool(true) } else { Tree::Nothing });
        tree
    }

    /// Whether it is shown in the page.
    pub fn is_image(&self) -> bool {
        self.width.is_some() && self.height.is_some()
    }
}
