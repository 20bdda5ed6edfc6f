//! What a file is. Rule: only its bytes say so, never its name or whoever sent it; only four kinds of images are ever shown in a
//! page, everything else is handed out as a file.

use std::{fs::File, io, io::Read, path::Path};

/// Of what nothing is known.
pub(crate) const UNKNOWN: &str = "application/octet-stream";
/// Bytes that are looked at.
const LOOKED_AT: usize = 8 * 1024;

/// The images that pages show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Jpeg,
    Png,
    Gif,
    Webp,
}

impl Format {
    /// By the first bytes.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            _ => None,
        }
    }

    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
        }
    }
}

/// An image, as far as it is known without opening it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) format: Format,
    /// As stored.
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// How it is to be turned when it is shown: 1 to 8, as in Exif.
    pub(crate) orientation: u8,
    /// Whether it comes in several passes, for which the whole of it has to be in memory.
    pub(crate) is_in_passes: bool,
    pub(crate) is_moving: bool,
}

impl Shape {
    /// Width and height as it is shown.
    pub(crate) fn shown(&self) -> (u32, u32) {
        if self.orientation >= 5 { (self.height, self.width) } else { (self.width, self.height) }
    }

    pub(crate) fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An image that pages show.
    Image(Shape),
    /// Anything else.
    Other(&'static str),
}

impl Kind {
    pub(crate) fn media_type(&self) -> &'static str {
        match self {
            Self::Image(shape) => shape.format.media_type(),
            Self::Other(name) => name,
        }
    }
}

/// What a file is that is no image to be shown.
pub(super) fn of_file(path: &Path) -> io::Result<Kind> {
    let mut bytes = Vec::with_capacity(LOOKED_AT);
    File::open(path)?.take(LOOKED_AT as u64).read_to_end(&mut bytes)?;
    Ok(Kind::Other(of_bytes(&bytes)))
}

fn of_bytes(bytes: &[u8]) -> &'static str {
    match infer::get(bytes).map(|kind| kind.mime_type()) {
        // What a browser might run or draw is nothing in particular.
        Some(name) if name.starts_with("text/") || name.starts_with("image/") || name.contains("xml") => UNKNOWN,
        Some(name) => name,
        None => UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_say_what_a_file_is() {
        assert_eq!(of_bytes(b"%PDF-1.7\n"), "application/pdf");
        assert_eq!(of_bytes(b"PK\x03\x04rest of it"), "application/zip");
        assert_eq!(of_bytes(b"plain words"), UNKNOWN);
        for bytes in
            [&b"<html><script>1</script>"[..], b"<!DOCTYPE html>", b"<svg xmlns='x'/>", b"<?xml version='1.0'?>"]
        {
            assert_eq!(of_bytes(bytes), UNKNOWN, "never anything that a browser would run");
            assert_eq!(Format::of(bytes), None);
        }
    }
}
