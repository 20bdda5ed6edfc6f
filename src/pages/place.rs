//! `/r/{room}/location`: sending a place that was typed. Rule: what is typed is a number of degrees and nothing else; it never becomes
//! a fraction here.

use super::{
    room::{RoomPath, room_of},
    visit::{Answer, Fields, Member, fresh_cid, next_cid, see_other},
};
use crate::problem;
use app::{Page, PlacePage};
use domain::Draft;
use serde::Deserialize;
use wire::{Cid, Code, Refusal, RoomId, RoomKind, read::Tree};

/// Decimals of a degree that are kept: a millionth is eleven centimetres.
const DECIMALS: usize = 6;
/// What is typed is not longer.
const TYPED_CHARS_MAX: usize = 40;

/// The form.
#[derive(Default, Deserialize)]
pub struct Sent {
    cid: Option<Cid>,
    #[serde(default)]
    latitude: String,
    #[serde(default)]
    longitude: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    accuracy: String,
}

/// `GET /r/{room}/location`.
pub async fn open(member: Member, room: RoomPath) -> Answer {
    show(&member, room_of(room), Sent::default(), None).await
}

/// `POST /r/{room}/location`.
pub async fn send(member: Member, room: RoomPath, Fields(sent): Fields<Sent>) -> Answer {
    let room = room_of(room);
    let cid = sent.cid.unwrap_or_else(fresh_cid);
    let done = match place(&sent) {
        Ok(more) => member.chat().append(&member.viewer, Draft { more, ..Draft::text(cid, room, String::new()) }).await,
        Err(code) => Err(code.into()),
    };
    match done {
        Ok(_) => Ok(see_other(&format!("/r/{room}"))),
        Err(error) => {
            let refusal = problem::told(error);
            let cid = Some(next_cid(&refusal, cid));
            show(&member, room, Sent { cid, ..sent }, Some(refusal)).await
        }
    }
}

/// What was typed, as a message carries it. Both can stand in the first field, as maps copy them.
fn place(sent: &Sent) -> Result<Tree, Code> {
    let Sent { latitude, longitude, label, accuracy, .. } = sent;
    let pair = latitude.split_once(", ").filter(|_| longitude.trim().is_empty());
    let (latitude, longitude) = pair.unwrap_or((latitude, longitude));
    let mut location = Tree::Nothing;
    for (name, typed, side) in [("latitude", latitude, ['N', 'S']), ("longitude", longitude, ['E', 'W'])] {
        location.put(name, Tree::Number(degrees(typed, side).ok_or(Code::BadPosition)?));
    }
    location.put("label", Tree::Text(label.clone()));
    // Filled in by a script, which knows no better than the browser.
    if let Ok(metres) = accuracy.parse() {
        location.put("accuracy", Tree::Number(metres));
    }
    let mut more = Tree::Nothing;
    more.put("location", location);
    Ok(more)
}

/// "52.52001", "-33,87", "33.87° S" in millionths of a degree.
fn degrees(typed: &str, [plus, minus]: [char; 2]) -> Option<i64> {
    let typed = typed.trim();
    if typed.len() > TYPED_CHARS_MAX {
        return None;
    }
    let is_side = |side: char| typed.ends_with(side) || typed.ends_with(side.to_ascii_lowercase());
    let number = if is_side(plus) || is_side(minus) { &typed[..typed.len() - 1] } else { typed };
    let number = number.trim_end().trim_end_matches('°').trim_end();
    let (sign, number) = match number.strip_prefix(['-', '−']) {
        Some(_) if is_side(plus) || is_side(minus) => return None,
        Some(rest) => (-1, rest),
        None => (if is_side(minus) { -1 } else { 1 }, number),
    };
    let (whole, rest) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(rest) {
        return None;
    }
    let rest: String = rest.chars().take(DECIMALS).collect();
    let degrees: i64 = format!("{whole}{rest:0<DECIMALS$}").parse().ok()?;
    Some(sign * degrees)
}

async fn show(member: &Member, room: RoomId, sent: Sent, error: Option<Refusal>) -> Answer {
    let summary = member.chat().room(&member.viewer, room).await.map_err(|error| member.problem(error))?;
    if !summary.writable {
        let code = match summary.kind {
            _ if summary.archived => Code::RoomClosed,
            RoomKind::Direct => Code::NotConnected,
            _ => Code::Muted,
        };
        return Err(member.refused(code.into()));
    }
    let Sent { cid, latitude, longitude, label, .. } = sent;
    let (title, cid) = (summary.title, cid.unwrap_or_else(fresh_cid));
    member.page_counted(Page::Place(PlacePage { room, title, cid, latitude, longitude, label, error })).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_are_typed_in_many_ways() {
        let check = |typed: &str, expected: Option<i64>| assert_eq!(degrees(typed, ['N', 'S']), expected, "{typed}");
        check("52.52", Some(52_520_000));
        check(" 52,520008 ", Some(52_520_008));
        check("52.5200081", Some(52_520_008));
        check("-33.86882", Some(-33_868_820));
        check("−33.86882", Some(-33_868_820));
        check("33.86882° S", Some(-33_868_820));
        check("33.86882 n", Some(33_868_820));
        check("0", Some(0));
        check("91", Some(91_000_000));
        for bad in ["", "NaN", "1e9", "Infinity", "0x10", "-33° S", "5.", ".5", "--5", "5 5", "٣", "N", "+5"] {
            check(bad, None);
        }
        check(&"9".repeat(41), None);
        check(&"9".repeat(39), None);
    }

    #[test]
    fn both_may_stand_in_the_first_field() {
        let sent = |latitude: &str, longitude: &str| Sent {
            latitude: latitude.to_owned(),
            longitude: longitude.to_owned(),
            ..Sent::default()
        };
        assert_eq!(place(&sent("52.52001, 13.40495", "")), place(&sent("52.52001", "13.40495")));
        assert_eq!(place(&sent("52.52001", "")), Err(Code::BadPosition));
    }
}
