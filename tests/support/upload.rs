//! What people upload, and how it is announced.

use base64::{Engine, engine::general_purpose::STANDARD};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

/// A picture in which no two rows are alike.
pub fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let image = RgbImage::from_fn(width, height, |x, y| Rgb([x as u8, y as u8, (x ^ y) as u8]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(image).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// The header `Upload-Metadata` of tus.
pub fn metadata<const N: usize>(told: [(&str, &str); N]) -> String {
    told.map(|(name, text)| format!("{name} {}", STANDARD.encode(text))).join(",")
}
