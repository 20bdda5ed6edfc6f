//! The index follows the log, in the background. Rule: what is to be taken up is a row of the database, written with the message, so that
//! a kill at any moment loses nothing; the log's writer waits for no more than one part.
//!
//! In the writer's own transactions it would cost each message more than everything else that is done for it (docs/performance.md).

use super::{fold::fold, tokens};
use crate::{
    Chat, Error,
    chat::Inner,
    store::{self, search::Waiting},
};
use std::{
    sync::{Arc, Weak},
    time::{Duration, Instant},
};
use wire::limits::{SEARCH_INDEX_MS, SEARCH_PART_MAX};
use wire::{RoomId, UserId};

/// Between two parts, so that others get at the database.
const PAUSE: Duration = Duration::from_millis(10);
/// While messages wait to be stored, so many times as long as the part took: they come first.
const REST: u32 = 9;

impl Chat {
    /// Goes on, until it is closed, with taking up what was said. For the process that serves: a command leaves it to that.
    pub fn start_indexing(&self) {
        self.watch(tokio::spawn(work(Arc::downgrade(&self.inner))));
    }

    /// Takes up one part of what was said and cannot be found yet. Whether there was any.
    ///
    /// # Errors
    /// [`Error::Internal`], [`Error::Unknown`]: the same part comes again.
    pub async fn index_part(&self) -> Result<bool, Error> {
        let mut tx = self.inner.store.read_once().await?;
        let is_waiting = store::search::is_waiting(&mut tx).await?;
        drop(tx);
        if !is_waiting {
            return Ok(false);
        }
        let part = self.inner.store.write(|tx| {
            Box::pin(async move {
                let waiting = store::search::waiting(tx, SEARCH_PART_MAX).await?;
                let entries: Vec<_> = waiting.iter().map(|entry| (entry.id, tokens(entry))).collect();
                if !entries.is_empty() {
                    store::search::index(tx, &entries).await?;
                }
                Ok(!entries.is_empty())
            })
        });
        part.await
    }
}

/// Parted by spaces, which no token holds.
fn tokens(entry: &Waiting) -> String {
    let Waiting { room_id, author_id, message_type, content, .. } = entry;
    let mut tokens = String::from(tokens::ANY);
    let mut push = |token: &str| {
        tokens.push(' ');
        tokens.push_str(token);
    };
    push(&tokens::of_room(RoomId(*room_id)));
    push(&tokens::of_author(UserId(*author_id)));
    push(&tokens::of_type(message_type.as_deref().unwrap_or_default()));
    tokens::of_text(&fold(content.as_deref().unwrap_or_default())).iter().for_each(|token| push(token));
    tokens
}

/// Until the chat is gone.
async fn work(inner: Weak<Inner>) {
    loop {
        let Some(inner) = inner.upgrade() else { return };
        let chat = Chat { inner };
        let begun = Instant::now();
        let done = chat.index_part().await;
        let is_busy = chat.appends_waiting_count() > 0;
        drop(chat);
        let pause = match done {
            Ok(true) if is_busy => PAUSE.max(begun.elapsed() * REST),
            Ok(true) => PAUSE,
            Ok(false) => Duration::from_millis(SEARCH_INDEX_MS),
            Err(error) => {
                tracing::warn!(%error, "what was said could not be taken into the index; it is tried again");
                Duration::from_millis(SEARCH_INDEX_MS)
            }
        };
        tokio::time::sleep(pause).await;
    }
}
