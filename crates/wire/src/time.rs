//! A moment: milliseconds inside, RFC 3339 in UTC on the wire. Rule: for display only, no order depends on it (C4).

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{
    fmt,
    str::FromStr,
    time::{Duration, UNIX_EPOCH},
};

/// Milliseconds since 1970-01-01T00:00:00Z, never negative on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

impl Time {
    /// Milliseconds since 1970.
    pub fn as_ms(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Time {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // humantime refuses years after 9999; a clock that far off is shown as the last moment it can print.
        const LAST_MS: i64 = 253_402_300_799_999;
        let millis = u64::try_from(self.0.min(LAST_MS)).unwrap_or_default();
        humantime::format_rfc3339_millis(UNIX_EPOCH + Duration::from_millis(millis)).fmt(out)
    }
}

impl FromStr for Time {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let moment = humantime::parse_rfc3339(text).map_err(drop)?;
        let since = moment.duration_since(UNIX_EPOCH).map_err(drop)?;
        i64::try_from(since.as_millis()).map(Self).map_err(drop)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(|()| de::Error::custom("not a time"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_survives_the_wire() {
        let time = Time(1_795_168_799_123);
        let json = serde_json::to_string(&time).unwrap();
        assert_eq!(json, "\"2026-11-20T09:59:59.123Z\"");
        assert_eq!(serde_json::from_str::<Time>(&json).unwrap(), time);
    }

    #[test]
    fn a_time_beyond_the_calendar_is_printed_not_a_panic() {
        assert_eq!(Time(i64::MAX).to_string(), "9999-12-31T23:59:59.999Z");
        assert_eq!(Time(-1).to_string(), "1970-01-01T00:00:00.000Z");
    }
}
