//! What opening an image costs: the peak of this process's memory while each kind is made small. Rule: each test is a process of its own
//! (nextest), so that nothing else is counted.

use super::*;
use image::{Rgb, RgbImage};

/// Over what an image may take opened: the decoder's tables, the small form, buffers.
const BESIDES_BYTES: u64 = 6 * 1024 * 1024;

/// A number of `/proc/self/status`, in bytes.
fn status(name: &str) -> u64 {
    let told = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = told.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim_start_matches(':').trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

/// Pixels that no encoder makes much smaller.
fn noise(width: u32, height: u32) -> RgbImage {
    let mut state = 1_u32;
    RgbImage::from_fn(width, height, |_, _| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let [red, green, blue, _] = state.to_le_bytes();
        // Few colours, for the one kind that has no more than 256.
        Rgb([red, green, blue].map(|value| value & 0xc0))
    })
}

/// Bytes that making this image small takes at its peak, and whether it was made small.
fn cost(width: u32, height: u32, as_format: ImageFormat, format: Format) -> (u64, bool) {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    noise(width, height).save_with_format(&from, as_format).unwrap();
    let shape = Shape { format, width, height, orientation: 1, is_in_passes: false, is_moving: false };
    // The peak so far is forgotten.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = status("VmRSS");
    let has_small = paint(&from, &to, &shape, 640).unwrap();
    let cost = status("VmHWM").saturating_sub(before);
    let bytes = std::fs::metadata(&from).unwrap().len();
    println!("{format:?}, {width} x {height}, {bytes} bytes: {cost} bytes of memory, small form: {has_small}");
    (cost, has_small)
}

/// However large it is, a photo is made small with little.
fn is_cheap(as_format: ImageFormat, format: Format) {
    let (cost, has_small) = cost(3_000, 2_000, as_format, format);
    assert!(has_small && cost <= 10 * 1024 * 1024, "{cost} bytes");
}

/// The largest that is opened stays within the limit, and a larger one is not opened.
fn is_bounded(as_format: ImageFormat, format: Format) {
    let (most, has_small) = cost(2_508, 2_508, as_format, format);
    assert!(has_small && most <= OPENED_BYTES_MAX + BESIDES_BYTES, "{most} bytes");
    // Of a larger one not a byte is read: there is no such file.
    let shape = Shape { format, width: 2_509, height: 2_509, orientation: 1, is_in_passes: false, is_moving: false };
    let nowhere = Path::new("/nowhere");
    assert!(!paint(nowhere, nowhere, &shape, 640).unwrap());
}

#[test]
fn a_jpeg_is_made_small_with_little_memory() {
    is_cheap(ImageFormat::Jpeg, Format::Jpeg);
}

#[test]
fn a_png_is_made_small_with_little_memory() {
    is_cheap(ImageFormat::Png, Format::Png);
}

#[test]
fn a_gif_is_opened_within_the_limit() {
    is_bounded(ImageFormat::Gif, Format::Gif);
}

#[test]
fn a_webp_is_opened_within_the_limit() {
    is_bounded(ImageFormat::WebP, Format::Webp);
}
