//! Places that messages carry, on their way into the log. Rule: a place has its words from here, so that lists, quotes and the search
//! say the same of it whoever sent it.

use super::{Draft, check::Checked};
use crate::{names, rooms::change::digest};
use wire::{Code, Location, MessageType, read::Tree};

/// A draft that is a place; none: it is something else.
pub(super) fn check(draft: &Draft) -> Result<Option<Checked>, Code> {
    let claimed = draft.more.fields().find(|(name, _)| name == "location").map(|(_, claimed)| claimed.clone());
    let Some(claimed) = claimed else {
        return if draft.kind == MessageType::Location { Err(Code::BadPosition) } else { Ok(None) };
    };
    if !matches!(draft.kind, MessageType::Text | MessageType::Location) || draft.more.fields().count() > 1 {
        return Err(Code::UnknownType);
    }
    let location = judge(wire::read::Read::read(claimed).ok_or(Code::BadPosition)?)?;
    let (kind, content, more) = (MessageType::Location, location.words(), carried(&location));
    let place = [location.latitude, location.longitude].map(|degrees| degrees.to_string());
    let reply_to = draft.reply_to.map(|seq| seq.to_string()).unwrap_or_default();
    let hash = digest(&["location", &place[0], &place[1], &location.label, &reply_to]);
    let (cid, room, reply_to) = (draft.cid, draft.room, draft.reply_to);
    Ok(Some(Checked { cid, room, kind, type_name: kind.as_str(), content, reply_to, more, hash }))
}

/// What is said of a place that there is.
fn judge(location: Location) -> Result<Location, Code> {
    let location = Location { label: location.label.trim().to_owned(), ..location };
    if !location.is_there() {
        return Err(Code::BadPosition);
    }
    if !location.is_named_well() || location.label.chars().any(names::turns_direction) {
        return Err(Code::BadLabel);
    }
    Ok(location)
}

/// As a message carries it.
fn carried(location: &Location) -> Tree {
    // Strings and whole numbers are always JSON.
    let location = serde_json::to_string(location).unwrap_or_default();
    wire::read::parse(&format!("{{\"location\":{location}}}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::{Cid, RoomId, Seq, read::parse};

    fn draft(location: &str) -> Draft {
        let more = parse(&format!("{{\"location\":{location}}}")).unwrap();
        Draft { more, ..Draft::text(Cid::from_bytes([1; 16]), RoomId(1), "whatever".to_owned()) }
    }

    fn check_place(location: &str, expected: Result<&str, Code>) {
        let checked = super::check(&draft(location)).map(|checked| checked.unwrap().content);
        assert_eq!(checked, expected.map(str::to_owned), "{location}");
    }

    #[test]
    fn a_place_says_what_it_is_called_or_where_it_is() {
        check_place(r#"{"latitude":52520008,"longitude":13404954}"#, Ok("📍 52.52001° N, 13.40495° E"));
        check_place(r#"{"latitude":-90000000,"longitude":180000000,"label":" The pier "}"#, Ok("📍 The pier"));
        check_place(r#"{"latitude":0,"longitude":0,"accuracy":12,"altitude":9}"#, Ok("📍 0.00000° N, 0.00000° E"));
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for bad in [
            r#"{"latitude":91000000,"longitude":0}"#,
            r#"{"latitude":0,"longitude":-180000001}"#,
            r#"{"latitude":null,"longitude":0}"#,
            r#"{"latitude":52.52,"longitude":13.4}"#,
            r#"{"latitude":"1e9","longitude":0}"#,
            r#"{"longitude":0}"#,
            r#"{"latitude":0,"longitude":0,"accuracy":-1}"#,
            r#"{"latitude":0,"longitude":0,"accuracy":"near"}"#,
            "[]",
            "7",
        ] {
            check_place(bad, Err(Code::BadPosition));
        }
        let long = "x".repeat(101);
        for label in [long.as_str(), "a\\nb", "a\\u202eb", "nul\\u0000"] {
            check_place(&format!(r#"{{"latitude":0,"longitude":0,"label":"{label}"}}"#), Err(Code::BadLabel));
        }
        let place = draft(r#"{"latitude":0,"longitude":0}"#);
        for kind in [MessageType::System, MessageType::Bid, MessageType::Unknown] {
            assert_eq!(super::check(&Draft { kind, ..place.clone() }), Err(Code::UnknownType));
        }
        let mut both = place.clone();
        both.more.put("bid", Tree::Number(7));
        assert_eq!(super::check(&both), Err(Code::UnknownType));
        let nowhere = Draft { kind: MessageType::Location, more: Tree::Nothing, ..place };
        assert_eq!(super::check(&nowhere), Err(Code::BadPosition));
    }

    #[test]
    fn another_place_or_another_answer_is_another_content() {
        let hash = |draft: Draft| super::check(&draft).unwrap().unwrap().hash;
        let one = draft(r#"{"latitude":1,"longitude":2}"#);
        assert_eq!(hash(one.clone()), hash(Draft { content: String::new(), ..one.clone() }));
        assert_ne!(hash(one.clone()), hash(draft(r#"{"latitude":2,"longitude":1}"#)));
        assert_ne!(hash(one.clone()), hash(Draft { reply_to: Some(Seq(1)), ..one }));
    }
}
