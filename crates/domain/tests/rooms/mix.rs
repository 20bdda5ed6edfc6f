//! Everything that can happen to a room, at the same moment and in any order. Rule: the log alone tells who is in, who may do
//! what and whether the room is open, and everything else agrees with it.

use super::races::heard;
use crate::support::{
    scene::{ban, change, chat, circle, fast, fresh_cid, group, invite, mute, remove, role, seen},
    talk::{self, say},
    world::{self, Place},
};
use domain::{Attachment, Change, Chat, Error, NewSubject, Settings, Viewer};
use futures::{
    FutureExt,
    future::{BoxFuture, join_all},
};
use std::collections::{BTreeMap, BTreeSet};
use wire::{Event, EventKind, Role, RoomId, Seq, Subject};

const ROOMS: usize = 20;

/// A private room: an owner, an admin who is not always one, a guest who comes and goes.
struct Ring {
    room: RoomId,
    owner: Viewer,
    admin: Viewer,
    guest: Viewer,
    ear: Attachment,
}

/// `rounds_count` rounds in which six things are asked for at once.
pub async fn everything_at_once(place: &Place, rounds_count: usize) {
    let chat = chat(place, "mix").await;
    let mut rings = Vec::new();
    for number in 0..ROOMS {
        let names = [format!("owner{number}"), format!("admin{number}"), format!("guest{number}")];
        let [owner, admin, guest] = circle(&chat, [&*names[0], &names[1], &names[2]]).await;
        world::connect(&chat, &admin, &guest).await;
        let room = chat.create_group(&owner, fresh_cid(), group("Ring", false)).await.unwrap();
        change(&chat, &owner, room, invite(&admin)).await.unwrap();
        let ear = chat.attach(&guest).await.unwrap();
        rings.push(Ring { room, owner, admin, guest, ear });
    }
    let seeds = 1_u64..;
    join_all(rings.iter().zip(seeds).map(|(ring, seed)| play(&chat, ring, seed, rounds_count / ROOMS))).await;
    let mut kinds = BTreeSet::new();
    for ring in rings {
        kinds.extend(check(&chat, ring).await);
    }
    for kind in ["joined", "left", "removed", "role", "archived", "reopened", "message"] {
        assert!(kinds.contains(kind), "{kind} never happened: {kinds:?}");
    }
    chat.close().await;
}

async fn play(chat: &Chat, ring: &Ring, mut seed: u64, rounds: usize) {
    for _ in 0..rounds {
        let asked = (0..6).map(|_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            step(chat, ring, (seed >> 33) % 16)
        });
        for result in join_all(asked.collect::<Vec<_>>()).await {
            assert!(
                result.as_ref().is_ok_and(|()| true) || result.as_ref().is_err_and(|error| !error.is_passing()),
                "{result:?}"
            );
        }
    }
}

fn step<'a>(chat: &'a Chat, ring: &'a Ring, number: u64) -> BoxFuture<'a, Result<(), Error>> {
    let Ring { room, owner, admin, guest, .. } = ring;
    let by = move |viewer: &'a Viewer, wanted: Change| {
        async move { change(chat, viewer, *room, wanted).await.map(|_| ()) }.boxed()
    };
    let username = guest.username.clone();
    match number {
        0..=2 => by(admin, invite(guest)),
        3 => by(owner, invite(guest)),
        4 => by(guest, Change::Leave),
        5 => by(owner, remove(guest)),
        6 => by(admin, ban(guest)),
        7 | 8 => by(owner, Change::Unban { username }),
        9 => by(owner, role(admin, Role::Member)),
        10 => by(owner, role(admin, Role::Admin)),
        11 => by(owner, Change::Archive { notice: String::new() }),
        12 => by(owner, Change::Reopen),
        13 => by(admin, if ring.is_strict() { mute(guest) } else { Change::Unmute { username } }),
        14 => async move { say(chat, guest.clone(), *room, "guest").await.map(|_| ()) }.boxed(),
        _ => async move { say(chat, admin.clone(), *room, "admin").await.map(|_| ()) }.boxed(),
    }
}

impl Ring {
    /// In every other room the guest is muted in between.
    fn is_strict(&self) -> bool {
        self.room.0 % 2 == 0
    }
}

/// What the log, read from its beginning, says of the room.
struct Told {
    is_open: bool,
    roles: BTreeMap<wire::UserId, Role>,
    /// What the guest saw.
    visible: BTreeSet<i64>,
}

