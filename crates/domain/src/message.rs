//! One message by itself, for the page about it (SPEC 4). Rule: what is offered there is what the log's writer would do now, asked of
//! the same function.

use crate::{
    Chat, Error, Viewer,
    bids::rules,
    log::{
        amend::{self, Facts, Reacted, Target},
        decide::{Finding, Wish},
        erasure::fresh_cid,
    },
    store::{self, Tx, events, reactions},
};
use wire::limits::EARLIER_TEXTS_MAX;
use wire::{Amendment, Code, Decision, Event, EventKind, MessageDetails, MessageType, Role, RoomId, Seq, Time, UserId};

/// In the order in which they are offered.
const DECISIONS: [Decision; 4] = [Decision::Accept, Decision::Decline, Decision::Counter, Decision::Withdraw];

impl Chat {
    /// A message as the viewer sees it, and what they may do with it.
    ///
    /// # Errors
    /// `not_found` for strangers, and for whatever is no message that the viewer may see.
    pub async fn message(&self, viewer: &Viewer, room: RoomId, seq: Seq) -> Result<MessageDetails, Error> {
        let mut tx = self.inner.store.read().await?;
        let view = events::view(&mut tx, room, viewer.user).await?.ok_or(Code::NotFound)?;
        let found = events::between(&mut tx, room, &view, (seq, seq), 1, false).await?.pop();
        let event = found.filter(|event| event.kind == EventKind::Message && view.holds(seq)).ok_or(Code::NotFound)?;
        let now = Time(self.inner.clock.now_ms());
        let cid = fresh_cid(now);
        let wish = Wish { author: viewer.user, cid, room, hash: Default::default() };
        let findings = store::append::judge(&mut tx, &[wish], self.inner.settings.direct_anyone).await?;
        let barred = match findings.first() {
            Some(Finding::Forbidden(code)) => Some(*code),
            _ => None,
        };
        let seat = store::groups::seat(&mut tx, room, viewer.user).await?.ok_or(Code::NotFound)?;
        let role = seat.standing.role.ok_or(Code::NotFound)?;
        let facts = Facts { barred, role, target: target(&event), reacted: Reacted::default() };
        let may = |step: Amendment| amend::decide(&step, viewer.user, &facts).is_ok();
        let earlier = if role <= Role::Admin || event.author.id == viewer.user {
            let rows_max = i64::try_from(EARLIER_TEXTS_MAX).unwrap_or(i64::MAX);
            store::amend::earlier(&mut tx, (room, seq), rows_max).await?
        } else {
            Vec::new()
        };
        let decisions = match &event.message {
            Some(said) if said.kind == MessageType::Bid && !said.deleted && barred.is_none() => {
                decisions(&mut tx, (room, seq), viewer.user, now).await?
            }
            _ => Vec::new(),
        };
        Ok(MessageDetails {
            decisions,
            reactions: reactions::people(&mut tx, (room, seq)).await?,
            earlier,
            may_edit: may(Amendment::Edit { content: String::new() }),
            may_delete: may(Amendment::Delete),
            may_answer: may(Amendment::React { emoji: String::new() }),
            event,
        })
    }
}

/// What somebody who may write in the room may do about a bid.
async fn decisions(tx: &mut Tx, place: (RoomId, Seq), user: UserId, now: Time) -> Result<Vec<Decision>, Error> {
    let Some(bid) = store::bids::find(tx, place).await? else { return Ok(Vec::new()) };
    let kind = store::bids::room_kind(tx, place.0).await?;
    let facts = store::bids::facts(tx, (place.0, kind), &bid).await?;
    let may = |step: &Decision| rules::decide(*step, user, now, &facts).is_ok();
    Ok(DECISIONS.into_iter().filter(may).collect())
}

fn target(event: &Event) -> Option<Target> {
    let said = event.message.as_ref()?;
    let content = (!said.deleted).then(|| said.content.clone());
    Some(Target { author: event.author.id, kind: said.kind, content, more: said.more.clone() })
}
