//! Finding what was said. Rule: whoever looks sees what the rooms' histories show them at this moment, and nothing else: the index says
//! where to look, intervals and texts decide.

mod excerpt;
mod fold;
mod index;
mod said;
mod tokens;
mod words;

use crate::{
    Chat, Error, Viewer,
    fanout::members::Interval,
    names,
    store::{self, Tx, events, search::Candidate},
};
use fold::fold;
use std::collections::{BTreeMap, BTreeSet};
use wire::limits::{SEARCH_CANDIDATES_MAX, SEARCH_HITS_MAX, SEARCH_ROOMS_MAX};
use wire::search::{Found, Hit, Search};
use wire::{Code, Event, EventKind, RoomId, Seq, Time};

/// Candidates that are read first; each time after that, four times as many.
const FIRST_READ: i64 = 64;
const READ_MAX: i64 = 1_024;
/// Of so many rooms the index is asked at once. Of more, it costs so much that first everybody's messages are looked at …
const FEW_ROOMS: usize = 64;
/// … up to this many, or for as long as one of four is in these rooms.
const ANYWHERE_MAX: usize = 256;
/// Clocks go back, but not by more than this while anybody looks at it.
const CLOCK_MS: i64 = 60 * 60 * 1_000;
/// Within so many positions, what was said before and after is looked for: what shows as no line stands between messages.
const NEAR: i64 = 3;
/// Characters of a type's name.
const TYPE_CHARS_MAX: usize = 16;

/// What is looked for, checked.
struct Wanted {
    words: Vec<String>,
    /// What a message has at least one token of each: first of those of the rooms.
    groups: Vec<Vec<String>>,
    from: Time,
    to: Time,
}

impl Wanted {
    /// What the index is asked when so many messages have been looked at, and so many of these were in the viewer's rooms.
    fn groups(&self, looked_at: usize, theirs: usize) -> &[Vec<String>] {
        let pays = looked_at < ANYWHERE_MAX || theirs * 4 > looked_at;
        match self.groups.split_first() {
            Some((rooms, others)) if rooms.len() > FEW_ROOMS && pays => others,
            _ => &self.groups,
        }
    }

    fn is_in(&self, candidate: &Candidate) -> bool {
        let at = Time(candidate.at_ms);
        if at < self.from || at >= self.to {
            return false;
        }
        let text = if self.words.is_empty() {
            String::new()
        } else {
            fold(&said::of_stored(&candidate.content, candidate.parts.as_deref()))
        };
        self.words.iter().all(|word| text.contains(word.as_str()))
    }
}

impl Chat {
    /// Messages in the viewer's rooms, the newest first, [`SEARCH_HITS_MAX`] at once.
    ///
    /// # Errors
    /// `search_too_long`; `not_found` for a room that is not the viewer's; `no_such_person`; `unknown_type`.
    pub async fn search(&self, viewer: &Viewer, search: &Search) -> Result<Found, Error> {
        let words = words::words(&search.words)?;
        if words.is_empty() && search.room.is_none() && search.person.is_empty() && search.kind.is_empty() {
            return Ok(Found::default());
        }
        let mut tx = self.inner.store.read().await?;
        let mut seen: BTreeMap<RoomId, Vec<Interval>> = BTreeMap::new();
        for (room, interval) in store::search::intervals(&mut tx, viewer.user).await? {
            seen.entry(room).or_default().push(interval);
        }
        let rooms: Vec<RoomId> = match search.room {
            Some(room) if seen.contains_key(&room) => vec![room],
            Some(_) => return Err(Code::NotFound.into()),
            None => seen.keys().copied().collect(),
        };
        if rooms.is_empty() {
            return Ok(Found::default());
        }
        let wanted = wanted(&mut tx, search, words, &rooms).await?;
        let from = match search.from {
            Some(from) => store::search::first_since(&mut tx, Time(from.0.saturating_sub(CLOCK_MS))).await?,
            None => 0,
        };
        let mut before = search.before.unwrap_or(i64::MAX);
        if let Some(to) = search.to {
            let end = store::search::first_since(&mut tx, Time(to.0.saturating_add(CLOCK_MS))).await?;
            before = before.min(end);
        }
        let (places, next) = find(&mut tx, &wanted, &seen, (before, from)).await?;
        let hits = show(&mut tx, viewer, &wanted.words, &seen, &places).await?;
        Ok(Found { hits, next })
    }

    /// The rooms that the viewer can choose among: those in which something happened last, and this one.
    ///
    /// # Errors
    /// As the database says.
    pub async fn searched_rooms(
        &self,
        viewer: &Viewer,
        chosen: Option<RoomId>,
    ) -> Result<Vec<(RoomId, String)>, Error> {
        let mut tx = self.inner.store.read().await?;
        let mut rooms = store::search::latest_rooms(&mut tx, viewer.user, SEARCH_ROOMS_MAX).await?;
        if let Some(chosen) = chosen.filter(|chosen| !rooms.contains(chosen))
            && events::view(&mut tx, chosen, viewer.user).await?.is_some()
        {
            rooms.push(chosen);
        }
        let titles: BTreeMap<_, _> = store::search::titles(&mut tx, viewer.user, &rooms).await?.into_iter().collect();
        Ok(rooms.into_iter().filter_map(|room| Some((room, titles.get(&room)?.clone()))).collect())
    }
}

