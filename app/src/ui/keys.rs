//! The keyboard, by `public/keys.js`. Rule: it needs nothing of the program but to hear where the user has gone.

use wasm_bindgen::prelude::*;
use wire::RoomId;

#[wasm_bindgen(raw_module = "/chat.js")]
extern "C" {
    /// Remembers what was typed and scrolled, and where the focus is.
    pub fn remember();
    /// All that is so again, in what has taken the place.
    pub fn restore();
    /// Tells other scripts of a frame, if it is one of theirs.
    pub fn overhear(text: &str);
    /// Listens from now on.
    pub fn start();
    #[wasm_bindgen(js_name = arrive)]
    fn arrive_from(left: &str, room: &str);
}

/// Another room is on the screen, or the list alone: the focus goes along.
pub fn arrive(left: Option<RoomId>, room: Option<RoomId>) {
    let name = |room: Option<RoomId>| room.map(|room| room.to_string()).unwrap_or_default();
    arrive_from(&name(left), &name(room));
}
