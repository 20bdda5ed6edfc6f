//! The files of a message: images in their place before they have loaded, everything else as a card. Rule: as `public/attachments.js`
//! draws them; a test compares the two.

use crate::{escaped, ui::icon::icon};
use leptos::prelude::*;
use wire::{Attachment, Parts, read::Tree};

/// The longer side at which an image alone is shown, in pixels; of several, the style sheet says.
const SHOWN_SIDE_MAX: i64 = 320;

/// The files of a message that carries this, if it has any.
pub fn files(more: &Tree) -> Option<impl IntoView + use<>> {
    let files = Parts::of(more).attachments;
    (!files.is_empty()).then(|| listed(&files))
}

fn listed(files: &[Attachment]) -> impl IntoView + use<> {
    let images = files.iter().filter(|file| file.is_image()).count();
    let grid = (images > 1).then(String::new);
    let key = |file: &Attachment| {
        let width = file.width.map(|width| width.to_string()).unwrap_or_default();
        format!("{} {width} {}", file.id, if file.thumbnail { "true" } else { "" })
    };
    let key = files.iter().map(key).collect::<Vec<_>>().join(",");
    let drawn = files.iter().map(|file| if file.is_image() { photo(file).into_any() } else { card(file).into_any() });
    view! {
        <div class="files" data-grid=grid data-files=key>
            {drawn.collect_view()}
        </div>
    }
}

fn photo(file: &Attachment) -> impl IntoView + use<> {
    let path = path(file);
    let small = if file.thumbnail { format!("/files/{}/thumbnail", file.id) } else { path.clone() };
    let (width, height) = shown(file.width.unwrap_or(1), file.height.unwrap_or(1));
    view! {
        <a class="photo" href=path target="_blank">
            <img src=small alt=file.name.clone() width=width.to_string() height=height.to_string() decoding="async"/>
        </a>
    }
}

fn card(file: &Attachment) -> impl IntoView + use<> {
    view! {
        <a class="file" href=path(file) download=file.name.clone()>
            {icon("file")}
            <b dir="auto">{file.name.clone()}</b>
            <span>{size(file.size)}</span>
        </a>
    }
}

fn path(file: &Attachment) -> String {
    format!("/files/{}/{}", file.id, escaped(&file.name))
}

/// Width and height within what an image is given.
fn shown(width: i64, height: i64) -> (i64, i64) {
    let longest = width.max(height).max(1);
    let fit = |side: i64| if longest <= SHOWN_SIDE_MAX { side } else { (side * SHOWN_SIDE_MAX / longest).max(1) };
    (fit(width), fit(height))
}

/// "25 MB".
fn size(bytes: i64) -> String {
    match bytes {
        ..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} KB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_keeps_its_proportions_and_a_pixel_at_least() {
        assert_eq!(shown(4_000, 3_000), (320, 240));
        assert_eq!(shown(100, 50), (100, 50));
        assert_eq!(shown(9_000, 2), (320, 1));
    }

    #[test]
    fn sizes_are_read_at_a_glance() {
        assert_eq!([999, 25_000, 26_214_400].map(size), ["999 bytes", "25 KB", "26.2 MB"]);
    }
}
