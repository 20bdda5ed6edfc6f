//! What is left out of images, and that the picture stays as it was.

use super::*;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

/// A place on the earth, as it would stand in an image.
const SECRET: &[u8] = b"GPS 50.0755 14.4378";

/// 24 pixels by 16, each of another colour.
fn picture(format: ImageFormat) -> Vec<u8> {
    let image = RgbImage::from_fn(24, 16, |x, y| Rgb([x as u8 * 10, y as u8 * 15, 128]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(image).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn pixels(bytes: &[u8]) -> Vec<u8> {
    image::load_from_memory(bytes).unwrap().into_rgb8().into_raw()
}

fn stripped(bytes: &[u8]) -> Option<(Vec<u8>, Shape)> {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    std::fs::write(&from, bytes).unwrap();
    let shape = strip(&from, &to).unwrap()?;
    Some((std::fs::read(&to).unwrap(), shape))
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn check(clean: &[u8], with_secret: &[u8], orientation: u8) {
    assert!(holds(with_secret, SECRET));
    let (bytes, shape) = stripped(with_secret).expect("it is an image");
    assert!(!holds(&bytes, SECRET), "what it told is still in it");
    assert_eq!(pixels(&bytes), pixels(clean), "the picture itself has changed");
    assert_eq!((shape.width, shape.height, shape.orientation), (24, 16, orientation));
    let (again, same) = stripped(&bytes).expect("it still is one");
    assert_eq!((again, same), (bytes, shape), "doing it again does nothing more");
}

/// An Exif block that turns the image and tells a secret.
fn exif(orientation: u8) -> Vec<u8> {
    [crate::files::exif::block(orientation).as_slice(), SECRET].concat()
}

#[test]
fn a_jpeg_loses_exif_comments_previews_and_what_stands_behind_its_end() {
    let clean = picture(ImageFormat::Jpeg);
    let segment = |marker: u8, bytes: &[u8]| {
        let length = u16::try_from(bytes.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker], &length[..], bytes].concat()
    };
    let parts = [
        clean[..2].to_vec(),
        segment(0xe1, &[&b"Exif\0\0"[..], &exif(6)].concat()),
        segment(0xe1, &[&b"http://ns.adobe.com/xap/1.0/\0"[..], SECRET].concat()),
        segment(0xe2, &[&b"MPF\0"[..], SECRET].concat()),
        segment(0xed, SECRET),
        segment(0xfe, SECRET),
        clean[2..].to_vec(),
        SECRET.to_vec(),
    ];
    check(&clean, &parts.concat(), 6);
}

#[test]
fn a_png_loses_texts_times_exif_and_what_stands_behind_its_end() {
    let clean = picture(ImageFormat::Png);
    let chunk = |name: &[u8; 4], bytes: &[u8]| {
        [&u32::try_from(bytes.len()).unwrap().to_be_bytes(), &name[..], bytes, &[0; 4]].concat()
    };
    let parts = [
        clean[..33].to_vec(),
        chunk(b"eXIf", &exif(3)),
        chunk(b"tEXt", SECRET),
        chunk(b"zTXt", SECRET),
        chunk(b"iTXt", SECRET),
        chunk(b"tIME", SECRET),
        chunk(b"prVt", SECRET),
        clean[33..].to_vec(),
        SECRET.to_vec(),
    ];
    check(&clean, &parts.concat(), 3);
}

#[test]
fn a_gif_loses_comments_and_the_blocks_of_programs() {
    let clean = picture(ImageFormat::Gif);
    let end = clean.len() - 1;
    let length = u8::try_from(SECRET.len()).unwrap();
    let comment = [&[0x21, 0xfe, length], SECRET, &[0]].concat();
    let program = [&[0x21, 0xff, 11], &b"XMP DataXMP"[..], &[length], SECRET, &[0]].concat();
    let whole = [&clean[..end], &comment, &program, &clean[end..], SECRET].concat();
    check(&clean, &whole, 1);
}

#[test]
fn a_webp_loses_exif_and_xmp_and_its_flags_say_so() {
    let coded = picture(ImageFormat::WebP);
    let chunk = |name: &[u8; 4], bytes: &[u8]| {
        let length = u32::try_from(bytes.len()).unwrap().to_le_bytes();
        [&name[..], &length, bytes, &[0][..bytes.len() & 1]].concat()
    };
    let riff = |parts: &[Vec<u8>]| {
        let body = parts.concat();
        [&b"RIFF"[..], &u32::try_from(body.len() + 4).unwrap().to_le_bytes(), b"WEBP", &body].concat()
    };
    let head = chunk(b"VP8X", &[0x0c, 0, 0, 0, 23, 0, 0, 15, 0, 0]);
    let secret = [head, coded[12..].to_vec(), chunk(b"EXIF", &exif(8)), chunk(b"XMP ", SECRET)];
    let whole = riff(&secret);
    check(&coded, &whole, 8);
    let (bytes, _) = stripped(&whole).unwrap();
    assert_eq!(bytes[20], 0x08, "there is an Exif block, of the orientation alone, and no XMP");
}

#[test]
fn what_only_begins_like_an_image_is_none() {
    let jpeg = picture(ImageFormat::Jpeg);
    let png = picture(ImageFormat::Png);
    for bytes in [&b"GIF89a"[..], b"\xff\xd8\xff", &jpeg[..40], &png[..20], b"RIFF\x04\0\0\0WEBP", b"<svg/>", b""] {
        assert!(stripped(bytes).is_none(), "{bytes:?}");
    }
}

#[test]
fn one_that_claims_sixty_thousand_pixels_a_side_is_none() {
    let mut png = picture(ImageFormat::Png);
    png[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    png[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
    assert!(stripped(&png).is_none());
}

#[test]
fn what_is_left_is_opened_and_made_small() {
    // The first two are longer than what is in memory of them at once.
    let large = [(1_000, 500), (900, 1_800)];
    let small = [(300, 200), (200, 300)];
    let cases =
        [(ImageFormat::Png, large), (ImageFormat::Jpeg, large), (ImageFormat::Gif, small), (ImageFormat::WebP, small)];
    for (format, sizes) in cases {
        for (width, height) in sizes {
            let image = RgbImage::from_fn(width, height, |x, y| Rgb([x as u8, y as u8, (x ^ y) as u8]));
            let folder = tempfile::tempdir().unwrap();
            let [from, to, small] = ["from", "to", "small"].map(|name| folder.path().join(name));
            DynamicImage::from(image).save_with_format(&from, format).unwrap();
            let shape = strip(&from, &to).unwrap().expect("it is an image");
            assert!(crate::files::paint::paint(&to, &small, &shape, 64).unwrap(), "{format:?}");
            let small = image::load_from_memory(&std::fs::read(&small).unwrap()).unwrap();
            assert_eq!(small.width().max(small.height()), 64, "{format:?}");
        }
    }
}
