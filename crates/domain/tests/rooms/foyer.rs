//! What everybody may find. Rule: one list for all who are here, and of people only what is between the two.

use crate::support::{
    ear::Ear,
    scene::{change, chat, circle, found},
    talk::person,
    world::Place,
};
use domain::{Change, Chat, Viewer};
use wire::frame::ServerFrame;
use wire::{Foyer, Relation, limits::FOYER_ROOMS_MAX};

async fn lobby(ear: &mut Ear) -> Foyer {
    ear.wait(|frame| if let ServerFrame::Lobby(foyer) = frame { Some(foyer.clone()) } else { None }).await
}

/// How many ask, and what the person of the news is now.
async fn people(ear: &mut Ear) -> (i64, Option<(String, Relation)>) {
    let pick = |frame: &ServerFrame| match frame {
        ServerFrame::People { requests, row } => {
            Some((*requests, row.clone().map(|row| (row.person.username, row.relation))))
        }
        _ => None,
    };
    ear.wait(pick).await
}

fn titles(foyer: &Foyer) -> Vec<&str> {
    foyer.rooms.iter().map(|room| room.title.as_str()).collect()
}

async fn beside(chat: &Chat, viewer: &Viewer) -> Vec<String> {
    let (_, beside) = chat.inbox_beside(viewer).await.unwrap();
    beside.rooms.into_iter().map(|room| room.title).collect()
}

pub async fn whoever_is_here_hears_of_public_rooms_and_of_no_others(place: &Place) {
    let chat = chat(place, "foyer").await;
    let [ann, bob] = circle(&chat, ["ann", "bob"]).await;
    let eve = person(&chat, "eve").await;
    let mut hers = Ear::of(&chat, &eve).await;
    chat.greet(&eve, &hers.attachment).await.unwrap();
    assert_eq!(lobby(&mut hers).await.rooms, []);
    assert_eq!(people(&mut hers).await, (0, None));
    found(&chat, &ann, "Hidden", false).await;
    let garden = found(&chat, &ann, "Garden", true).await;
    let told = lobby(&mut hers).await;
    assert_eq!(titles(&told), ["Garden"], "and not the private one");
    assert_eq!(beside(&chat, &eve).await, ["Garden"]);
    assert_eq!(beside(&chat, &ann).await, Vec::<String>::new(), "her own room is none to join");
    assert_eq!(chat.inbox_beside(&eve).await.unwrap().1.rev, told.rev);

    // Who only comes or goes is no news; the next news counts them.
    change(&chat, &bob, garden, Change::Join).await.unwrap();
    change(&chat, &ann, garden, Change::Rename { title: "Orchard".to_owned() }).await.unwrap();
    let told = lobby(&mut hers).await;
    assert_eq!((titles(&told), told.rooms[0].members), (vec!["Orchard"], 2));
    for what in [Change::Archive { notice: String::new() }, Change::Reopen] {
        let is_closed = what != Change::Reopen;
        change(&chat, &ann, garden, what).await.unwrap();
        assert_eq!(lobby(&mut hers).await.rooms.is_empty(), is_closed);
    }
    // Many changes within the second are one telling of how it is then.
    for number in 0..FOYER_ROOMS_MAX + 3 {
        found(&chat, &bob, &format!("Room {number}"), true).await;
    }
    let mut tellings = 0;
    while lobby(&mut hers).await.rooms[0].title != format!("Room {}", FOYER_ROOMS_MAX + 2) {
        tellings += 1;
    }
    assert!(tellings <= 3, "{tellings}");
    assert_eq!(chat.inbox_beside(&eve).await.unwrap().1.rooms.len(), wire::limits::FOYER_ROOMS_SHOWN);
    chat.close().await;
}

pub async fn whoever_asks_or_answers_is_heard_by_the_other_and_by_nobody_else(place: &Place) {
    let chat = chat(place, "requests").await;
    let [ann, bob, cal] = [person(&chat, "ann").await, person(&chat, "bob").await, person(&chat, "cal").await];
    let [mut hers, mut his, mut others] =
        [Ear::of(&chat, &ann).await, Ear::of(&chat, &bob).await, Ear::of(&chat, &cal).await];
    let is = |name: &str, relation| Some((name.to_owned(), relation));
    chat.request_connection(&bob, "ann").await.unwrap();
    assert_eq!(people(&mut hers).await, (1, is("bob", Relation::Asking)));
    assert_eq!(people(&mut his).await, (0, is("ann", Relation::Requested)));
    assert_eq!(chat.requests_count(&ann).await.unwrap(), 1);
    assert_eq!(chat.inbox_beside(&ann).await.unwrap().1.requests, 1);
    chat.request_connection(&bob, "ann").await.unwrap();
    chat.accept_connection(&ann, "bob").await.unwrap();
    assert_eq!(people(&mut hers).await, (0, is("bob", Relation::Connected)), "the same request again is no news");
    assert_eq!(people(&mut his).await, (0, is("ann", Relation::Connected)));
    chat.block(&ann, "bob").await.unwrap();
    assert_eq!(people(&mut his).await, (0, is("ann", Relation::Stranger)), "as if the connection had ended");
    assert_eq!(people(&mut hers).await, (0, is("bob", Relation::Stranger)));
    // Of a block without a connection before, nobody hears.
    chat.block(&ann, "cal").await.unwrap();
    others.is_silent().await;
    chat.close().await;
}