fn replay(events: &[Event], ring: &Ring) -> Told {
    let (owner, guest) = (ring.owner.user, ring.guest.user);
    let mut told = Told { is_open: true, roles: BTreeMap::from([(owner, Role::Owner)]), visible: BTreeSet::new() };
    for event in events {
        let author = event.author.id;
        let about = event.about.as_ref().map(|about| about.id);
        let may = told.roles.get(&author).copied();
        let sees = told.roles.contains_key(&guest);
        assert!(may.is_some(), "{event:?} by somebody outside");
        match event.kind {
            EventKind::Joined => {
                let who = about.unwrap();
                assert!(told.is_open && told.roles.insert(who, Role::Member).is_none(), "{event:?}");
            }
            EventKind::Left => assert!(told.roles.remove(&about.unwrap()).is_some(), "{event:?}"),
            EventKind::Removed => {
                let theirs = told.roles.remove(&about.unwrap());
                assert!(theirs.is_some() && may < theirs, "{event:?} by {may:?}");
            }
            EventKind::Role => {
                let given = Role::of(&event.message.as_ref().unwrap().content);
                let before = told.roles.insert(about.unwrap(), given);
                assert!(may == Some(Role::Owner) && before.is_some_and(|before| before != given), "{event:?}");
            }
            EventKind::Archived => assert!(std::mem::replace(&mut told.is_open, false), "{event:?}"),
            EventKind::Reopened => assert!(!std::mem::replace(&mut told.is_open, true), "{event:?}"),
            EventKind::Message => assert!(told.is_open, "{event:?} in a closed room"),
            _ => {}
        }
        if sees || told.roles.contains_key(&guest) {
            told.visible.insert(event.seq.0);
        }
    }
    told
}

/// What happened in it.
async fn check(chat: &Chat, ring: Ring) -> BTreeSet<&'static str> {
    let events = seen(chat, &ring.owner, ring.room).await;
    let seqs: Vec<i64> = events.iter().map(|event| event.seq.0).collect();
    assert_eq!(seqs, (1..=i64::try_from(events.len()).unwrap()).collect::<Vec<_>>());
    let told = replay(&events, &ring);
    let details = chat.room_details(&ring.owner, ring.room, 0).await.unwrap();
    let roles: BTreeMap<_, _> = details.members.iter().map(|member| (member.person.id, member.role)).collect();
    assert_eq!(roles, told.roles);
    assert_eq!(chat.room(&ring.owner, ring.room).await.unwrap().archived, !told.is_open);
    assert_eq!(heard(&ring.ear, ring.room).await, told.visible);
    if told.roles.contains_key(&ring.guest.user) {
        let seen: BTreeSet<i64> = seen(chat, &ring.guest, ring.room).await.iter().map(|event| event.seq.0).collect();
        assert_eq!(seen, told.visible, "the intervals are what was heard");
    } else {
        world::assert_refused(chat.room(&ring.guest, ring.room).await, wire::Code::NotFound);
    }
    events.iter().map(|event| event.kind.as_str()).collect()
}

/// Two servers on one database, each asked by several people for the same thing and for the same name.
pub async fn one_thing_and_one_name_make_one_room_each(place: &Place, rounds_count: usize) {
    let one = chat(place, "names").await;
    let [ann, bob] = circle(&one, ["ann", "bob"]).await;
    let mut settings = Settings::new(talk::url(place, "names"));
    fast(&mut settings);
    let two = Chat::open(settings).await.unwrap();
    for round in 0..rounds_count {
        let titles =
            [format!("Tea {round}"), format!("TEA\u{a0}{round}"), format!(" tea  {round}"), format!("Ｔea {round}")];
        let named = titles.iter().zip([&one, &two, &one, &two]).zip([&ann, &ann, &bob, &bob]);
        let named = named.map(|((title, chat), viewer)| chat.create_group(viewer, fresh_cid(), group(title, true)));
        let opened = (0..4).map(|number| {
            let chat = if number % 2 == 0 { &one } else { &two };
            let subject = Subject { kind: "job".to_owned(), id: round.to_string(), thread: String::new(), link: None };
            let (title, notice, part) = (format!("Job {round}"), String::new(), "client".to_owned());
            let participants = vec![("bob".to_owned(), "worker".to_owned())];
            let new = NewSubject { subject, title, notice, part, participants };
            chat.open_subject(&ann, fresh_cid(), new)
        });
        let (named, opened) = tokio::join!(join_all(named), join_all(opened));
        let made: Vec<RoomId> = named.iter().flatten().copied().collect();
        assert_eq!(made.len(), 1, "{named:?}");
        for error in named.into_iter().filter_map(Result::err) {
            assert_eq!(error.code(), wire::Code::RoomNameTaken);
        }
        let rooms: BTreeSet<RoomId> = opened.into_iter().map(Result::unwrap).collect();
        assert_eq!(rooms.len(), 1, "{rooms:?}");
        assert_eq!(one.room(&bob, *rooms.first().unwrap()).await.unwrap().head, Seq(1), "and one notice");
    }
    two.close().await;
    one.close().await;
}
