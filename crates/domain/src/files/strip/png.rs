//! PNG: chunks with a length, a name and a checksum.

use super::{array, bad, copy, skip, take};
use crate::files::{
    exif,
    kind::{Format, Shape},
};
use std::io::{self, Read, Write};

/// What a picture needs; everything else is left out.
const KEPT: [&[u8; 4]; 18] = [
    b"PLTE", b"IDAT", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"bKGD",
    b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT",
];
/// An Exif block beyond is not looked into.
const EXIF_BYTES_MAX: u64 = 64 * 1024;

pub(super) fn strip(read: &mut impl Read, write: &mut impl Write) -> io::Result<Shape> {
    write.write_all(&array::<8>(read)?)?;
    let mut shape: Option<Shape> = None;
    loop {
        let length = u64::from(u32::from_be_bytes(array(read)?));
        let name: [u8; 4] = array(read)?;
        match &name {
            b"IHDR" if shape.is_none() && length == 13 => {
                let bytes: [u8; 13] = array(read)?;
                let [w0, w1, w2, w3, h0, h1, h2, h3, .., passes] = bytes;
                chunk(write, &name, &bytes)?;
                skip(read, 4)?;
                shape = Some(Shape {
                    format: Format::Png,
                    width: u32::from_be_bytes([w0, w1, w2, w3]),
                    height: u32::from_be_bytes([h0, h1, h2, h3]),
                    orientation: 1,
                    is_in_passes: passes != 0,
                    is_moving: false,
                });
            }
            _ if shape.is_none() => return Err(bad("no header")),
            b"IEND" => {
                chunk(write, &name, &[])?;
                return shape.ok_or_else(|| bad("no header"));
            }
            b"eXIf" if length <= EXIF_BYTES_MAX => {
                let orientation = exif::orientation(&take(read, length)?);
                skip(read, 4)?;
                if let Some(shape) = shape.as_mut().filter(|_| orientation > 1) {
                    shape.orientation = orientation;
                    chunk(write, &name, &exif::block(orientation))?;
                }
            }
            name if KEPT.contains(&name) => {
                if let Some(shape) = &mut shape {
                    shape.is_moving |= name == b"acTL";
                }
                write.write_all(&u32::try_from(length).unwrap_or_default().to_be_bytes())?;
                write.write_all(name)?;
                copy(read, write, length + 4)?;
            }
            [first, ..] if first.is_ascii_uppercase() => return Err(bad("a chunk that must be understood and is not")),
            _ => skip(read, length + 4)?,
        }
    }
}

fn chunk(write: &mut impl Write, name: &[u8; 4], bytes: &[u8]) -> io::Result<()> {
    write.write_all(&u32::try_from(bytes.len()).unwrap_or_default().to_be_bytes())?;
    write.write_all(name)?;
    write.write_all(bytes)?;
    let sum = !name.iter().chain(bytes).fold(u32::MAX, |sum, byte| step(sum ^ u32::from(*byte)));
    write.write_all(&sum.to_be_bytes())
}

/// One byte of the checksum of PNG, CRC-32, for chunks of a few dozen bytes.
fn step(sum: u32) -> u32 {
    (0..8).fold(sum, |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
}
