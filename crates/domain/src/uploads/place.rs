//! Which uploads are being written. Rule: one request at a time writes one file.

use crate::{Error, files::Files};
use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};
use wire::{Cid, Code};

/// The files, and who is at work on which.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) files: Files,
    busy: Arc<Mutex<BTreeSet<Cid>>>,
}

/// The right to write one file, until it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    id: Cid,
    busy: Arc<Mutex<BTreeSet<Cid>>>,
}

impl Place {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { files: Files::new(folder), busy: Arc::default() }
    }

    /// Takes a turn.
    ///
    /// # Errors
    /// `upload_busy`.
    pub(crate) fn take(&self, id: Cid) -> Result<Turn, Error> {
        let is_free = self.busy.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        if is_free { Ok(Turn { id, busy: self.busy.clone() }) } else { Err(Code::UploadBusy.into()) }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}
