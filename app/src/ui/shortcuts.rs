//! The sheet of shortcuts. Rule: made from the register in `keys.rs`, so that it shows what works.

use crate::{
    browser,
    ui::{
        dialog,
        dom::{add, find},
        keys::SHORTCUTS,
    },
};

/// Opens it.
pub fn open() {
    if find(".sheet").is_some() {
        return;
    }
    let is_apple = browser::is_apple();
    _ = dialog::open("sheet", "Keyboard shortcuts", |dialog| {
        add(dialog, "h2", "Keyboard shortcuts")?;
        let list = add(dialog, "dl", "")?;
        for shortcut in &SHORTCUTS {
            let keys = add(&list, "dt", "")?;
            for (index, one) in shortcut.keys.split(' ').enumerate() {
                if index > 0 {
                    add(&keys, "span", " or ")?;
                }
                for key in one.split('+') {
                    add(&keys, "kbd", &shown(key, is_apple))?;
                }
            }
            add(&list, "dd", shortcut.does)?;
        }
        Some(())
    });
}

/// What stands on the key.
fn shown(key: &str, is_apple: bool) -> String {
    let shown = match key {
        "Ctrl" if is_apple => "⌘",
        "Alt" if is_apple => "⌥",
        "Shift" if is_apple => "⇧",
        "ArrowUp" => "↑",
        "ArrowDown" => "↓",
        "Escape" => "Esc",
        "a" => "A–Z",
        key if key.len() == 1 => return key.to_ascii_uppercase(),
        key => key,
    };
    shown.to_owned()
}
