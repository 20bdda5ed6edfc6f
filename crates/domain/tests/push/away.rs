//! Who hears of what. Rule: the level of the room, the members of the moment and open tabs decide, as they do on the screen.

use super::{brief, pushed, pushed_at_last, pushing, subscribe};
use crate::support::{
    scene::{ban, change, circle, found, invite, mute, remove},
    talk::{pair, say},
    world::Place,
};
use domain::{Chat, Viewer};
use serde_json::json;
use wire::{Level, RoomId, Seq};

async fn tells(chat: &Chat, author: &Viewer, room: RoomId, text: &str) -> Seq {
    say(chat, author.clone(), room, text).await.unwrap().seq
}

pub async fn whoever_is_away_hears_of_a_message_and_its_author_does_not(place: &Place, name: &str) {
    let (chat, bell) = pushing(place, name).await;
    let [ann, bob, cal] = circle(&chat, ["ann", "bob", "cal"]).await;
    let direct = chat.direct_room(&ann, "bob").await.unwrap();
    let group = found(&chat, &ann, "Garden", false).await;
    for guest in [&bob, &cal] {
        change(&chat, &ann, group, invite(guest)).await.unwrap();
    }
    for (viewer, end) in [(&ann, "ann"), (&bob, "bob")] {
        subscribe(&chat, viewer, &format!("https://push.example.org/{end}")).await;
    }
    assert_eq!(brief(&pushed(&chat, &bell).await), [], "what happens to a room is not told");
    let seq = tells(&chat, &ann, direct, "See you\nat six").await;
    let told = json!({ "room": direct, "seq": seq, "title": "ann", "text": "See you\nat six", "count": 1, "badge": 1 });
    assert_eq!(pushed(&chat, &bell).await, [("bob".to_owned(), told)]);
    assert_eq!(brief(&pushed(&chat, &bell).await), [], "once");

    tells(&chat, &cal, group, "Who brings the beans?").await;
    let last = tells(&chat, &cal, group, "And the rake?").await;
    let told = |count: i64, badge: i64| {
        json!({
            "room": group, "seq": last, "title": "Garden", "text": "cal: And the rake?", "count": count, "badge": badge,
        })
    };
    let both = [("ann".to_owned(), told(2, 2)), ("bob".to_owned(), told(2, 3))];
    assert_eq!(pushed(&chat, &bell).await, both, "a burst is one");
    chat.close().await;
}

pub async fn what_somebody_does_not_want_to_hear_of_is_not_pushed(place: &Place, name: &str) {
    let (chat, bell) = pushing(place, name).await;
    let [ann, bob, cal] = circle(&chat, ["ann", "bob", "cal"]).await;
    let room = found(&chat, &ann, "Garden", false).await;
    for (guest, level) in [(&bob, Level::None), (&cal, Level::Mentions)] {
        change(&chat, &ann, room, invite(guest)).await.unwrap();
        chat.set_level(guest, room, level).await.unwrap();
        subscribe(&chat, guest, &format!("https://push.example.org/{}", guest.username)).await;
    }
    tells(&chat, &ann, room, "Anybody?").await;
    assert_eq!(brief(&pushed(&chat, &bell).await), []);
    tells(&chat, &ann, room, "@bob and @cal, please").await;
    assert_eq!(brief(&pushed(&chat, &bell).await), [("cal", room.0, "ann: @bob and @cal, please")]);
    chat.set_level(&bob, room, Level::All).await.unwrap();
    assert_eq!(brief(&pushed(&chat, &bell).await), [], "what was said while it was quiet stays so");
    tells(&chat, &ann, room, "Nobody?").await;
    assert_eq!(brief(&pushed(&chat, &bell).await), [("bob", room.0, "ann: Nobody?")]);
    chat.close().await;
}

pub async fn whoever_is_not_in_the_room_any_more_hears_nothing(place: &Place, name: &str) {
    let (chat, bell) = pushing(place, name).await;
    let [ann, bob, cal, dan, eve] = circle(&chat, ["ann", "bob", "cal", "dan", "eve"]).await;
    let room = found(&chat, &ann, "Garden", false).await;
    for guest in [&bob, &cal, &dan] {
        change(&chat, &ann, room, invite(guest)).await.unwrap();
    }
    for viewer in [&bob, &cal, &dan, &eve] {
        subscribe(&chat, viewer, &format!("https://push.example.org/{}", viewer.username)).await;
    }
    change(&chat, &ann, room, remove(&bob)).await.unwrap();
    change(&chat, &ann, room, ban(&cal)).await.unwrap();
    change(&chat, &ann, room, mute(&dan)).await.unwrap();
    tells(&chat, &ann, room, "Now we are alone").await;
    let only = [("dan", room.0, "ann: Now we are alone")];
    assert_eq!(brief(&pushed(&chat, &bell).await), only, "whoever may not write may still read");
    // Said before, and not told yet when they go.
    tells(&chat, &ann, room, "Dan, go").await;
    change(&chat, &ann, room, remove(&dan)).await.unwrap();
    let after = pushed(&chat, &bell).await;
    assert!(after.iter().all(|(_, told)| told["gone"] == json!(true)), "{after:?}");
    chat.close().await;
}

pub async fn while_a_tab_is_open_nothing_is_pushed(place: &Place, name: &str) {
    let (chat, bell) = pushing(place, name).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    subscribe(&chat, &bob, "https://push.example.org/bob").await;
    let tab = chat.attach(&bob).await.unwrap();
    tells(&chat, &ann, room, "Are you there?").await;
    assert_eq!(brief(&pushed(&chat, &bell).await), []);
    assert_eq!(brief(&pushed(&chat, &bell).await), [], "it waits");
    // Like a telephone that is put into a pocket: the tab goes, and has had nothing.
    drop(tab);
    let found = pushed_at_last(&chat, &bell).await;
    assert_eq!(brief(&found), [("bob", room.0, "Are you there?")]);
    chat.close().await;
}

pub async fn what_a_tab_has_had_is_not_pushed_when_it_goes(place: &Place, name: &str) {
    let (chat, bell) = pushing(place, name).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    subscribe(&chat, &bob, "https://push.example.org/bob").await;
    let tab = chat.attach(&bob).await.unwrap();
    let seq = tells(&chat, &ann, room, "On your screen").await;
    chat.mark_delivered(&bob, room, seq).await.unwrap();
    drop(tab);
    assert_eq!(brief(&pushed(&chat, &bell).await), []);
    tells(&chat, &ann, room, "And now?").await;
    // The tab may be here still, by a moment.
    let found = pushed_at_last(&chat, &bell).await;
    assert_eq!((&found[0].1["text"], &found[0].1["count"]), (&json!("And now?"), &json!(2)));
    chat.close().await;
}
