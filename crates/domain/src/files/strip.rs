//! Images without what tells of places, devices and earlier versions: Exif, XMP, comments, previews and whatever stands behind the end.
//! Rule: not a bit of the picture changes, an image is never in memory as a whole, and what is not known to be needed is left out.

mod gif;
mod jpeg;
mod png;
mod webp;

use super::kind::{Format, Shape};
use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read, Write},
    path::Path,
};

/// Bytes of a file that are in memory.
const BUFFER_BYTES: usize = 64 * 1024;
/// Width and height, beyond which an image is a file: whoever opens it in a page would need too much memory for it.
const SIDE_MAX: u32 = 30_000;
const PIXELS_MAX: u64 = 100_000_000;

/// Copies an image without what it tells besides. None: it is no image that pages show; then the copy is worth nothing.
pub(super) fn strip(from: &Path, to: &Path) -> io::Result<Option<Shape>> {
    let mut read = BufReader::with_capacity(BUFFER_BYTES, File::open(from)?);
    let mut first = Vec::new();
    File::open(from)?.take(16).read_to_end(&mut first)?;
    let Some(format) = Format::of(&first) else { return Ok(None) };
    let mut write = BufWriter::with_capacity(BUFFER_BYTES, File::create(to)?);
    let found = match format {
        Format::Jpeg => jpeg::strip(&mut read, &mut write),
        Format::Png => png::strip(&mut read, &mut write),
        Format::Gif => gif::strip(&mut read, &mut write),
        Format::Webp => webp::strip(&mut read, &mut write),
    };
    write.flush()?;
    match found {
        Ok(shape) => Ok(Some(shape).filter(is_bearable)),
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof) => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_bearable(shape: &Shape) -> bool {
    let sides = 1..=SIDE_MAX;
    sides.contains(&shape.width) && sides.contains(&shape.height) && shape.pixels() <= PIXELS_MAX
}

fn bad(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

fn array<const N: usize>(read: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    read.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Hands on so many bytes.
fn copy(read: &mut impl Read, write: &mut impl Write, count: u64) -> io::Result<()> {
    if io::copy(&mut read.by_ref().take(count), write)? == count {
        Ok(())
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

/// Leaves out so many.
fn skip(read: &mut impl Read, count: u64) -> io::Result<()> {
    copy(read, &mut io::sink(), count)
}

/// A small part, for looking into it.
fn take(read: &mut impl Read, count: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    copy(read, &mut bytes, count)?;
    Ok(bytes)
}

#[cfg(test)]
#[path = "strip_tests.rs"]
mod tests;
