//! What is pushed to whom, on both databases. Rule: what is asked for is what is pushed when somebody else, who spoke later, is told:
//! whatever has not come by then does not come.

mod away;
mod devices;
mod read;

use crate::support::{
    scene, talk,
    world::{self, Place},
};
use domain::{Chat, Delivery, Errand, Settings, Subscription, Viewer};
use serde_json::Value;
use std::time::Duration;
use wire::RoomId;

/// Two people of whom one is told that the other spoke, after everything else.
struct Bell {
    ringer: Viewer,
    room: RoomId,
}

const BELL: &str = "https://push.example.org/bell";

/// A chat that pushes at once, with a bell.
async fn pushing(place: &Place, name: &str) -> (Chat, Bell) {
    let chat = world::open(place, name, settings).await;
    let bell = start(&chat).await;
    (chat, bell)
}

fn settings(settings: &mut Settings) {
    scene::fast(settings);
    settings.logins_per_window_max = 1_000;
    settings.push_delay_ms = 1;
    settings.offline_grace_ms = 0;
}

async fn start(chat: &Chat) -> Bell {
    chat.start_pushing("the public key".to_owned());
    let (room, ringer, rung) = talk::pair(chat, "zoe.ringer", "zoe.rung").await;
    subscribe(chat, &rung, BELL).await;
    Bell { ringer, room }
}

/// The same chat in a new process.
async fn again(place: &Place, name: &str) -> Chat {
    let mut again = Settings::new(talk::url(place, name));
    settings(&mut again);
    let chat = Chat::open(again).await.unwrap();
    chat.start_pushing("the public key".to_owned());
    chat.push_look(true).await.unwrap();
    chat
}

fn subscription(endpoint: &str) -> Subscription {
    let mut p256dh = vec![7; 65];
    p256dh[0] = 4;
    Subscription { endpoint: endpoint.to_owned(), p256dh, auth: vec![9; 16] }
}

async fn subscribe(chat: &Chat, viewer: &Viewer, endpoint: &str) {
    chat.push_to(viewer, subscription(endpoint)).await.unwrap();
}

/// The end of the address, with what is pushed there.
type Pushed = (String, Value);

/// Everything that is due, up to the bell; its service takes it all.
async fn pushed(chat: &Chat, bell: &Bell) -> Vec<Pushed> {
    pushed_and(chat, bell, |_| Delivery::Taken).await
}

/// The same for services that answer so.
async fn pushed_and(chat: &Chat, bell: &Bell, answer: impl Fn(&str) -> Delivery) -> Vec<Pushed> {
    talk::say(chat, bell.ringer.clone(), bell.room, "Ding").await.unwrap();
    let mut found = Vec::new();
    let work = async {
        let mut has_rung = false;
        while !has_rung {
            chat.push_due().await;
            for errand in chat.push_errands().await {
                let parcels = opened(&errand);
                let answers = parcels.iter().map(|(end, _)| answer(end)).collect();
                chat.push_settle(errand, answers).await;
                has_rung |= parcels.iter().any(|(end, _)| end == "bell");
                found.extend(parcels.into_iter().filter(|(end, _)| end != "bell"));
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), work).await.expect("the bell in time");
    found.sort_by_key(|(end, text)| (end.clone(), text.to_string()));
    found
}

/// The same as soon as there is something.
async fn pushed_at_last(chat: &Chat, bell: &Bell) -> Vec<Pushed> {
    let work = async {
        loop {
            let found = pushed(chat, bell).await;
            if !found.is_empty() {
                return found;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), work).await.expect("something is pushed")
}

fn opened(errand: &Errand) -> Vec<Pushed> {
    let open = |parcel: &domain::Parcel| {
        let end = parcel.subscription.endpoint.rsplit('/').next().unwrap_or_default().to_owned();
        (end, serde_json::from_str(&parcel.text).expect("JSON"))
    };
    errand.parcels.iter().map(open).collect()
}

/// What is pushed, in short: to which end, of which room, which text; "gone" for what is taken back.
fn brief(pushed: &[Pushed]) -> Vec<(&str, i64, &str)> {
    let mut lines = Vec::new();
    for (end, told) in pushed {
        lines.push((end.as_str(), told["room"].as_i64().expect("a room"), told["text"].as_str().unwrap_or("gone")));
    }
    lines
}

macro_rules! on_both {
    ($($module:ident::$case:ident)*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $case() {
                super::$module::$case(&super::Place::sqlite(), stringify!($case)).await;
            })*
        }

        #[tokio::test]
        async fn the_same_on_postgres() {
            let place = Place::postgres();
            $($module::$case(&place, stringify!($case)).await;)*
        }
    };
}

on_both! {
    away::whoever_is_away_hears_of_a_message_and_its_author_does_not
    away::what_somebody_does_not_want_to_hear_of_is_not_pushed
    away::whoever_is_not_in_the_room_any_more_hears_nothing
    away::while_a_tab_is_open_nothing_is_pushed
    away::what_a_tab_has_had_is_not_pushed_when_it_goes
    read::what_is_read_in_time_is_not_pushed
    read::what_is_read_elsewhere_is_taken_back
    read::what_is_deleted_is_not_pushed_and_taken_back
    read::whoever_leaves_or_wants_quiet_has_it_taken_back
    read::from_a_browser_that_must_show_something_nothing_is_taken_back
    devices::whatever_ends_a_session_ends_its_pushes
    devices::a_browser_belongs_to_whoever_signed_in_last
    devices::a_person_has_so_many_browsers
    devices::a_browser_that_is_gone_is_forgotten
    devices::what_was_not_taken_is_pushed_after_a_start_and_what_was_is_not
    devices::nothing_in_the_own_network_is_a_browser
    devices::a_test_waits_for_its_answer
    devices::the_key_is_made_once
}
