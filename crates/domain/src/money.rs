//! Amounts of money as people write and read them. Rule: inside an amount is a whole number of the currency's smallest unit; in
//! words it looks as the browser's `Intl.NumberFormat` writes it in English (`public/bids.js`).

use iso_currency::{Currency, Flag, IntoEnumIterator};
use wire::{Code, limits::BID_AMOUNT_MAX};

/// Currencies whose sign stands directly before the amount; others are written with their three letters.
const SIGNS: [(&str, &str); 18] = [
    ("AUD", "A$"),
    ("BRL", "R$"),
    ("CAD", "CA$"),
    ("CNY", "CN¥"),
    ("EUR", "€"),
    ("GBP", "£"),
    ("HKD", "HK$"),
    ("ILS", "₪"),
    ("INR", "₹"),
    ("JPY", "¥"),
    ("KRW", "₩"),
    ("MXN", "MX$"),
    ("NZD", "NZ$"),
    ("PHP", "₱"),
    ("TWD", "NT$"),
    ("USD", "$"),
    ("VND", "₫"),
    ("XCD", "EC$"),
];
/// What is typed is not longer.
const TYPED_CHARS_MAX: usize = 40;

/// How many decimals a currency has, by its three letters in any case; those that are money and in use.
///
/// # Errors
/// [`Code::BadCurrency`].
pub(crate) fn currency(code: &str) -> Result<(&'static str, u32), Code> {
    let currency = Currency::from_code(&code.trim().to_ascii_uppercase()).filter(is_money).ok_or(Code::BadCurrency)?;
    Ok((currency.code(), decimals_of(currency)))
}

/// How many decimals amounts of a currency have that was taken once.
pub(crate) fn decimals(code: &str) -> u32 {
    Currency::from_code(code).map_or(2, decimals_of)
}

/// All that can be chosen, by their letters, each with its name.
pub fn currencies() -> impl Iterator<Item = (&'static str, String)> {
    Currency::iter().filter(is_money).map(|currency| (currency.code(), currency.name().to_owned()))
}

fn is_money(currency: &Currency) -> bool {
    let is_other = |flag: Flag| matches!(flag, Flag::Fund | Flag::Special | Flag::Superseded(_));
    currency.exponent().is_some() && !currency.flags().into_iter().any(is_other)
}

fn decimals_of(currency: Currency) -> u32 {
    currency.exponent().unwrap_or_default().into()
}

/// "€1,234.50", "CHF 12.00" with a space that does not break.
pub fn words(amount: i64, code: &str) -> String {
    let plain = plain(amount, decimals(code));
    let (whole, rest) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = SIGNS.iter().find(|(known, _)| *known == code);
    let sign = sign.map_or_else(|| format!("{code}\u{a0}"), |(_, sign)| (*sign).to_owned());
    sign + &grouped + rest
}

/// "1234.50", as it may be typed.
pub fn plain(amount: i64, decimals: u32) -> String {
    let unit = 10_u64.pow(decimals);
    let (whole, rest) = (amount.unsigned_abs() / unit, amount.unsigned_abs() % unit);
    let width = usize::try_from(decimals).unwrap_or_default();
    if decimals == 0 { whole.to_string() } else { format!("{whole}.{rest:0width$}") }
}

/// The amount that was typed: "120", "120.5", "1 234,50", "1,234.50".
///
/// # Errors
/// [`Code::BadCurrency`]; [`Code::BadAmount`] for what is no number, or could be two, is not above 0 or too large.
pub fn parse(typed: &str, code: &str) -> Result<i64, Code> {
    let (_, decimals) = currency(code)?;
    let typed = typed.trim();
    if typed.len() > TYPED_CHARS_MAX {
        return Err(Code::BadAmount);
    }
    let plain: String =
        typed.chars().filter(|char| !char.is_whitespace() && !['\'', '’', '_'].contains(char)).collect();
    let (whole, rest) = halves(&plain, decimals).ok_or(Code::BadAmount)?;
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let width = usize::try_from(decimals).unwrap_or_default();
    if whole.is_empty() || !is_number(&whole) || !is_number(rest) || rest.len() > width {
        return Err(Code::BadAmount);
    }
    let amount: i64 = format!("{whole}{rest:0<width$}").parse().map_err(|_| Code::BadAmount)?;
    check(amount)
}

