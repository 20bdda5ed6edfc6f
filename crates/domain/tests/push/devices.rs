//! The browsers themselves. Rule: one hears as long as the session holds that it was added by, and what its service has taken is not
//! pushed again.

use super::{again, brief, pushed, pushed_and, pushing, subscribe, subscription};
use crate::support::{
    talk::{pair, person, say},
    world::{Place, assert_refused, login_by_name},
};
use domain::{Chat, Delivery, Viewer};
use std::time::Duration;
use wire::{Code, limits};

/// Another browser of the same person.
async fn browser(chat: &Chat, viewer: &Viewer) -> Viewer {
    chat.log_in(login_by_name(&viewer.username)).await.unwrap().viewer
}

async fn is_on(chat: &Chat, viewer: &Viewer) -> bool {
    chat.push_state(viewer).await.unwrap().1
}

pub async fn whatever_ends_a_session_ends_its_pushes(place: &Place, name: &str) {
    let (chat, bell) = pushing(place, name).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    let phone = browser(&chat, &bob).await;
    subscribe(&chat, &bob, "https://push.example.org/laptop").await;
    subscribe(&chat, &phone, "https://push.example.org/phone").await;
    say(&chat, ann.clone(), room, "Both").await.unwrap();
    assert_eq!(brief(&pushed(&chat, &bell).await), [("laptop", room.0, "Both"), ("phone", room.0, "Both")]);
    chat.log_out(&bob).await.unwrap();
    say(&chat, ann.clone(), room, "The phone").await.unwrap();
    assert_eq!(brief(&pushed(&chat, &bell).await), [("phone", room.0, "The phone")]);
    assert_refused(chat.push_to(&bob, subscription("https://push.example.org/late")).await, Code::SignedOut);
    chat.push_no_more(&phone).await.unwrap();
    assert!(!is_on(&chat, &phone).await);
    say(&chat, ann.clone(), room, "None").await.unwrap();
    assert_eq!(brief(&pushed(&chat, &bell).await), []);
    subscribe(&chat, &phone, "https://push.example.org/phone").await;
    say(&chat, ann.clone(), room, "Not yet").await.unwrap();
    chat.ban("bob").await.unwrap();
    assert_eq!(brief(&pushed(&chat, &bell).await), []);
    chat.close().await;
}

pub async fn a_browser_belongs_to_whoever_signed_in_last(place: &Place, name: &str) {
    let (chat, bell) = pushing(place, name).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    let cal = person(&chat, "cal").await;
    subscribe(&chat, &bob, "https://push.example.org/shared").await;
    subscribe(&chat, &cal, "https://push.example.org/shared").await;
    assert_eq!((is_on(&chat, &bob).await, is_on(&chat, &cal).await), (false, true));
    say(&chat, ann, room, "For Bob alone").await.unwrap();
    assert_eq!(brief(&pushed(&chat, &bell).await), []);
    // A browser may get another address; the one before is not rung at any more.
    subscribe(&chat, &cal, "https://push.example.org/new").await;
    subscribe(&chat, &bob, "https://push.example.org/shared").await;
    assert_eq!((is_on(&chat, &bob).await, is_on(&chat, &cal).await), (true, true));
    chat.close().await;
}

pub async fn a_person_has_so_many_browsers(place: &Place, name: &str) {
    let (chat, bell) = pushing(place, name).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    let mut browsers = vec![bob.clone()];
    for number in 0..=limits::PUSH_DEVICES_MAX {
        let viewer = browser(&chat, &bob).await;
        subscribe(&chat, &viewer, &format!("https://push.example.org/{number:02}")).await;
        browsers.push(viewer);
    }
    assert!(!is_on(&chat, &browsers[1]).await, "the oldest went");
    say(&chat, ann, room, "Everywhere").await.unwrap();
    let ends: Vec<String> = pushed(&chat, &bell).await.into_iter().map(|(end, _)| end).collect();
    assert_eq!(ends, (1..=limits::PUSH_DEVICES_MAX).map(|number| format!("{number:02}")).collect::<Vec<_>>());
    chat.close().await;
}

