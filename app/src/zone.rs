//! How far from UTC the viewer lives, by moment: summer time comes and goes. Rule: the server believes nothing of what the cookie
//! says before it is checked; without it, or with another than public/page.js writes, times are in UTC.

const MINUTE_MS: i64 = 60_000;
const TURNS_MAX: usize = 8;
const TEXT_BYTES_MAX: usize = 128;
const OFFSET_MINUTES_MAX: u64 = 24 * 60;

/// Minutes to add to UTC.
#[derive(Clone, Copy, Debug)]
pub enum Zone {
    /// At a moment in milliseconds since 1970, as the browser knows.
    Here(fn(i64) -> i64),
    /// As the browser has told: the latest turn first, and the last holds for all time before.
    Told([Turn; TURNS_MAX]),
}

/// From a minute since 1970 on.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    from_minute: i64,
    offset_minutes: i64,
}

impl Default for Zone {
    fn default() -> Self {
        Self::Told([Turn { from_minute: i64::MIN, offset_minutes: 0 }; TURNS_MAX])
    }
}

impl Zone {
    /// Reads "120~29312345~60": now two hours ahead; before that minute, one. Turns may go on: "…~60~28800000~120".
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > TEXT_BYTES_MAX {
            return None;
        }
        let mut numbers = text.split('~').map(|number| number.parse::<i64>().ok());
        let mut turns = [Turn { from_minute: i64::MIN, offset_minutes: 0 }; TURNS_MAX];
        let mut later = i64::MAX;
        for turn in &mut turns {
            let offset_minutes = numbers.next()??;
            let from_minute = numbers.next();
            *turn = Turn { from_minute: from_minute.unwrap_or(Some(i64::MIN))?, offset_minutes };
            if turn.from_minute >= later || offset_minutes.unsigned_abs() > OFFSET_MINUTES_MAX {
                return None;
            }
            later = turn.from_minute;
            if from_minute.is_none() {
                return Some(Self::Told(turns));
            }
        }
        None
    }

    /// Minutes to add at a moment in milliseconds since 1970.
    pub fn offset_minutes(&self, at_ms: i64) -> i64 {
        match self {
            Self::Here(offset_minutes) => offset_minutes(at_ms),
            Self::Told(turns) => {
                let minute = at_ms.div_euclid(MINUTE_MS);
                turns.iter().find(|turn| turn.from_minute <= minute).map_or(0, |turn| turn.offset_minutes)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, at_minute: i64, expected: Option<i64>) {
        let zone = Zone::parse(text);
        assert_eq!(zone.map(|zone| zone.offset_minutes(at_minute * MINUTE_MS)), expected, "{text:?} at {at_minute}");
    }

    #[test]
    fn an_offset_holds_from_its_turn_to_the_next() {
        check("-210", 7, Some(-210));
        check("120~100~60", 100, Some(120));
        check("120~100~60", 99, Some(60));
        check("120~100~60~-50~0", -50, Some(60));
        check("120~100~60~-50~0", -51, Some(0));
    }

    #[test]
    fn what_page_js_would_not_write_is_not_believed() {
        for text in
            ["", "x", "1,2", "120~", "120~100", "~", "60 ", "1441", "-1441", "99999999999999999999", "60~5~0~5~1"]
        {
            check(text, 0, None);
        }
        check(&"1~".repeat(200), 0, None);
        check("1~9~1~8~1~7~1~6~1~5~1~4~1~3~1~2~1", 0, None);
        check("1~8~1~7~1~6~1~5~1~4~1~3~1~2~1", 0, Some(1));
        check("0~-9223372036854775808~1", 0, None);
        check("-9223372036854775808", 0, None);
    }
}
