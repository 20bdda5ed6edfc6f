//! "Read by 4", with names and times (SPEC 6). Rule: it is asked for, never pushed, and only for what the viewer may see.

use crate::{
    Chat, Error, Viewer,
    store::{self, receipts::Witness},
};
use wire::limits::RECEIPTS_MAX;
use wire::{Code, Receipt, Receipts, RoomId, Seq, Time};

impl Chat {
    /// Who of the others has read the event at this position, who only holds it, and how many do not. Those count who were
    /// in the room when it was written, are in it still, and are not banned.
    ///
    /// # Errors
    /// `not_found` for strangers, and for a position that the viewer may not see.
    pub async fn receipts(&self, viewer: &Viewer, room: RoomId, seq: Seq) -> Result<Receipts, Error> {
        let mut tx = self.inner.store.read().await?;
        let view = store::events::view(&mut tx, room, viewer.user).await?.ok_or(Code::NotFound)?;
        if !view.holds(seq) {
            return Err(Code::NotFound.into());
        }
        Ok(sort(store::receipts::of_event(&mut tx, room, seq, viewer.user).await?))
    }
}

fn sort(witnesses: Vec<Witness>) -> Receipts {
    let (mut read, mut delivered, mut waiting_count) = (Vec::new(), Vec::new(), 0);
    for Witness { person, delivered_at, read_at } in witnesses {
        match (read_at, delivered_at) {
            (Some(at), _) => read.push(Receipt { person, at }),
            (None, Some(at)) => delivered.push(Receipt { person, at }),
            (None, None) => waiting_count += 1,
        }
    }
    let count = |list: &Vec<Receipt>| i64::try_from(list.len()).unwrap_or(i64::MAX);
    let (read_count, delivered_count) = (count(&read), count(&delivered));
    Receipts { read: earliest(read), read_count, delivered: earliest(delivered), delivered_count, waiting_count }
}

fn earliest(mut receipts: Vec<Receipt>) -> Vec<Receipt> {
    receipts.sort_by_key(|receipt: &Receipt| -> (Time, wire::UserId) { (receipt.at, receipt.person.id) });
    receipts.truncate(RECEIPTS_MAX);
    receipts
}
