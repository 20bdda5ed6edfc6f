//! The index follows the log, in the background. Rule: what is to be taken up is a row of the database, written with the message, so that
//! a kill at any moment loses nothing; the log's writer waits for no more than one part.
//!
//! In the writer's own transactions it would make each message half as dear again, or more (docs/performance.md).

use super::{fold::fold, said, tokens};
use crate::{
    Chat, Error,
    chat::Inner,
    store::{self, search::Waiting},
};
use std::{
    sync::{Arc, Weak},
    time::{Duration, Instant},
};
use wire::limits::{SEARCH_INDEX_MS, SEARCH_PART_BYTES_MAX, SEARCH_PART_MAX};
use wire::{RoomId, UserId};

/// Messages whose length is found out at once.
const STEP: i64 = 16;
/// Between two parts, so that others get at the database.
const PAUSE: Duration = Duration::from_millis(10);
/// Who waits longer than this for a turn to write, is not alone …
const TURN: Duration = Duration::from_millis(1);
/// … and then rests so many times as long as the part took: messages come first.
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
        Ok(self.index_next().await?.is_some())
    }

    /// The same; how long it waited for its turn to write.
    async fn index_next(&self) -> Result<Option<Duration>, Error> {
        let mut tx = self.inner.store.read_once().await?;
        let is_waiting = store::search::is_waiting(&mut tx).await?;
        drop(tx);
        if !is_waiting {
            return Ok(None);
        }
        let asked = Instant::now();
        let part = self.inner.store.write(move |tx| {
            Box::pin(async move {
                let waited = asked.elapsed();
                let (mut taken, mut left_bytes) = (0, SEARCH_PART_BYTES_MAX);
                while taken < SEARCH_PART_MAX && left_bytes > 0 {
                    let waiting = store::search::waiting(tx, STEP.min(SEARCH_PART_MAX - taken)).await?;
                    let entries: Vec<_> = waiting.iter().map(|entry| (entry.id, tokens(entry))).collect();
                    if entries.is_empty() {
                        break;
                    }
                    store::search::index(tx, &entries).await?;
                    taken += STEP;
                    let texts = waiting.iter().map(|entry| entry.content.as_ref().map_or(0, String::len));
                    left_bytes = left_bytes.saturating_sub(texts.sum());
                }
                Ok((taken > 0).then_some(waited))
            })
        });
        part.await
    }
}

/// Parted by spaces, which no token holds.
fn tokens(entry: &Waiting) -> String {
    let Waiting { room_id, author_id, message_type, content, parts, .. } = entry;
    let mut tokens = String::from(tokens::ANY);
    let mut push = |token: &str| {
        tokens.push(' ');
        tokens.push_str(token);
    };
    push(&tokens::of_room(RoomId(*room_id)));
    push(&tokens::of_author(UserId(*author_id)));
    push(&tokens::of_type(message_type.as_deref().unwrap_or_default()));
    let text = said::of_stored(content.as_deref().unwrap_or_default(), parts.as_deref());
    tokens::of_text(&fold(&text)).iter().for_each(|token| push(token));
    tokens
}

/// Until the chat is gone.
async fn work(inner: Weak<Inner>) {
    loop {
        let Some(inner) = inner.upgrade() else { return };
        let chat = Chat { inner };
        let begun = Instant::now();
        let done = chat.index_next().await;
        drop(chat);
        let pause = match done {
            Ok(Some(waited)) if waited > TURN => PAUSE.max(begun.elapsed() * REST),
            Ok(Some(_)) => PAUSE,
            Ok(None) => Duration::from_millis(SEARCH_INDEX_MS),
            Err(error) => {
                tracing::warn!(%error, "what was said could not be taken into the index; it is tried again");
                Duration::from_millis(SEARCH_INDEX_MS)
            }
        };
        tokio::time::sleep(pause).await;
    }
}
