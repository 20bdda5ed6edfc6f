//! JPEG: segments with a length, then coded data up to the next marker.

use super::{array, bad, copy, skip, take};
use crate::files::{
    exif,
    kind::{Format, Shape},
};
use std::io::{self, BufRead, Write};

const START: u8 = 0xd8;
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
const COMMENT: u8 = 0xfe;

pub(super) fn strip(read: &mut impl BufRead, write: &mut impl Write) -> io::Result<Shape> {
    if array(read)? != [0xff, START] {
        return Err(bad("no start"));
    }
    write.write_all(&[0xff, START])?;
    let mut shape: Option<Shape> = None;
    let mut orientation = 1;
    let mut marker = marker(read)?;
    while marker != END {
        match marker {
            0x01 | 0xd0..=0xd7 => write.write_all(&[0xff, marker])?,
            0x00 | START => return Err(bad("a marker where none belongs")),
            0xe0..=0xef | COMMENT => {
                if let Some(turned) = application(read, write, marker)? {
                    orientation = turned;
                }
            }
            0xc0..=0xcf if ![0xc4, 0xc8, 0xcc].contains(&marker) => shape = Some(frame(read, write, marker)?),
            _ => {
                let length = length(read)?;
                segment(write, marker, length)?;
                copy(read, write, length)?;
            }
        }
        marker = match marker {
            SCAN => match coded(read, write)? {
                Some(next) => next,
                // Cut at its end; browsers show what there is.
                None => break,
            },
            _ => self::marker(read)?,
        };
    }
    write.write_all(&[0xff, END])?;
    shape.map(|shape| Shape { orientation, ..shape }).ok_or_else(|| bad("no frame"))
}

/// The next marker.
fn marker(read: &mut impl BufRead) -> io::Result<u8> {
    if array(read)? != [0xff] {
        return Err(bad("no marker"));
    }
    loop {
        match array(read)? {
            [0xff] => {}
            [marker] => return Ok(marker),
        }
    }
}

/// Bytes of a segment behind its length.
fn length(read: &mut impl BufRead) -> io::Result<u64> {
    u64::from(u16::from_be_bytes(array(read)?)).checked_sub(2).ok_or_else(|| bad("a length below its own"))
}

fn segment(write: &mut impl Write, marker: u8, length: u64) -> io::Result<()> {
    let length = u16::try_from(length + 2).map_err(|_| bad("a segment too long"))?;
    write.write_all(&[0xff, marker])?;
    write.write_all(&length.to_be_bytes())
}

/// Keeps what colours depend on. The orientation, if it is told here.
fn application(read: &mut impl BufRead, write: &mut impl Write, marker: u8) -> io::Result<Option<u8>> {
    let length = length(read)?;
    let is_wanted = matches!(marker, 0xe0..=0xe2 | 0xee);
    if !is_wanted {
        return skip(read, length).map(|()| None);
    }
    let bytes = take(read, length)?;
    match (marker, bytes.as_slice()) {
        (0xe0, [b'J', b'F', b'I', b'F', 0, _, _, _, _, _, _, _, ..]) => {
            // Without the preview.
            segment(write, marker, 14)?;
            write.write_all(&bytes[..12])?;
            write.write_all(&[0, 0])?;
        }
        (0xe1, [b'E', b'x', b'i', b'f', 0, 0, ..]) => {
            let orientation = exif::orientation(&bytes);
            if orientation > 1 {
                let block = exif::block(orientation);
                segment(write, marker, 6 + block.len() as u64)?;
                write.write_all(b"Exif\0\0")?;
                write.write_all(&block)?;
            }
            return Ok(Some(orientation));
        }
        (0xe2, [b'I', b'C', b'C', b'_', b'P', b'R', b'O', b'F', b'I', b'L', b'E', 0, ..])
        | (0xee, [b'A', b'd', b'o', b'b', b'e', ..]) => {
            segment(write, marker, length)?;
            write.write_all(&bytes)?;
        }
        _ => {}
    }
    Ok(None)
}

fn frame(read: &mut impl BufRead, write: &mut impl Write, marker: u8) -> io::Result<Shape> {
    let length = length(read)?;
    let bytes = take(read, length)?;
    let [_, h0, h1, w0, w1, ..] = bytes[..] else { return Err(bad("a short frame")) };
    segment(write, marker, length)?;
    write.write_all(&bytes)?;
    let (width, height) = (u16::from_be_bytes([w0, w1]).into(), u16::from_be_bytes([h0, h1]).into());
    let is_in_passes = matches!(marker, 0xc2 | 0xc6 | 0xca | 0xce);
    Ok(Shape { format: Format::Jpeg, width, height, orientation: 1, is_in_passes, is_moving: false })
}

/// Hands on coded data. The marker that ends it; none: the file ends.
fn coded(read: &mut impl BufRead, write: &mut impl Write) -> io::Result<Option<u8>> {
    loop {
        let bytes = read.fill_buf()?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let Some(plain) = bytes.iter().position(|byte| *byte == 0xff) else {
            write.write_all(bytes)?;
            let count = bytes.len();
            read.consume(count);
            continue;
        };
        write.write_all(&bytes[..plain])?;
        read.consume(plain + 1);
        loop {
            let Some(next) = read.fill_buf()?.first().copied() else { return Ok(None) };
            read.consume(1);
            match next {
                0xff => {}
                0x00 | 0xd0..=0xd7 => break write.write_all(&[0xff, next])?,
                marker => return Ok(Some(marker)),
            }
        }
    }
}
