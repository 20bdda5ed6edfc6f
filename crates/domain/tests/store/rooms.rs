//! Connections and the rooms that come of them. Rule: what one person sees, the other sees from the other side.

use crate::support::world::{self, Place, account, assert_refused, connect, open, people};
use domain::NewAccount;
use futures::future::join_all;
use wire::frame::{RoomChange, ServerFrame};
use wire::{Code, Relation, RoomId, Seq, Unread};

pub async fn people_connect_and_part(place: &Place) {
    let chat = open(place, "connections", |_| {}).await;
    let [alice, bob] = people(&chat, ["alice", "bob"]).await;
    let relation = async |viewer: &domain::Viewer| chat.people(viewer).await.unwrap().first().map(|row| row.relation);

    assert_refused(chat.request_connection(&alice, "Alice").await, Code::Yourself);
    assert_refused(chat.request_connection(&alice, "nobody").await, Code::NoSuchPerson);
    assert_refused(chat.accept_connection(&alice, "bob").await, Code::NoRequest);

    assert_eq!(chat.request_connection(&alice, "BOB").await.unwrap().relation, Relation::Requested);
    assert_eq!(chat.request_connection(&alice, "bob").await.unwrap().relation, Relation::Requested);
    assert_eq!((relation(&alice).await, relation(&bob).await), (Some(Relation::Requested), Some(Relation::Asking)));
    assert_eq!(chat.cancel_request(&alice, "bob").await.unwrap().relation, Relation::Stranger);
    assert_refused(chat.accept_connection(&bob, "alice").await, Code::NoRequest);
    assert_eq!((relation(&alice).await, relation(&bob).await), (None, None));

    chat.request_connection(&alice, "bob").await.unwrap();
    assert_eq!(chat.decline_connection(&bob, "alice").await.unwrap().relation, Relation::Stranger);
    assert_eq!(chat.decline_connection(&bob, "alice").await.unwrap().relation, Relation::Stranger);
    chat.request_connection(&bob, "alice").await.unwrap();
    assert_eq!(chat.request_connection(&alice, "bob").await.unwrap().relation, Relation::Connected);
    assert_eq!(chat.accept_connection(&alice, "bob").await.unwrap().relation, Relation::Connected);
    assert_refused(chat.cancel_request(&bob, "alice").await, Code::NoRequest);
    assert_refused(chat.decline_connection(&alice, "bob").await, Code::NoRequest);
    assert_eq!((relation(&alice).await, relation(&bob).await), (Some(Relation::Connected), Some(Relation::Connected)));
    assert_eq!(chat.remove_connection(&bob, "alice").await.unwrap().relation, Relation::Stranger);
    assert_eq!((relation(&alice).await, relation(&bob).await), (None, None));

    let both = [chat.request_connection(&alice, "bob"), chat.request_connection(&bob, "alice")];
    for_each_ok(both).await;
    assert_eq!((relation(&alice).await, relation(&bob).await), (Some(Relation::Connected), Some(Relation::Connected)));
    chat.ban("bob").await.unwrap();
    assert_eq!(relation(&alice).await, None);
}

async fn for_each_ok<T: std::fmt::Debug>(
    requests: impl IntoIterator<Item = impl Future<Output = Result<T, domain::Error>>>,
) {
    for result in join_all(requests).await {
        result.unwrap();
    }
}

pub async fn people_are_found_by_either_name(place: &Place) {
    let chat = open(place, "finding", |_| {}).await;
    let [alice, _, _, _] = people(&chat, ["alice", "al_bert", "alxbert", "Banned"]).await;
    let zoe = NewAccount { display_name: Some("Zoë Ålander 上海".to_owned()), ..account("z100") };
    chat.register(zoe).await.unwrap();
    chat.ban("banned").await.unwrap();
    let found = async |query: &str| {
        let rows = chat.find_people(&alice, query).await.unwrap();
        rows.into_iter().map(|row| row.person.username).collect::<Vec<_>>().join(" ")
    };
    for (query, expected) in [
        ("al", "al_bert alxbert"),
        ("AL_", "al_bert"),
        ("bert", "al_bert alxbert"),
        ("ZOË å", "z100"),
        ("海", "z100"),
        ("banned", ""),
        ("alice", ""),
        ("%", ""),
        ("\\", ""),
        ("  ", ""),
        ("'; drop table users", ""),
    ] {
        assert_eq!(found(query).await, expected, "{query:?}");
    }
    assert_eq!(chat.find_people(&alice, &"é".repeat(10_000)).await.unwrap(), []);
    chat.request_connection(&alice, "z100").await.unwrap();
    assert_eq!(chat.find_people(&alice, "z1").await.unwrap()[0].relation, Relation::Requested);
}