/// Whether a bid may be of this amount.
///
/// # Errors
/// [`Code::BadAmount`].
pub(crate) fn check(amount: i64) -> Result<i64, Code> {
    (1..=BID_AMOUNT_MAX).contains(&amount).then_some(amount).ok_or(Code::BadAmount)
}

/// What stands before and after the decimal sign. A single sign with three digits after it could be either, unless the currency
/// has as many decimals or none.
fn halves(plain: &str, decimals: u32) -> Option<(String, &str)> {
    let is_sign = |char: char| char == '.' || char == ',';
    let Some(last) = plain.rfind(is_sign) else { return Some((plain.to_owned(), "")) };
    let (before, sign, after) = (&plain[..last], &plain[last..=last], &plain[last + 1..]);
    let is_grouped = |whole: &str, sign: char| {
        let mut groups = whole.split(sign);
        let first = groups.next().is_some_and(|first| (1..=3).contains(&first.len()));
        first && groups.all(|group| group.len() == 3)
    };
    let other = if sign == "." { ',' } else { '.' };
    if before.contains(other) {
        // "1,234.50"
        return (!before.contains(sign) && is_grouped(before, other)).then(|| (before.replace(other, ""), after));
    }
    let is_thousands = is_grouped(plain, sign.chars().next()?);
    match (before.contains(sign), is_thousands, decimals) {
        // "1,234,500", and "1,234" where there are no decimals.
        (true, true, _) | (false, true, 0) => Some((plain.replace(sign, ""), "")),
        (true, ..) => None,
        // "1,234" in a currency with two: nobody knows.
        (false, true, decimals) if decimals != 3 => None,
        _ => (!after.is_empty()).then(|| (before.to_owned(), after)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_an_amount_or_refused() {
        let check = |typed: &str, code: &str, expected: Option<i64>| {
            assert_eq!(parse(typed, code), expected.ok_or(Code::BadAmount), "{typed} {code}");
        };
        for (typed, expected) in
            [("120", 12_000), ("120.5", 12_050), ("120,50", 12_050), (" 0.01 ", 1), ("1 234,50", 123_450)]
        {
            check(typed, "EUR", Some(expected));
        }
        for (typed, expected) in [("1,234.50", 123_450), ("1.234,5", 123_450), ("1,234,567", 123_456_700)] {
            check(typed, "eur", Some(expected));
        }
        check("1'234.50", "CHF", Some(123_450));
        check("1,234", "JPY", Some(1_234));
        check("1.234", "KWD", Some(1_234));
        check("9999999999999.99", "EUR", Some(BID_AMOUNT_MAX));
        let bad =
            ["", "-1", "0", "0.00", "1e9", "NaN", "1,234", "1.234", "1.", ".5", "12.345", "1.2.3", "1,23,4.5", "٣"];
        for typed in bad.into_iter().chain(["10000000000000", "1 €", "+5", "0x10", &"9".repeat(41)]) {
            check(typed, "EUR", None);
        }
        check("1.5", "JPY", None);
        for code in ["", "EU", "X".repeat(4).as_str(), "XTS", "XAU", "DEM", "BOV", "€"] {
            assert_eq!(parse("120", code), Err(Code::BadCurrency), "{code}");
        }
    }

    #[test]
    fn an_amount_in_words_has_its_sign_its_groups_and_all_its_decimals() {
        let check = |amount, code, expected: &str| assert_eq!(words(amount, code), expected);
        check(12_000, "EUR", "€120.00");
        check(5, "USD", "$0.05");
        check(123_456, "JPY", "¥123,456");
        check(123_456, "KWD", "KWD\u{a0}123.456");
        check(BID_AMOUNT_MAX, "CHF", "CHF\u{a0}9,999,999,999,999.99");
    }

    #[test]
    fn what_is_shown_in_a_form_is_read_back_as_the_same() {
        for (code, _) in currencies() {
            let (_, decimals) = currency(code).unwrap();
            for amount in [1, 99, 100, 12_345, BID_AMOUNT_MAX] {
                assert_eq!(parse(&plain(amount, decimals), code), Ok(amount), "{code}");
            }
        }
        assert!(currencies().count() > 140);
    }
}
