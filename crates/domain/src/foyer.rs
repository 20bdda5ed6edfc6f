//! What everybody may find beside their conversations: a few public rooms. Rule: it is read once for all and told in one frame,
//! at most once a second, however many look at it and however much changes.

use crate::{
    Chat, Error, Viewer,
    chat::Inner,
    fanout::{Attachment, Text},
    store,
};
use sha2::{Digest, Sha256};
use std::{
    fmt::Write,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::sync::{Mutex, Notify};
use wire::{
    Beside, Foyer, Inbox, ListedRoom, PersonRow, UserId,
    frame::ServerFrame,
    limits::{
        FOYER_AGE_MS, FOYER_INTERVAL_MS, FOYER_ROOMS_MAX, FOYER_ROOMS_SEARCHED_MAX, FOYER_ROOMS_SHOWN,
        FOYER_TOPIC_CHARS_MAX,
    },
};

/// Shortest time between two tellings.
const INTERVAL: Duration = Duration::from_millis(FOYER_INTERVAL_MS);

/// The public rooms as they were last read.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    known: Mutex<Option<Known>>,
    is_outdated: AtomicBool,
    changed: Notify,
}

#[derive(Clone, Debug)]
struct Known {
    at_ms: i64,
    foyer: Arc<Foyer>,
    text: Text,
}

impl Listing {
    /// What a public room shows has changed; `is_news`: so that others are told of it.
    pub(crate) fn ring(&self, is_news: bool) {
        self.is_outdated.store(true, Ordering::Release);
        if is_news {
            self.changed.notify_one();
        }
    }
}

impl Chat {
    /// The viewer's conversations, and what stands beside them, by as many queries as [`Chat::inbox`].
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn inbox_beside(&self, viewer: &Viewer) -> Result<(Inbox, Beside), Error> {
        let (inbox, requests) = self.inbox_and_requests(viewer).await?;
        let foyer = self.inner.known().await?.foyer;
        let is_other = |room: &&ListedRoom| inbox.rooms.iter().all(|mine| mine.id != room.id);
        let rooms = foyer.rooms.iter().filter(is_other).take(FOYER_ROOMS_SHOWN).cloned().collect();
        let beside = Beside { rev: foyer.rev.clone(), has_rooms: !foyer.rooms.is_empty(), rooms, requests };
        Ok((inbox, beside))
    }

    /// How many people wait for the viewer's answer.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn requests_count(&self, viewer: &Viewer) -> Result<i64, Error> {
        let mut tx = self.inner.store.read_once().await?;
        Ok(store::connections::requests_count(&mut tx, viewer.user).await?)
    }

    /// What a socket hears after its `welcome`: what may have changed while it was away.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn greet(&self, viewer: &Viewer, attachment: &Attachment) -> Result<(), Error> {
        attachment.push_text(self.inner.known().await?.text);
        let requests = self.requests_count(viewer).await?;
        attachment.push(&ServerFrame::People { requests, row: None });
        Ok(())
    }

    /// Tells somebody what another person is to them now. What cannot be read now is told after the next `welcome`.
    pub(crate) async fn tell_relation(&self, user: UserId, row: PersonRow) {
        if !self.inner.live.hub.is_here(user) {
            return;
        }
        let count = async {
            let mut tx = self.inner.store.read_once().await?;
            store::connections::requests_count(&mut tx, user).await.map_err(Error::from)
        };
        match count.await {
            Ok(requests) => self.announce(&[user], &ServerFrame::People { requests, row: Some(row) }),
            Err(error) => tracing::warn!(%error, "a change of a connection was not told"),
        }
    }
}

impl Inner {
    /// As it is now, or was a moment ago. However many ask at once, one of them reads.
    async fn known(&self) -> Result<Known, Error> {
        let listing = &self.live.listing;
        let mut known = listing.known.lock().await;
        let is_outdated = listing.is_outdated.swap(false, Ordering::AcqRel);
        let now_ms = self.clock.steady_ms();
        if let Some(known) = known.as_ref().filter(|known| !is_outdated && now_ms - known.at_ms < FOYER_AGE_MS) {
            return Ok(known.clone());
        }
        let read = async {
            let mut tx = self.store.read_once().await?;
            let rooms_max = i64::try_from(FOYER_ROOMS_MAX).unwrap_or(i64::MAX);
            store::lobby::latest(&mut tx, FOYER_ROOMS_SEARCHED_MAX, rooms_max).await.map_err(Error::from)
        };
        let rooms = read.await.inspect_err(|_| listing.is_outdated.store(true, Ordering::Release))?;
        let foyer = Arc::new(foyer_of(rooms));
        let text = Text::encode(&ServerFrame::Lobby((*foyer).clone()));
        Ok(known.insert(Known { at_ms: now_ms, foyer, text }).clone())
    }
}

fn foyer_of(mut rooms: Vec<ListedRoom>) -> Foyer {
    let mut hash = Sha256::new();
    for room in &mut rooms {
        if let Some((end, _)) = room.topic.char_indices().nth(FOYER_TOPIC_CHARS_MAX) {
            room.topic.truncate(end);
            room.topic.push('…');
        }
        let ListedRoom { id, title, topic, members } = &room;
        for part in [&id.to_string(), title, topic, &members.to_string()] {
            hash.update(part);
            hash.update([0]);
        }
    }
    let rev = hash.finalize().iter().take(6).fold(String::new(), |mut rev, byte| {
        // Writing into a string cannot fail.
        let _ = write!(rev, "{byte:02x}");
        rev
    });
    Foyer { rev, rooms }
}

/// Tells everybody who is here when the public rooms have changed, until the chat is gone.
pub(crate) async fn tell(inner: Weak<Inner>) {
    let Some(listing) = inner.upgrade().map(|inner| inner.live.listing.clone()) else { return };
    let mut told = None;
    loop {
        listing.changed.notified().await;
        {
            let Some(inner) = inner.upgrade() else { return };
            match inner.known().await {
                Ok(known) if told.as_ref() != Some(&known.text) => {
                    inner.live.hub.tell_all(&known.text);
                    told = Some(known.text);
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "the public rooms could not be read; they are told a second later");
                    listing.changed.notify_one();
                }
            }
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::RoomId;

    fn room(topic: &str) -> ListedRoom {
        ListedRoom { id: RoomId(7), title: "Garden".to_owned(), topic: topic.to_owned(), members: 3 }
    }

    #[test]
    fn another_list_has_another_word_and_topics_are_cut_between_letters() {
        let rev = |rooms| foyer_of(rooms).rev;
        assert_eq!(rev(vec![room("Beans")]), rev(vec![room("Beans")]));
        let others = [vec![], vec![room("")], vec![room("Beans"), room("Beans")]];
        assert!(others.into_iter().all(|other| rev(other) != rev(vec![room("Beans")])));
        assert_eq!(rev(Vec::new()).len(), 12);
        let cut = foyer_of(vec![room(&"é".repeat(500))]);
        assert_eq!(cut.rooms[0].topic, "é".repeat(FOYER_TOPIC_CHARS_MAX) + "…");
        assert_eq!(foyer_of(vec![room("short")]).rooms[0].topic, "short");
    }
}