pub async fn a_browser_that_is_gone_is_forgotten(place: &Place, name: &str) {
    let (chat, bell) = pushing(place, name).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    let phone = browser(&chat, &bob).await;
    subscribe(&chat, &bob, "https://push.example.org/old").await;
    subscribe(&chat, &phone, "https://push.example.org/phone").await;
    say(&chat, ann.clone(), room, "One").await.unwrap();
    let answer = |end: &str| if end == "old" { Delivery::Gone } else { Delivery::Taken };
    assert_eq!(pushed_and(&chat, &bell, answer).await.len(), 2);
    assert_eq!((is_on(&chat, &bob).await, is_on(&chat, &phone).await), (false, true));
    say(&chat, ann.clone(), room, "Two").await.unwrap();
    let answer = |end: &str| if end == "phone" { Delivery::Refused } else { Delivery::Taken };
    assert_eq!(brief(&pushed_and(&chat, &bell, answer).await), [("phone", room.0, "Two")]);
    assert!(is_on(&chat, &phone).await, "what was refused may have been too much; the browser stays");
    assert_eq!(brief(&pushed(&chat, &bell).await), [], "and the same is not pushed again");
    chat.close().await;
}

pub async fn what_was_not_taken_is_pushed_after_a_start_and_what_was_is_not(place: &Place, name: &str) {
    let (chat, bell) = pushing(place, name).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    let phone = browser(&chat, &bob).await;
    subscribe(&chat, &bob, "https://push.example.org/laptop").await;
    subscribe(&chat, &phone, "https://push.example.org/phone").await;
    let seq = say(&chat, ann.clone(), room, "Before").await.unwrap().seq;
    let answer = |end: &str| if end == "phone" { Delivery::Later(None) } else { Delivery::Taken };
    assert_eq!(pushed_and(&chat, &bell, answer).await.len(), 2);
    chat.close().await;

    let chat = again(place, name).await;
    assert_eq!(brief(&pushed(&chat, &bell).await), [("phone", room.0, "Before")]);
    chat.close().await;
    let chat = again(place, name).await;
    assert_eq!(brief(&pushed(&chat, &bell).await), []);
    // Said while nobody was there to push it.
    say(&chat, ann, room, "In between").await.unwrap();
    chat.close().await;
    let chat = again(place, name).await;
    let both = [("laptop", room.0, "In between"), ("phone", room.0, "In between")];
    assert_eq!(brief(&pushed(&chat, &bell).await), both);
    chat.mark_read(&bob, room, seq.next()).await.unwrap();
    chat.close().await;
    // What is still shown is taken back after a start, too.
    let chat = again(place, name).await;
    assert_eq!(brief(&pushed(&chat, &bell).await), [("laptop", room.0, "gone"), ("phone", room.0, "gone")]);
    chat.close().await;
}

pub async fn nothing_in_the_own_network_is_a_browser(place: &Place, name: &str) {
    let (chat, _) = pushing(place, name).await;
    let ann = person(&chat, "ann").await;
    for bad in [
        "http://push.example.org/x",
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://push.example.org:8080/x",
        "x",
    ] {
        assert_refused(chat.push_to(&ann, subscription(bad)).await, Code::BadPushAddress);
    }
    assert!(!is_on(&chat, &ann).await);
    chat.close().await;
}

pub async fn a_test_waits_for_its_answer(place: &Place, name: &str) {
    let (chat, _) = pushing(place, name).await;
    let ann = person(&chat, "ann").await;
    assert_refused(chat.push_test(&ann).await, Code::NotPushed);
    subscribe(&chat, &ann, "https://push.example.org/ann").await;
    for (answer, is_taken) in [(Delivery::Taken, true), (Delivery::Later(None), false), (Delivery::Gone, false)] {
        let service = async {
            chat.push_due().await;
            for errand in chat.push_errands().await {
                assert_eq!(errand.parcels[0].text, "{\"test\":true}");
                chat.push_settle(errand, vec![answer]).await;
            }
        };
        let both = async { tokio::join!(chat.push_test(&ann), service).0 };
        let tested = tokio::time::timeout(Duration::from_secs(20), both).await.expect("an answer");
        assert_eq!(tested.is_ok(), is_taken, "{answer:?}");
    }
    assert!(!is_on(&chat, &ann).await, "whoever is gone is found out by a test as well");
    assert_refused(chat.push_test(&ann).await, Code::NotPushed);
    assert_refused(chat.push_test(&ann).await, Code::SlowDown);
    chat.close().await;
}

pub async fn the_key_is_made_once(place: &Place, name: &str) {
    let (chat, _) = pushing(place, name).await;
    assert_eq!(chat.push_secret("one".to_owned()).await.unwrap(), "one");
    assert_eq!(chat.push_secret("two".to_owned()).await.unwrap(), "one");
    chat.close().await;
    let chat = again(place, name).await;
    assert_eq!(chat.push_secret("three".to_owned()).await.unwrap(), "one");
    chat.close().await;
}
