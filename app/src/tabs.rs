//! The tabs of one account, by `public/tabs.js`. Rule: what tabs tell each other are hints; the truth is the outbox in
//! storage, and the log.

use wasm_bindgen::prelude::*;
use wire::{Cid, Epoch, RoomId, Seq, Time};

#[wasm_bindgen(raw_module = "/chat.js")]
extern "C" {
    #[wasm_bindgen(js_name = join)]
    fn join_as(account: &str, hear: JsValue);
    /// This tab is looked at now: it leads.
    pub fn lead();
    #[wasm_bindgen(js_name = tell)]
    fn tell_words(words: &str);
    /// The page sleeps or goes.
    pub fn leave();
    /// Shows what is so about notifications, now and when it changes.
    pub fn offer();
    /// So many messages are unread: the icons say so.
    pub fn badge(count: i32);
    #[wasm_bindgen(js_name = notify)]
    fn notify_of(room: &str, title: &str, text: &str);
    #[wasm_bindgen(js_name = withdraw)]
    fn withdraw_from(room: &str);
}

/// What is told.
#[derive(Clone, Debug, PartialEq)]
pub enum Word {
    /// This tab sends and notifies from now on.
    Lead,
    /// Another does.
    Follow,
    /// The outbox changed.
    Outbox,
    /// A message is in the log.
    Acked(Acked),
    /// The user has read up to here.
    Read(RoomId, Seq),
    /// A notification was clicked.
    Open(RoomId),
    /// The account has logged out in this browser.
    Bye,
}

/// Which message, and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Acked {
    /// Which.
    pub cid: Cid,
    /// Where.
    pub room: RoomId,
    /// Its position.
    pub seq: Seq,
    /// When it was stored.
    pub at: Time,
    /// In which life of the database.
    pub epoch: Epoch,
}

impl Word {
    fn text(&self) -> String {
        let words = |words: &[&str]| words.join(" ");
        match self {
            Self::Lead => words(&["lead"]),
            Self::Follow => words(&["follow"]),
            Self::Outbox => words(&["outbox"]),
            Self::Acked(Acked { cid, room, seq, at, epoch }) => {
                let (cid, room, seq) = (cid.to_string(), room.to_string(), seq.to_string());
                words(&["acked", &cid, &room, &seq, &at.as_ms().to_string(), &epoch.0])
            }
            Self::Read(room, seq) => words(&["read", &room.to_string(), &seq.to_string()]),
            Self::Open(room) => words(&["open", &room.to_string()]),
            Self::Bye => words(&["bye"]),
        }
    }

    /// What another version may say is not understood.
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let word = words.next()?;
        let mut number = || words.next()?.parse::<i64>().ok();
        Some(match word {
            "lead" => Self::Lead,
            "follow" => Self::Follow,
            "outbox" => Self::Outbox,
            "acked" => {
                let cid = words.next()?.parse().ok()?;
                let mut number = || words.next()?.parse::<i64>().ok();
                let (room, seq, at) = (RoomId(number()?), Seq(number()?), Time(number()?));
                Self::Acked(Acked { cid, room, seq, at, epoch: Epoch(words.next()?.to_owned()) })
            }
            "read" => Self::Read(RoomId(number()?), Seq(number()?)),
            "open" => Self::Open(RoomId(number()?)),
            "bye" => Self::Bye,
            _ => return None,
        })
    }
}

/// Takes part as a tab of this account; `hear` is told what happens.
pub fn join(account: &str, hear: impl Fn(Word) + 'static) {
    let hear = move |words: String| _ = Word::parse(&words).map(&hear);
    join_as(account, Closure::<dyn Fn(String)>::new(hear).into_js_value());
}

/// Tells the other tabs.
pub fn tell(word: &Word) {
    tell_words(&word.text());
}

/// Shows a notification in place of an earlier one of the room.
pub fn notify(room: RoomId, title: &str, text: &str) {
    notify_of(&room.to_string(), title, text);
}

/// Takes it away.
pub fn withdraw(room: RoomId) {
    withdraw_from(&room.to_string());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_tab_says_is_what_another_hears() {
        let cid = Cid::new(1_795_165_500_000, [7; 10]);
        for word in [
            Word::Lead,
            Word::Follow,
            Word::Outbox,
            Word::Acked(Acked {
                cid,
                room: RoomId(12),
                seq: Seq(3),
                at: Time(1_795_165_500_000),
                epoch: Epoch("4Npd9tgI_UVM5nxbWMNfVQ".to_owned()),
            }),
            Word::Read(RoomId(12), Seq(3)),
            Word::Open(RoomId(12)),
            Word::Bye,
        ] {
            assert_eq!(Word::parse(&word.text()), Some(word));
        }
    }

    #[test]
    fn what_is_not_understood_is_not_heard() {
        for words in ["", "acked", "acked x 1 2 3", "read 1", "read one two", "sing"] {
            assert_eq!(Word::parse(words), None, "{words}");
        }
    }
}
