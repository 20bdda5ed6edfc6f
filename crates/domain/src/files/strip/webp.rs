//! WebP: chunks in a RIFF container, whose length stands at its beginning.

use super::{array, bad, copy, skip, take};
use crate::files::{
    exif,
    kind::{Format, Shape},
};
use std::io::{self, Read, Seek, SeekFrom, Write};

const HAS_EXIF: u8 = 0x08;
const HAS_XMP: u8 = 0x04;
const IS_MOVING: u8 = 0x02;
/// An Exif block beyond is not looked into.
const EXIF_BYTES_MAX: u64 = 64 * 1024;

pub(super) fn strip(read: &mut impl Read, write: &mut (impl Write + Seek)) -> io::Result<Shape> {
    let head: [u8; 12] = array(read)?;
    write.write_all(&head)?;
    let mut left = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]])).saturating_sub(4);
    let (mut size, mut orientation) = (None, 1);
    // Where the flags stand, and what they are.
    let mut flags: Option<(u64, u8)> = None;
    while left >= 8 {
        let name: [u8; 4] = array(read)?;
        let length = u64::from(u32::from_le_bytes(array(read)?));
        let padded = length + (length & 1);
        left = left.saturating_sub(8 + padded);
        match &name {
            b"VP8X" if flags.is_none() && length == 10 => {
                let bytes: [u8; 10] = array(read)?;
                flags = Some((write.stream_position()? + 8, bytes[0]));
                size = Some((1 + little(&bytes[4..7]), 1 + little(&bytes[7..10])));
                chunk(write, &name, &bytes)?;
            }
            b"VP8 " | b"VP8L" => {
                let start = take(read, length.min(10))?;
                size = size.or_else(|| coded_size(&name, &start));
                write.write_all(&name)?;
                write.write_all(&u32::try_from(length).unwrap_or_default().to_le_bytes())?;
                write.write_all(&start)?;
                copy(read, write, padded - start.len() as u64)?;
            }
            b"ALPH" | b"ANIM" | b"ANMF" | b"ICCP" => {
                write.write_all(&name)?;
                write.write_all(&u32::try_from(length).unwrap_or_default().to_le_bytes())?;
                copy(read, write, padded)?;
            }
            b"EXIF" if length <= EXIF_BYTES_MAX => {
                orientation = exif::orientation(&take(read, length)?);
                skip(read, padded - length)?;
                if orientation > 1 {
                    chunk(write, &name, &exif::block(orientation))?;
                }
            }
            _ => skip(read, padded)?,
        }
    }
    let end = write.stream_position()?;
    write.seek(SeekFrom::Start(4))?;
    write.write_all(&u32::try_from(end - 8).map_err(|_| bad("too long"))?.to_le_bytes())?;
    let mut is_moving = false;
    if let Some((place, found)) = flags {
        is_moving = found & IS_MOVING != 0;
        let kept = if orientation > 1 { found & !HAS_XMP } else { found & !HAS_XMP & !HAS_EXIF };
        write.seek(SeekFrom::Start(place))?;
        write.write_all(&[kept])?;
    }
    let (width, height) = size.ok_or_else(|| bad("no picture"))?;
    Ok(Shape { format: Format::Webp, width, height, orientation, is_in_passes: true, is_moving })
}

fn chunk(write: &mut impl Write, name: &[u8; 4], bytes: &[u8]) -> io::Result<()> {
    write.write_all(name)?;
    write.write_all(&u32::try_from(bytes.len()).unwrap_or_default().to_le_bytes())?;
    write.write_all(bytes)?;
    write.write_all(&[0][..bytes.len() & 1])
}

fn little(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u32::from(*byte))
}

/// Width and height of a picture without a head of its own.
fn coded_size(name: &[u8; 4], start: &[u8]) -> Option<(u32, u32)> {
    match (name, start) {
        (b"VP8 ", [_, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1]) => {
            Some((little(&[*w0, w1 & 0x3f]), little(&[*h0, h1 & 0x3f])))
        }
        (b"VP8L", [0x2f, a, b, c, d, ..]) => {
            let bits = little(&[*a, *b, *c, *d]);
            Some((1 + (bits & 0x3fff), 1 + (bits >> 14 & 0x3fff)))
        }
        _ => None,
    }
}
