//! What surrounds every page. Rule: of a page that is the same for everybody, nothing of it is about who asks.

use crate::zone::Zone;
use std::sync::Arc;
use wire::{Beside, Epoch, Person};

/// What surrounds every page.
#[derive(Clone, Debug)]
pub struct Shell {
    /// Who is signed in.
    pub viewer: Option<Person>,
    /// Whether they run this installation.
    pub is_operator: bool,
    /// The life of the database.
    pub epoch: Epoch,
    /// What stands beside the viewer's conversations; of other pages the requests alone.
    pub beside: Beside,
    /// Where the viewer lives, as far as their browser has told.
    pub zone: Zone,
    /// Allows this answer's one inline script, as in its Content-Security-Policy.
    pub nonce: String,
    /// The files that the page loads.
    pub site: Arc<Site>,
}

impl Shell {
    /// Around a page that is the same for everybody.
    pub fn of_nobody(epoch: Epoch, site: Arc<Site>) -> Self {
        Self {
            viewer: None,
            is_operator: false,
            epoch,
            beside: Beside::default(),
            zone: Zone::default(),
            nonce: String::new(),
            site,
        }
    }
}

/// Paths of the built files, with their hashes, from the root of the site: "/pkg/twotick.3f2a.js".
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// The module's glue.
    pub js: String,
    /// The module.
    pub wasm: String,
    /// The style sheet.
    pub css: String,
    /// All of them in a word: another word for other files. None where there are none.
    pub build: Option<String>,
}