pub async fn a_pair_has_one_room_however_many_ask(place: &Place) {
    let chat = open(place, "pairs", |_| {}).await;
    let [alice, bob, carol] = people(&chat, ["alice", "bob", "carol"]).await;
    connect(&chat, &alice, &bob).await;
    connect(&chat, &alice, &carol).await;
    let both = (0..8).map(|turn| {
        let (viewer, other) = if turn % 2 == 0 { (&alice, "bob") } else { (&bob, "alice") };
        chat.direct_room(viewer, other)
    });
    let rooms: Vec<RoomId> = join_all(both).await.into_iter().map(Result::unwrap).collect();
    assert!(rooms.iter().all(|room| *room == rooms[0]), "{rooms:?}");
    assert_ne!(chat.direct_room(&alice, "carol").await.unwrap(), rooms[0]);
    assert_refused(chat.direct_room(&alice, "alice").await, Code::Yourself);

    let open_house = open(place, "open_house", |settings| settings.direct_anyone = true).await;
    let [dora, _] = people(&open_house, ["dora", "emil"]).await;
    let room = open_house.direct_room(&dora, "emil").await.unwrap();
    assert!(open_house.room(&dora, room).await.unwrap().writable);
}

pub async fn a_stranger_cannot_tell_a_room_from_none(place: &Place) {
    let chat = open(place, "strangers", |_| {}).await;
    let [alice, bob, carol] = people(&chat, ["alice", "bob", "carol"]).await;
    connect(&chat, &alice, &bob).await;
    let room = chat.direct_room(&alice, "bob").await.unwrap();
    let refusal = async |room| chat.room(&carol, room).await.unwrap_err().refusal();
    assert_eq!(refusal(room).await, refusal(RoomId(i64::MAX)).await);
    assert_eq!(refusal(RoomId(-1)).await.code, Code::NotFound);
    let refusal = async |name| chat.direct_room(&carol, name).await.unwrap_err().refusal();
    assert_eq!(refusal("alice").await, refusal("nobody").await);
    chat.request_connection(&carol, "alice").await.unwrap();
    assert_eq!(refusal("alice").await, refusal("nobody").await, "asking is not being connected");
    assert_eq!(chat.inbox(&carol).await.unwrap().rooms, []);
}

pub async fn the_inbox_shows_rooms_and_people_without_one(place: &Place) {
    let chat = open(place, "inbox", |_| {}).await;
    let [alice, bob, carol, dora] = people(&chat, ["alice", "bob", "carol", "dora"]).await;
    for other in [&bob, &carol] {
        connect(&chat, &alice, other).await;
    }
    chat.request_connection(&dora, "alice").await.unwrap();
    let room = chat.direct_room(&alice, "bob").await.unwrap();
    let inbox = chat.inbox(&alice).await.unwrap();
    assert_eq!(inbox.rooms.iter().map(|room| room.title.as_str()).collect::<Vec<_>>(), ["bob"]);
    assert_eq!(inbox.people, [carol.person()]);
    let summary = &inbox.rooms[0];
    assert_eq!(summary, &chat.room(&alice, room).await.unwrap());
    assert_eq!((summary.peer.as_ref(), summary.writable), (Some(&bob.person()), true));
    assert_eq!((summary.first, summary.head, summary.last.as_ref()), (Seq(1), Seq(0), None));
    assert_eq!(summary.unread, Unread::default());
    let members: Vec<_> = summary.cursors.iter().map(|cursor| (cursor.user, cursor.delivered, cursor.read)).collect();
    assert_eq!(members, [(alice.user, Seq(0), Seq(0)), (bob.user, Seq(0), Seq(0))]);
    assert_eq!(chat.room(&bob, room).await.unwrap().title, "alice");
    let page = chat.room_page(&bob, room).await.unwrap();
    assert_eq!((page.page.after, page.page.to, page.page.head, page.page.events.len()), (Seq(0), Seq(0), Seq(0), 0));
    assert_refused(chat.room_page(&carol, room).await, Code::NotFound);

    chat.remove_connection(&bob, "alice").await.unwrap();
    assert!(!chat.room(&alice, room).await.unwrap().writable);
    assert_eq!(chat.direct_room(&alice, "bob").await.unwrap(), room, "the history stays");
    chat.direct_room(&alice, "carol").await.unwrap();
    let inbox = chat.inbox(&alice).await.unwrap();
    assert_eq!((inbox.rooms.len(), inbox.people.len()), (2, 0));
}

pub async fn both_hear_that_a_connection_ends_or_begins(place: &Place) {
    let chat = open(place, "hearing", |_| {}).await;
    let [alice, bob] = people(&chat, ["alice", "bob"]).await;
    connect(&chat, &alice, &bob).await;
    let room = chat.direct_room(&alice, "bob").await.unwrap();
    let sockets = [chat.attach(&alice).await.unwrap(), chat.attach(&bob).await.unwrap()];
    let hear = async |is_connected: bool| {
        for socket in &sockets {
            let (mut has_room, mut has_presence) = (false, false);
            let has_both = |frame: &ServerFrame| {
                match frame {
                    ServerFrame::Room(RoomChange::Added { summary }) => {
                        has_room |= summary.id == room && summary.writable == is_connected;
                    }
                    ServerFrame::Presence(row) => has_presence |= row.online == is_connected,
                    _ => {}
                }
                has_room && has_presence
            };
            world::hear(socket, has_both).await;
        }
    };
    chat.remove_connection(&alice, "bob").await.unwrap();
    hear(false).await;
    assert!(chat.inbox(&alice).await.unwrap().presence.iter().all(|row| row.user != bob.user));
    connect(&chat, &alice, &bob).await;
    hear(true).await;
    assert!(chat.inbox(&alice).await.unwrap().presence.iter().any(|row| row.user == bob.user && row.online));
}
