//! Images made small. Rule: what opening an image may cost is known before it is opened, and is bounded (SPEC 4): JPEG and PNG are made
//! small while they are read; of the others, what would be too large is shown without a small form.

use super::kind::{Format, Shape};
use image::{
    DynamicImage, GrayAlphaImage, GrayImage, ImageError, ImageFormat, ImageReader, Limits, RgbImage, RgbaImage,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
    metadata::Orientation,
};
use jpeg_decoder::PixelFormat;
use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Write},
    path::Path,
};

/// Bytes of memory for an image that has to be opened as a whole.
const OPENED_BYTES_MAX: u64 = 48 * 1024 * 1024;
/// A file of at most so many bytes is shown as it is.
const SMALL_BYTES: u64 = 100 * 1024;
const QUALITY: u8 = 82;
/// How many times longer than wide an image may be for a sharp square.
const LONG_MAX: u32 = 8;

/// Draws it with sides of at most so many pixels. Whether that was done; not, if it is small, or would take too much memory.
///
/// # Errors
/// It is no image, or the disk fails.
pub(super) fn paint(from: &Path, to: &Path, shape: &Shape, side_max: u32) -> io::Result<bool> {
    let Some(mut image) = opened(from, shape, side_max)? else { return Ok(false) };
    if shape.width.max(shape.height) <= 2 * side_max && std::fs::metadata(from)?.len() <= SMALL_BYTES {
        return Ok(false);
    }
    if image.width().max(image.height()) > side_max {
        image = image.thumbnail(side_max, side_max);
    }
    turn(&mut image, shape);
    save(&image, to)?;
    Ok(true)
}

/// Draws the square in its middle, with sides of at most so many pixels. Whether that was done; not, if it would take too much memory.
///
/// # Errors
/// As of [`paint`].
pub(super) fn portrait(from: &Path, to: &Path, shape: &Shape, side_max: u32) -> io::Result<bool> {
    let (long, short) = (shape.width.max(shape.height), shape.width.min(shape.height).max(1));
    // Of a long image the square is a part: so much is read that this part is sharp.
    let read_max = u64::from(side_max) * u64::from(long) / u64::from(short);
    let read_max = u32::try_from(read_max).unwrap_or(u32::MAX).clamp(side_max, LONG_MAX * side_max);
    let Some(mut image) = opened(from, shape, read_max)? else { return Ok(false) };
    turn(&mut image, shape);
    let side = image.width().min(image.height());
    let mut square = image.crop_imm((image.width() - side) / 2, (image.height() - side) / 2, side, side);
    if side > side_max {
        square = square.thumbnail_exact(side_max, side_max);
    }
    save(&square, to)?;
    Ok(true)
}

/// The image, not much larger than with sides of so many pixels where that can be had; none, if it would take too much memory.
fn opened(from: &Path, shape: &Shape, side_max: u32) -> io::Result<Option<DynamicImage>> {
    match shape.format {
        Format::Jpeg => jpeg(from, shape, side_max),
        Format::Png if !shape.is_in_passes => png(from, side_max),
        Format::Png => whole(from, shape, ImageFormat::Png),
        Format::Gif => whole(from, shape, ImageFormat::Gif),
        Format::Webp => whole(from, shape, ImageFormat::WebP),
    }
}

/// As it is to be shown.
fn turn(image: &mut DynamicImage, shape: &Shape) {
    image.apply_orientation(Orientation::from_exif(shape.orientation).unwrap_or(Orientation::NoTransforms));
}

fn save(image: &DynamicImage, to: &Path) -> io::Result<()> {
    let mut write = BufWriter::new(File::create(to)?);
    if image.color().has_alpha() {
        image.write_with_encoder(PngEncoder::new(&mut write)).map_err(io::Error::other)?;
    } else {
        image.write_with_encoder(JpegEncoder::new_with_quality(&mut write, QUALITY)).map_err(io::Error::other)?;
    }
    write.flush()?;
    write.get_ref().sync_all()
}

