//! The writer's part in changes of rooms: after the commit, whoever waits, then the members. Rule: who comes in learns of
//! the room before anything in it; who goes hears of the going, then that the room is gone, then nothing more (C9).

use super::{Change, Desk};
use crate::{
    Error,
    fanout::{Text, figures},
    log::{
        change::{self, News, What},
        group::Trouble,
        veil,
    },
    rooms,
};
use wire::{
    RoomId, UserId,
    frame::{RoomChange, ServerFrame},
    limits::CURSORS_MEMBERS_MAX,
};

impl Desk {
    /// Stores a change, answers, tells.
    pub(super) async fn change(&mut self, change: Change) {
        let Change { wanted, answer } = change;
        let now_ms = self.clock.now_ms();
        let stored = change::store(&self.store, &wanted, &self.members, now_ms, self.direct_anyone).await;
        let mut changed = match stored {
            Ok(Ok(changed)) => changed,
            Ok(Err(code)) => return drop(answer.send(Err(code.into()))),
            Err(trouble) => {
                if let Trouble::Begin(error) = &trouble {
                    tracing::error!(%error, "no transaction could be begun");
                }
                if let Trouble::Statement(error) = &trouble {
                    tracing::error!(%error, "a change of a room could not be stored");
                }
                return drop(answer.send(Err(Error::Unknown)));
            }
        };
        let (room, news) = (changed.room, changed.news.take());
        if news.is_some() && !matches!(wanted.what, What::Amend(..) | What::Expire(..)) {
            self.typing.forget(room);
        }
        // Whoever asked may have gone; what is stored is stored.
        let _ = answer.send(Ok(changed));
        if let Some(news) = news {
            self.tell_change(room, news).await;
        }
    }

    async fn tell_change(&mut self, room: RoomId, news: News) {
        let News { events, members, entered, gone, rows, listed, recount } = news;
        self.members.keep(room, members.clone(), self.clock.steady_ms());
        let was_large = members.present().count() + gone.len() > entered.len() + CURSORS_MEMBERS_MAX;
        if !entered.is_empty() || !gone.is_empty() {
            self.untold.changed(room, &members, was_large && !members.is_large());
        }
        for user in entered {
            self.tell_row(room, user).await;
        }
        let now_ms = self.clock.steady_ms();
        for event in events {
            self.pushes.happened(&event, &members, now_ms);
            self.webhooks.happened(&event);
            veil::tell(&self.hub, &members, event);
        }
        gone.iter().chain(&rows).for_each(|user| self.pushes.changed(*user, room, now_ms));
        if !gone.is_empty() {
            self.hub.tell(gone, &Text::encode(&ServerFrame::Room(RoomChange::Removed { room })));
        }
        for user in rows {
            self.tell_row(room, user).await;
        }
        if let Some(recount) = recount {
            // Counting reads, and the next requests need not wait for it.
            let work = figures::retell(self.store.clone(), self.hub.clone(), room, recount);
            tokio::spawn(work);
        }
        if let Some(is_news) = listed {
            self.listing.ring(is_news);
        }
    }

    /// Tells somebody's sockets how the room stands for them. What cannot be read now is asked for by the client, which
    /// finds an event in a room that it does not know.
    async fn tell_row(&self, room: RoomId, user: UserId) {
        if !self.hub.is_here(user) {
            return;
        }
        match rooms::summary(&self.store, user, room, self.direct_anyone).await {
            Ok(summary) => {
                let added = ServerFrame::Room(RoomChange::Added { summary: Box::new(summary) });
                self.hub.tell([user], &Text::encode(&added));
            }
            Err(error) => tracing::warn!(%room, %error, "a change of the room was not told"),
        }
    }
}
