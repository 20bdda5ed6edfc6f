//! The one thing of an image's Exif block that matters for showing it: how it is to be turned. Rule: nothing else of it is read, and
//! what is written in its place says nothing else.

/// Entries of the first directory that are looked at.
const ENTRIES_MAX: u32 = 512;
const ORIENTATION: u32 = 0x0112;

/// 1 to 8; 1, which is "as it is", for whatever cannot be read.
pub(super) fn orientation(tiff: &[u8]) -> u8 {
    let tiff = tiff.strip_prefix(b"Exif\0\0").unwrap_or(tiff);
    find(tiff).filter(|found| (1..=8).contains(found)).map_or(1, |found| found as u8)
}

fn find(tiff: &[u8]) -> Option<u32> {
    let is_little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let number = |at: u32, bytes: u32| -> Option<u32> {
        let at = usize::try_from(at).ok()?;
        let found = tiff.get(at..at.checked_add(bytes as usize)?)?;
        let fold = |sum: u32, byte: &u8| sum << 8 | u32::from(*byte);
        Some(if is_little { found.iter().rev().fold(0, fold) } else { found.iter().fold(0, fold) })
    };
    let start = number(4, 4)?;
    let count = number(start, 2)?.min(ENTRIES_MAX);
    (0..count)
        .filter_map(|entry| start.checked_add(2 + entry * 12))
        .find(|at| number(*at, 2) == Some(ORIENTATION))
        .and_then(|at| number(at.checked_add(8)?, 2))
}

/// A block that says how to turn the image and nothing else.
pub(super) fn block(orientation: u8) -> Vec<u8> {
    let mut block = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    block.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again_in_either_order_of_bytes() {
        for turned in 1..=8 {
            assert_eq!(orientation(&block(turned)), turned);
        }
        assert_eq!(orientation(b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"), 6);
    }

    #[test]
    fn nonsense_turns_nothing() {
        for bytes in [
            &b""[..],
            b"II*\0",
            b"II*\0\xff\xff\xff\xff",
            b"MM\0*\0\0\0\x08\xff\xff",
            b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01",
        ] {
            assert_eq!(orientation(bytes), 1);
        }
        assert_eq!(orientation(&block(9)), 1);
    }
}
