//! One transaction of the log's writer. Rule: look first, decide in memory, then write; what was decided is true only
//! once the commit has succeeded.

use super::{
    attaching::{self, Attached},
    decide::{self, Move, Moved, Rooms, Verdict, Wish},
    mentions,
    replies::{self, Quotes},
    writer::{Advance, Append, Group},
};
use crate::{
    Error,
    fanout::members::{Members, MembersCache},
    store::{
        self, Store, Tx,
        append::{self, NewEvent},
        cursors::{self, UnreadOf},
        parts,
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use wire::{Code, RoomId, Seq, Time, Unread, UserId};

/// How often a group runs again because another server stored one of its cids meanwhile.
pub(super) const AGAIN_MAX: usize = 3;

/// What a transaction has settled. The vectors answer the group's requests in their order.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) at: Time,
    pub(super) verdicts: Vec<Verdict>,
    pub(super) advanced: Vec<Result<Unread, Code>>,
    /// What went forward, and the member's own unread figure if it was asked for.
    pub(super) moved: Vec<(Moved, Option<Unread>)>,
    /// The members of every room in which something happened …
    pub(super) members: BTreeMap<RoomId, Arc<Members>>,
    /// … and those of them that had to be read.
    pub(super) fresh: BTreeSet<RoomId>,
    /// Who is named in what was appended.
    pub(super) named: BTreeMap<(RoomId, Seq), Vec<UserId>>,
    /// What is answered.
    pub(super) quotes: Quotes,
    /// What is carried.
    pub(super) attached: Attached,
}

/// Where a transaction failed.
#[derive(Debug)]
pub(super) enum Trouble {
    /// Nothing was begun: no request is to blame.
    Begin(Error),
    /// Rolled back.
    Statement(sqlx::Error),
    /// Stored or not: nobody knows (RELIABILITY F3).
    Commit,
}

/// Runs the transaction.
pub(super) async fn store(
    store: &Store,
    group: &Group,
    cache: &MembersCache,
    now_ms: i64,
    direct_anyone: bool,
) -> Result<Outcome, Trouble> {
    let mut again = 0;
    loop {
        let mut tx = store.begin_group().await.map_err(Trouble::Begin)?;
        match settle(&mut tx, group, cache, Time(now_ms), direct_anyone).await {
            Ok(outcome) => {
                store.commit_group(tx).await.map_err(|_| Trouble::Commit)?;
                return Ok(outcome);
            }
            Err(error) => {
                store.roll_back_group(tx).await;
                again += 1;
                if again > AGAIN_MAX || !append::is_stored_elsewhere(&error) {
                    return Err(Trouble::Statement(error));
                }
            }
        }
    }
}

async fn settle(
    tx: &mut Tx,
    group: &Group,
    cache: &MembersCache,
    at: Time,
    direct_anyone: bool,
) -> sqlx::Result<Outcome> {
    let wish = |append: &Append| Wish {
        author: append.author.id,
        cid: append.draft.cid,
        room: append.draft.room,
        hash: append.draft.hash,
    };
    let wishes: Vec<Wish> = group.appends.iter().map(wish).collect();
    let moved = group.advances.iter().map(|advance| advance.step.room);
    let rooms: BTreeSet<RoomId> = wishes.iter().map(|wish| wish.room).chain(moved).collect();
    let before = append::lock_rooms(tx, &rooms).await?;

    let mut after = before.clone();
    let (verdicts, quotes, attached) = append_events(tx, group, &wishes, &mut after, at, direct_anyone).await?;
    let (advanced, moved) = advance_cursors(tx, &group.advances, &before, &after, at).await?;

    let raised = after.iter().filter(|(room, state)| before.get(room) != Some(state)).map(|(room, _)| *room);
    let touched: BTreeSet<RoomId> = raised.chain(moved.iter().map(|(moved, _)| moved.room)).collect();
    let mut members = BTreeMap::new();
    let mut unknown = Vec::new();
    for room in touched {
        let Some(state) = after.get(&room) else { continue };
        match cache.get(room, state.members_rev) {
            Some(known) => drop(members.insert(room, known)),
            None => unknown.push((room, state.members_rev)),
        }
    }
    let fresh = unknown.iter().map(|(room, _)| *room).collect();
    if !unknown.is_empty() {
        members.extend(append::members(tx, &unknown).await?);
    }
    let named = mention(tx, &group.appends, &verdicts, &members).await?;
    Ok(Outcome { at, verdicts, advanced, moved, members, fresh, named, quotes, attached })
}

/// Finds and keeps who is named in what is appended: two statements, or none where there is no "@".
async fn mention(
    tx: &mut Tx,
    appends: &[Append],
    verdicts: &[Verdict],
    members: &BTreeMap<RoomId, Arc<Members>>,
) -> sqlx::Result<BTreeMap<(RoomId, Seq), Vec<UserId>>> {
    let mut naming = Vec::new();
    for (append, verdict) in appends.iter().zip(verdicts) {
        if let Verdict::Append(seq) = verdict
            && append.draft.content.contains('@')
        {
            naming.push((append.draft.room, *seq, append.author.id, mentions::handles(&append.draft.content)));
        }
    }
    let wanted: BTreeSet<(RoomId, &str)> = naming
        .iter()
        .flat_map(|(room, _, _, handles)| handles.iter().flatten().map(|key| (*room, key.as_str())))
        .collect();
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let people = store::mentions::named(tx, &wanted).await?;
    let mut named = BTreeMap::new();
    for (room, seq, author, handles) in &naming {
        let apart = |user| members.get(room).is_some_and(|members| members.apart.contains(&(*author, user)));
        let meant = mentions::meant(*room, *author, handles, &people, apart);
        if !meant.is_empty() {
            named.insert((*room, *seq), meant);
        }
    }
    let row = |((room, seq), users): (&(RoomId, Seq), &Vec<UserId>)| {
        users.iter().map(|user| (*room, *seq, *user)).collect::<Vec<_>>()
    };
    let rows: Vec<_> = named.iter().flat_map(row).collect();
    if !rows.is_empty() {
        store::mentions::insert(tx, &rows).await?;
    }
    Ok(named)
}

async fn append_events(
    tx: &mut Tx,
    group: &Group,
    wishes: &[Wish],
    rooms: &mut Rooms,
    at: Time,
    direct_anyone: bool,
) -> sqlx::Result<(Vec<Verdict>, Quotes, Attached)> {
    if wishes.is_empty() {
        return Ok((Vec::new(), Quotes::new(), Attached::new()));
    }
    let mut findings = append::judge(tx, wishes, direct_anyone).await?;
    let quotes = replies::judge(tx, &group.appends, &mut findings).await?;
    let attached = attaching::judge(tx, &group.appends, &mut findings).await?;
    let verdicts = decide::decide(wishes, &findings, rooms, at);
    let mut heads: BTreeMap<RoomId, Seq> = BTreeMap::new();
    let mut events = Vec::with_capacity(wishes.len());
    for (append, verdict) in group.appends.iter().zip(&verdicts) {
        if let Verdict::Append(seq) = verdict {
            let draft = &append.draft;
            let carried = attached.get(&(append.author.id, draft.cid));
            heads.insert(draft.room, *seq);
            events.push(NewEvent {
                room: draft.room,
                seq: *seq,
                author: append.author.id,
                cid: draft.cid,
                message_type: carried.map_or(draft.type_name, |(kind, _)| kind.as_str()),
                content: &draft.content,
                reply_to: draft.reply_to,
                parts: parts::text(carried.map_or(&draft.more, |(_, more)| more)),
                hash: draft.hash,
            });
        }
    }
    if !events.is_empty() {
        append::raise_heads(tx, &heads.into_iter().collect::<Vec<_>>(), at).await?;
        append::insert_events(tx, &events, at).await?;
        let places: Vec<_> = events.iter().map(|event| (event.room, event.seq)).collect();
        store::search::put(tx, &places).await?;
    }
    attaching::bind(tx, &group.appends, &verdicts, &attached).await?;
    Ok((verdicts, quotes, attached))
}

type Advanced = (Vec<Result<Unread, Code>>, Vec<(Moved, Option<Unread>)>);

async fn advance_cursors(
    tx: &mut Tx,
    advances: &[Advance],
    before: &Rooms,
    after: &Rooms,
    at: Time,
) -> sqlx::Result<Advanced> {
    if advances.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let moves: Vec<Move> = advances.iter().map(|advance| advance.step).collect();
    let members: BTreeSet<(RoomId, UserId)> = moves.iter().map(|step| (step.room, step.user)).collect();
    let mut found = cursors::of_members(tx, &members).await?;
    let (answers, moved) = decide::decide_moves(&moves, before, &found);
    if !moved.is_empty() {
        cursors::advance(tx, &moved, at).await?;
        found.extend(moved.iter().map(|moved| ((moved.room, moved.after.user), moved.after)));
    }

    let readers: BTreeSet<(RoomId, UserId)> = advances
        .iter()
        .zip(&answers)
        .filter(|(advance, answer)| advance.is_reading && answer.is_ok())
        .map(|(advance, _)| (advance.step.room, advance.step.user))
        .collect();
    let wanted: Vec<UnreadOf> = readers
        .into_iter()
        .filter_map(|(room, user)| {
            let (cursors, state) = (found.get(&(room, user))?, after.get(&room)?);
            Some(UnreadOf { room, user, read: cursors.read, as_of: state.head })
        })
        .collect();
    let figures = cursors::unread(tx, &wanted).await?;
    let figure = |(of, figure): (&UnreadOf, Unread)| ((of.room, of.user), figure);
    let unread: BTreeMap<(RoomId, UserId), Unread> = wanted.iter().zip(figures).map(figure).collect();

    let figure = |room, user| unread.get(&(room, user)).copied();
    let answer =
        |(step, answer): (&Move, Result<(), Code>)| answer.map(|()| figure(step.room, step.user).unwrap_or_default());
    let advanced = moves.iter().zip(answers).map(answer).collect();
    let moved = moved.into_iter().map(|moved| (moved, figure(moved.room, moved.after.user))).collect();
    Ok((advanced, moved))
}