/// The largest sides with these proportions.
fn fitting(shape: &Shape, side_max: u32) -> (u32, u32) {
    let longest = u64::from(shape.width.max(shape.height).max(1));
    let fit = |side: u32| u32::try_from(u64::from(side) * u64::from(side_max) / longest).unwrap_or(side_max).max(1);
    if longest <= u64::from(side_max) { (shape.width, shape.height) } else { (fit(shape.width), fit(shape.height)) }
}

fn jpeg(from: &Path, shape: &Shape, side_max: u32) -> io::Result<Option<DynamicImage>> {
    // Of one in passes every coefficient of up to three colours is kept until the end.
    if shape.is_in_passes && shape.pixels() * 6 > OPENED_BYTES_MAX {
        return Ok(None);
    }
    let mut decoder = jpeg_decoder::Decoder::new(BufReader::new(File::open(from)?));
    decoder.set_max_decoding_buffer_size(usize::try_from(OPENED_BYTES_MAX).unwrap_or(usize::MAX));
    let (width, height) = fitting(shape, side_max);
    let side = |side: u32| u16::try_from(side).unwrap_or(u16::MAX);
    let opened = decoder.scale(side(width), side(height)).and_then(|_| decoder.decode());
    let pixels = match opened {
        Ok(pixels) => pixels,
        Err(jpeg_decoder::Error::Unsupported(_)) => return Ok(None),
        Err(error) => return Err(io::Error::other(error)),
    };
    let info = decoder.info().ok_or(io::ErrorKind::InvalidData)?;
    let (width, height) = (info.width.into(), info.height.into());
    Ok(match info.pixel_format {
        PixelFormat::L8 => GrayImage::from_raw(width, height, pixels).map(DynamicImage::from),
        PixelFormat::RGB24 => RgbImage::from_raw(width, height, pixels).map(DynamicImage::from),
        // For printing: browsers show it as it is.
        PixelFormat::L16 | PixelFormat::CMYK32 => None,
    })
}

/// Row by row; each pixel of what is kept is the mean of a square.
fn png(from: &Path, side_max: u32) -> io::Result<Option<DynamicImage>> {
    let limits = png::Limits { bytes: usize::try_from(OPENED_BYTES_MAX / 4).unwrap_or(usize::MAX) };
    let mut decoder = png::Decoder::new_with_limits(BufReader::new(File::open(from)?), limits);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(io::Error::other)?;
    let (width, height) = (reader.info().width as usize, reader.info().height as usize);
    let channels = reader.output_color_type().0.samples();
    let square = width.max(height).div_ceil(2 * side_max as usize).max(1);
    let (columns, rows) = (width.div_ceil(square), height.div_ceil(square));
    let mut pixels = Vec::with_capacity(columns * rows * channels);
    let mut sums = vec![0_u32; columns * channels];
    let mut row_count = 0;
    for row in 0..height {
        let line = reader.next_row().map_err(io::Error::other)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let data = line.data().get(..width * channels).ok_or(io::ErrorKind::InvalidData)?;
        for (column, pixel) in data.chunks_exact(channels).enumerate() {
            let start = column / square * channels;
            sums[start..start + channels].iter_mut().zip(pixel).for_each(|(sum, value)| *sum += u32::from(*value));
        }
        row_count += 1;
        if row_count == square || row + 1 == height {
            for (place, sum) in sums.iter_mut().enumerate() {
                let across = square.min(width - place / channels * square);
                let mean = *sum as usize / (across * row_count);
                pixels.push(u8::try_from(mean).unwrap_or(u8::MAX));
                *sum = 0;
            }
            row_count = 0;
        }
    }
    let (columns, rows) = (u32::try_from(columns).unwrap_or_default(), u32::try_from(rows).unwrap_or_default());
    Ok(match channels {
        1 => GrayImage::from_raw(columns, rows, pixels).map(DynamicImage::from),
        2 => GrayAlphaImage::from_raw(columns, rows, pixels).map(DynamicImage::from),
        3 => RgbImage::from_raw(columns, rows, pixels).map(DynamicImage::from),
        _ => RgbaImage::from_raw(columns, rows, pixels).map(DynamicImage::from),
    })
}