async fn wanted(tx: &mut Tx, search: &Search, words: Vec<String>, rooms: &[RoomId]) -> Result<Wanted, Error> {
    let mut groups = vec![rooms.iter().copied().map(tokens::of_room).collect::<Vec<_>>()];
    if !search.person.trim().is_empty() {
        let key = names::key(search.person.trim().trim_start_matches('@'));
        let person = store::users::by_key(tx, &key).await?.ok_or(Code::NoSuchPerson)?;
        groups.push(vec![tokens::of_author(person.id())]);
    }
    if !search.kind.is_empty() {
        let is_word = search.kind.len() <= TYPE_CHARS_MAX && search.kind.bytes().all(|byte| byte.is_ascii_lowercase());
        groups.push(vec![is_word.then(|| tokens::of_type(&search.kind)).ok_or(Code::UnknownType)?]);
    }
    let of_words: BTreeSet<String> = words.iter().flat_map(|word| tokens::of_word(word)).collect();
    groups.extend(of_words.into_iter().map(|token| vec![token]));
    if groups.len() == 1 {
        groups.push(vec![tokens::ANY.to_string()]);
    }
    let (from, to) = (search.from.unwrap_or(Time(i64::MIN)), search.to.unwrap_or(Time(i64::MAX)));
    Ok(Wanted { words, groups, from, to })
}

/// The places of a page of hits, and what to go on from if there may be more.
async fn find(
    tx: &mut Tx,
    wanted: &Wanted,
    seen: &BTreeMap<RoomId, Vec<Interval>>,
    (mut before, from): (i64, i64),
) -> Result<(Vec<(RoomId, Seq)>, Option<i64>), Error> {
    let (mut places, mut looked_at, mut theirs, mut most) = (Vec::new(), 0, 0, FIRST_READ);
    loop {
        let found = store::search::candidates(tx, wanted.groups(looked_at, theirs), (before, from), most).await?;
        let is_last = i64::try_from(found.len()).is_ok_and(|count| count < most);
        most = (most * 4).min(READ_MAX);
        for candidate in found {
            let place = (RoomId(candidate.room_id), Seq(candidate.seq));
            let is_theirs = is_seen(seen, place);
            theirs += usize::from(is_theirs);
            if is_theirs && wanted.is_in(&candidate) {
                if places.len() == SEARCH_HITS_MAX {
                    return Ok((places, Some(before)));
                }
                places.push(place);
            }
            (before, looked_at) = (candidate.id, looked_at + 1);
        }
        if is_last || looked_at >= SEARCH_CANDIDATES_MAX {
            return Ok((places, (!is_last).then_some(before)));
        }
    }
}

fn is_seen(seen: &BTreeMap<RoomId, Vec<Interval>>, (room, seq): (RoomId, Seq)) -> bool {
    let holds = |interval: &Interval| interval.from <= seq && interval.to.is_none_or(|to| seq <= to);
    seen.get(&room).is_some_and(|intervals| intervals.iter().any(holds))
}

/// The messages at these places, each with the line before and after it that the viewer sees.
async fn show(
    tx: &mut Tx,
    viewer: &Viewer,
    words: &[String],
    seen: &BTreeMap<RoomId, Vec<Interval>>,
    places: &[(RoomId, Seq)],
) -> Result<Vec<Hit>, Error> {
    let around = |(room, seq): &(RoomId, Seq)| {
        let near = seq.0.saturating_sub(NEAR)..=seq.0.saturating_add(NEAR);
        near.map(|near| (*room, Seq(near))).filter(|place| is_seen(seen, *place)).collect::<Vec<_>>()
    };
    let wanted: BTreeSet<(RoomId, Seq)> = places.iter().flat_map(around).collect();
    let events = events::by_position(tx, viewer.user, &wanted.into_iter().collect::<Vec<_>>()).await?;
    let events: BTreeMap<(RoomId, Seq), Event> =
        events.into_iter().map(|event| ((event.room, event.seq), event)).collect();
    let rooms: BTreeSet<RoomId> = places.iter().map(|(room, _)| *room).collect();
    let titles = store::search::titles(tx, viewer.user, &rooms.into_iter().collect::<Vec<_>>()).await?;
    let titles: BTreeMap<RoomId, String> = titles.into_iter().collect();
    let near = |room, seq| {
        let event: &Event = events.get(&(room, Seq(seq))).filter(|event| event.kind == EventKind::Message)?;
        let said = event.message.as_ref().filter(|said| !said.deleted)?;
        let text = said::text(&said.content, &said.more);
        (!text.is_empty()).then_some((event, text))
    };
    let hit = |(room, seq): &(RoomId, Seq)| {
        let (event, text) = near(*room, seq.0)?;
        let line = |by: i64| {
            let (event, text) = (1..=NEAR).find_map(|step| near(*room, seq.0.saturating_add(by * step)))?;
            Some(excerpt::line(event, &text))
        };
        Some(Hit {
            room: *room,
            seq: *seq,
            title: titles.get(room).cloned().unwrap_or_default(),
            author: event.author.clone(),
            at: event.at,
            parts: excerpt::parts(&text, words),
            before: line(-1),
            after: line(1),
        })
    };
    Ok(places.iter().filter_map(hit).collect())
}
