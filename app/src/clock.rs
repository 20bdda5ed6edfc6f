//! Times as people read them (SPEC 11). Rule: in the viewer's zone from the first HTML on, as far as it is known there
//! (`zone.rs`), so that nothing changes when the chat comes to life.

use crate::zone::Zone;
use wire::Time;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
const WEEKDAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// How to read a moment: from when, and where.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// "Now", in milliseconds since 1970.
    pub now_ms: i64,
    /// The viewer's.
    pub zone: Zone,
}

impl Clock {
    /// UTC.
    #[cfg(test)]
    pub fn utc(now_ms: i64) -> Self {
        Self { now_ms, zone: Zone::default() }
    }

    fn local_ms(&self, time: Time) -> i64 {
        time.as_ms() + self.zone.offset_minutes(time.as_ms()) * MINUTE_MS
    }

    /// The day as a number, counted from 1970-01-01.
    pub fn day(&self, time: Time) -> i64 {
        self.local_ms(time).div_euclid(DAY_MS)
    }

    /// "09:05".
    pub fn hour_minute(&self, time: Time) -> String {
        let minutes = self.local_ms(time).rem_euclid(DAY_MS) / MINUTE_MS;
        two_digits(minutes / 60) + ":" + &two_digits(minutes % 60)
    }

    /// "Today", "Yesterday", a weekday within six days, else "20 November 2026".
    pub fn day_name(&self, day: i64) -> String {
        match self.day(Time(self.now_ms)) - day {
            0 => "Today".to_owned(),
            1 => "Yesterday".to_owned(),
            2..=6 => WEEKDAYS[weekday(day)].to_owned(),
            _ => {
                let (year, month, day) = civil(day);
                day.to_string() + " " + MONTHS[month] + " " + &year.to_string()
            }
        }
    }

    /// The day of a moment within a sentence: "today", "Monday".
    pub fn day_within(&self, time: Time) -> String {
        let day = self.day(time);
        let mut name = self.day_name(day);
        if self.day(Time(self.now_ms)) - day < 2 {
            name.make_ascii_lowercase();
        }
        name
    }

    /// For a row of the inbox: the time today, else the day in short.
    pub fn short(&self, time: Time) -> String {
        let day = self.day(time);
        match self.day(Time(self.now_ms)) - day {
            0 => self.hour_minute(time),
            1..=6 => self.day_name(day),
            _ => {
                let (year, month, day) = civil(day);
                year.to_string() + "-" + &two_digits(month as i64 + 1) + "-" + &two_digits(day)
            }
        }
    }
}

fn two_digits(number: i64) -> String {
    let mut text = number.to_string();
    if text.len() < 2 {
        text.insert(0, '0');
    }
    text
}

/// 1970-01-01 was a Thursday.
fn weekday(day: i64) -> usize {
    day.rem_euclid(7) as usize
}

/// Year, month from 0, and day of the month of the Gregorian calendar (Hinnant, "chrono-compatible low-level date
/// algorithms").
fn civil(day: i64) -> (i64, usize, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = (march_month + 2) % 12;
    let year = year_of_era + era * 400 + i64::from(month < 2);
    (year, month as usize, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-20T09:05:00Z, a Friday.
    const NOW_MS: i64 = 1_795_165_500_000;

    fn check_day(days_ago: i64, expected: &str) {
        let clock = Clock::utc(NOW_MS);
        assert_eq!(clock.day_name(clock.day(Time(NOW_MS)) - days_ago), expected);
    }

    #[test]
    fn days_have_the_names_that_people_use() {
        check_day(0, "Today");
        check_day(1, "Yesterday");
        check_day(2, "Wednesday");
        check_day(6, "Saturday");
        check_day(7, "13 November 2026");
        check_day(-1, "21 November 2026");
        check_day(265, "28 February 2026");
        check_day(264, "1 March 2026");
        check_day(994, "1 March 2024");
        check_day(995, "29 February 2024");
    }

    #[test]
    fn a_day_begins_at_the_viewers_midnight() {
        let clock = Clock { now_ms: NOW_MS, zone: Zone::Here(|_| -600) };
        assert_eq!(clock.hour_minute(Time(NOW_MS)), "23:05");
        assert_eq!(clock.day(Time(NOW_MS)), Clock::utc(NOW_MS).day(Time(NOW_MS)) - 1);
        assert_eq!(clock.day_name(clock.day(Time(NOW_MS))), "Today");
    }

    #[test]
    fn a_day_within_a_sentence_is_written_small_where_it_is_no_name() {
        let clock = Clock::utc(NOW_MS);
        let day = |days_ago: i64| clock.day_within(Time(NOW_MS - days_ago * DAY_MS));
        assert_eq!([day(0), day(1), day(2)], ["today", "yesterday", "Wednesday"]);
    }

    #[test]
    fn a_row_shows_the_time_today_and_the_day_before_that() {
        let clock = Clock::utc(NOW_MS);
        assert_eq!(clock.short(Time(NOW_MS)), "09:05");
        assert_eq!(clock.short(Time(NOW_MS - DAY_MS)), "Yesterday");
        assert_eq!(clock.short(Time(NOW_MS - 20 * DAY_MS)), "2026-10-31");
        assert_eq!(clock.short(Time(0)), "1970-01-01");
    }
}