/// One that is opened as a whole; the first picture of a moving one.
fn whole(from: &Path, shape: &Shape, format: ImageFormat) -> io::Result<Option<DynamicImage>> {
    // The image, and what its decoder works with.
    if shape.pixels() * 8 > OPENED_BYTES_MAX {
        return Ok(None);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(shape.width);
    limits.max_image_height = Some(shape.height);
    limits.max_alloc = Some(OPENED_BYTES_MAX);
    let mut reader = ImageReader::with_format(BufReader::new(File::open(from)?), format);
    reader.limits(limits);
    match reader.decode() {
        Ok(image) => Ok(Some(image)),
        Err(ImageError::Limits(_)) => Ok(None),
        Err(error) => Err(io::Error::other(error)),
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
#[path = "paint_memory_tests.rs"]
mod memory;

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    fn painted(image: &DynamicImage, format: ImageFormat, orientation: u8) -> Option<DynamicImage> {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        image.save_with_format(&from, format).unwrap();
        let format = match format {
            ImageFormat::Jpeg => Format::Jpeg,
            _ => Format::Png,
        };
        let (width, height) = (image.width(), image.height());
        let shape = Shape { format, width, height, orientation, is_in_passes: false, is_moving: false };
        paint(&from, &to, &shape, 64).unwrap().then(|| image::load_from_memory(&std::fs::read(&to).unwrap()).unwrap())
    }

    /// Red to the left, blue to the right.
    fn halves(width: u32, height: u32) -> DynamicImage {
        RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([250, 0, 0]) } else { Rgb([0, 0, 250]) }).into()
    }

    #[test]
    fn an_image_is_made_small_and_turned() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png] {
            let small = painted(&halves(1_000, 500), format, 1).expect("it is large").into_rgb8();
            assert_eq!(small.dimensions(), (64, 32), "{format:?}");
            assert!(small.get_pixel(4, 16)[0] > 200 && small.get_pixel(60, 16)[2] > 200, "{format:?}");
            let turned = painted(&halves(1_000, 500), format, 6).expect("it is large").into_rgb8();
            assert_eq!(turned.dimensions(), (32, 64), "{format:?}");
            assert!(turned.get_pixel(16, 4)[0] > 200 && turned.get_pixel(16, 60)[2] > 200, "left is up: {format:?}");
        }
    }

    #[test]
    fn a_portrait_is_the_square_in_the_middle() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        for (width, height, side) in [(1_200, 400, 64), (400, 1_200, 64), (30, 20, 20), (3_000, 3, 3)] {
            for (kind, format) in [(ImageFormat::Png, Format::Png), (ImageFormat::Jpeg, Format::Jpeg)] {
                halves(width, height).save_with_format(&from, kind).unwrap();
                let shape = Shape { format, width, height, orientation: 1, is_in_passes: false, is_moving: false };
                assert!(portrait(&from, &to, &shape, 64).unwrap());
                let square = image::load_from_memory(&std::fs::read(&to).unwrap()).unwrap().into_rgb8();
                assert!(
                    square.width() == square.height() && square.width() <= side,
                    "{width} x {height}: {}",
                    square.width()
                );
                let (left, right) = (square.get_pixel(0, 0), square.get_pixel(square.width() - 1, square.height() - 1));
                // Of a thread one colour is left.
                assert!(
                    side < 20 || left[0] > 150 && right[2] > 150,
                    "{width} x {height} {kind:?}: {left:?} {right:?}"
                );
            }
        }
    }

    #[test]
    fn a_small_one_is_shown_as_it_is() {
        assert!(painted(&halves(100, 50), ImageFormat::Png, 1).is_none());
    }

    #[test]
    fn a_row_much_longer_than_high_keeps_a_pixel_of_height() {
        let small = painted(&halves(9_000, 2), ImageFormat::Png, 1).expect("it is long");
        assert_eq!((small.width(), small.height()), (64, 1));
    }
}
