//! GIF: blocks, each a chain of parts of at most 255 bytes.

use super::{array, bad, copy};
use crate::files::kind::{Format, Shape};
use std::io::{self, Read, Write};

/// Extensions that say how often a picture moves; others hold anything.
const LOOPS: [&[u8; 11]; 2] = [b"NETSCAPE2.0", b"ANIMEXTS1.0"];

pub(super) fn strip(read: &mut impl Read, write: &mut impl Write) -> io::Result<Shape> {
    let head: [u8; 13] = array(read)?;
    write.write_all(&head)?;
    let [.., w0, w1, h0, h1, flags, _, _] = head;
    colours(read, write, flags)?;
    let (width, height) = (u16::from_le_bytes([w0, w1]).into(), u16::from_le_bytes([h0, h1]).into());
    let mut frames = 0;
    loop {
        match array(read)? {
            [0x3b] => break,
            [0x2c] => {
                let place: [u8; 9] = array(read)?;
                write.write_all(&[0x2c])?;
                write.write_all(&place)?;
                colours(read, write, place[8])?;
                copy(read, write, 1)?;
                parts(read, write)?;
                frames += 1;
            }
            [0x21] => match array(read)? {
                [label @ (0xf9 | 0x01)] => {
                    write.write_all(&[0x21, label])?;
                    parts(read, write)?;
                }
                [0xff] => application(read, write)?,
                [_] => parts(read, &mut io::sink())?,
            },
            _ => return Err(bad("a block of an unknown kind")),
        }
    }
    write.write_all(&[0x3b])?;
    if frames == 0 {
        return Err(bad("no picture"));
    }
    Ok(Shape { format: Format::Gif, width, height, orientation: 1, is_in_passes: false, is_moving: frames > 1 })
}

/// A table of colours, if the flags say that there is one.
fn colours(read: &mut impl Read, write: &mut impl Write, flags: u8) -> io::Result<()> {
    if flags & 0x80 == 0 { Ok(()) } else { copy(read, write, 3 << ((flags & 7) + 1)) }
}

fn parts(read: &mut impl Read, write: &mut impl Write) -> io::Result<()> {
    loop {
        let [length] = array(read)?;
        write.write_all(&[length])?;
        if length == 0 {
            return Ok(());
        }
        copy(read, write, length.into())?;
    }
}

fn application(read: &mut impl Read, write: &mut impl Write) -> io::Result<()> {
    match array(read)? {
        [11] => {
            let name: [u8; 11] = array(read)?;
            if !LOOPS.contains(&&name) {
                return parts(read, &mut io::sink());
            }
            write.write_all(&[0x21, 0xff, 11])?;
            write.write_all(&name)?;
            parts(read, write)
        }
        [0] => Ok(()),
        [length] => {
            super::skip(read, length.into())?;
            parts(read, &mut io::sink())
        }
    }
}
