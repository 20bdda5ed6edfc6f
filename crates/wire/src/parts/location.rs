//! A place (SPEC 4). Rule: degrees are whole millionths, so that both sides read the same number, and no place is off the globe.

use crate::{
    limits::{ACCURACY_METRES_MAX, PLACE_LABEL_CHARS_MAX},
    readable,
};
use serde::Serialize;

/// Millionths in one degree.
pub const MICRO: i64 = 1_000_000;

/// A place on the globe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Location {
    /// In millionths of a degree, from -90 to 90 degrees; south is negative.
    pub latitude: i64,
    /// In millionths of a degree, from -180 to 180 degrees; west is negative.
    pub longitude: i64,
    /// What it is called, at most [`PLACE_LABEL_CHARS_MAX`] characters on one line; absent when nobody said.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// Within how many metres it is right; absent when that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<i64>,
}

readable!(Location { latitude, longitude, accuracy, [label] });

impl Location {
    /// Whether it is on the globe, within how many metres anybody may be wrong.
    pub fn is_there(&self) -> bool {
        let within = |degrees: i64, most: i64| (-most * MICRO..=most * MICRO).contains(&degrees);
        let is_known = self.accuracy.is_none_or(|metres| (0..=ACCURACY_METRES_MAX).contains(&metres));
        within(self.latitude, 90) && within(self.longitude, 180) && is_known
    }

    /// Whether what it is called fits.
    pub fn is_named_well(&self) -> bool {
        self.label.chars().count() <= PLACE_LABEL_CHARS_MAX && !self.label.chars().any(char::is_control)
    }

    /// "52.52001", "-13.40500": degrees as a link to a map has them.
    pub fn plain(degrees: i64) -> String {
        let rounded = (degrees.unsigned_abs() + 5) / 10;
        let sign = if degrees < 0 && rounded > 0 { "-" } else { "" };
        format!("{sign}{}.{:05}", rounded / 100_000, rounded % 100_000)
    }

    /// "52.52001° N, 13.40500° E".
    pub fn degrees(&self) -> String {
        let side = |degrees: i64, [plus, minus]: [char; 2]| {
            let plain = Self::plain(degrees);
            let (number, side) = plain.strip_prefix('-').map_or((plain.as_str(), plus), |number| (number, minus));
            format!("{number}° {side}")
        };
        side(self.latitude, ['N', 'S']) + ", " + &side(self.longitude, ['E', 'W'])
    }

    /// What the message says, for lists and for whoever cannot draw it.
    pub fn words(&self) -> String {
        let what = if self.label.is_empty() { self.degrees() } else { self.label.clone() };
        "📍 ".to_owned() + &what
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(latitude: i64, longitude: i64) -> Location {
        Location { latitude, longitude, label: String::new(), accuracy: None }
    }

    #[test]
    fn a_place_is_on_the_globe() {
        for (latitude, longitude) in [(0, 0), (90 * MICRO, 180 * MICRO), (-90 * MICRO, -180 * MICRO)] {
            assert!(at(latitude, longitude).is_there());
        }
        for (latitude, longitude) in [(90 * MICRO + 1, 0), (0, -180 * MICRO - 1), (91 * MICRO, 0), (i64::MIN, i64::MAX)]
        {
            assert!(!at(latitude, longitude).is_there());
        }
        for (metres, is_there) in [(0, true), (12, true), (-1, false), (ACCURACY_METRES_MAX + 1, false)] {
            assert_eq!(Location { accuracy: Some(metres), ..at(0, 0) }.is_there(), is_there, "{metres}");
        }
    }

    #[test]
    fn degrees_have_five_decimals_and_a_side() {
        assert_eq!(at(52_520_008, 13_404_954).degrees(), "52.52001° N, 13.40495° E");
        assert_eq!(at(-33_868_820, -151_209_296).degrees(), "33.86882° S, 151.20930° W");
        assert_eq!(at(-4, 4).degrees(), "0.00000° N, 0.00000° E");
        assert_eq!(Location::plain(-5), "-0.00001");
        assert_eq!(at(0, 0).words(), "📍 0.00000° N, 0.00000° E");
        assert_eq!(Location { label: "The pier".to_owned(), ..at(0, 0) }.words(), "📍 The pier");
    }
}
