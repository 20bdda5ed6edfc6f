//! What applications are told, on both databases. Rule: a receiver stands in the place of the network: it says what it takes, and what it
//! took is what was told; that something is not told is said by something that happened later and is.

mod doors;
mod failing;
mod servers;
mod told;

use crate::support::{
    scene, talk,
    world::{self, Place},
};
use domain::{Answered, Chat, Clock, Host, NewSubject, Settings, Viewer};
use serde_json::Value;
use std::time::Duration;
use wire::{RoomId, Subject, WebhookId, apps::Scope, webhooks::Topic};

const NOW_MS: i64 = 1_795_168_799_123;
const URL: &str = "https://jobs.example.org/hook";

/// An application with a webhook, and two people who take part in its things.
struct Stage {
    chat: Chat,
    clock: Clock,
    host: Host,
    webhook: WebhookId,
    ann: Viewer,
    bob: Viewer,
    url: String,
}

async fn stage(place: &Place, name: &str) -> Stage {
    stage_at(place, name, Clock::system()).await
}

/// The same at a time that is set.
async fn stage_at(place: &Place, name: &str, clock: Clock) -> Stage {
    let url = place.database(name).await;
    let chat = open(&url, &clock).await;
    let host = application(&chat, "jobs").await;
    let [ann, bob] = scene::circle(&chat, ["ann", "bob"]).await;
    let webhook = chat.make_webhook(&host, URL, &Topic::EVERY).await.unwrap().0.id;
    Stage { chat, clock, host, webhook, ann, bob, url }
}

/// Another server on the database.
async fn open(url: &str, clock: &Clock) -> Chat {
    let mut settings = Settings::new(url);
    scene::fast(&mut settings);
    settings.webhook_retry_ms = 1;
    let chat = Chat::open_at(settings, clock.clone()).await.unwrap();
    chat.webhook_look(true).await.unwrap();
    chat
}

/// A new application, as it calls with a key for its webhooks.
async fn application(chat: &Chat, name: &str) -> Host {
    chat.make_app(name, "Acme").await.unwrap();
    let key = chat.make_app_key(name, "live", &[Scope::Webhooks]).await.unwrap();
    chat.host(&key.text).await.unwrap().unwrap()
}

impl Stage {
    /// A conversation about a thing of the application's.
    async fn job(&self, id: &str) -> RoomId {
        let room = self.own(id).await;
        world::change(&self.url, "update subjects set namespace = 'app:jobs' where subject_id like 'job-%'").await;
        room
    }

    /// A conversation about a thing of Ann's.
    async fn own(&self, id: &str) -> RoomId {
        let (kind, thread) = ("job".to_owned(), String::new());
        let subject = Subject { kind, id: id.to_owned(), thread, link: None };
        let participants = vec![(self.bob.username.clone(), "worker".to_owned())];
        let (title, notice, part) = ("Fence".to_owned(), "Open.".to_owned(), "client".to_owned());
        let new = NewSubject { subject, title, notice, part, participants };
        self.chat.open_subject(&self.ann, scene::fresh_cid(), new).await.unwrap()
    }

    async fn says(&self, room: RoomId, text: &str) {
        talk::say(&self.chat, self.ann.clone(), room, text).await.unwrap();
    }

    /// What is told until `is_enough`, to somebody who takes everything.
    async fn told(&self, is_enough: impl Fn(&Told) -> bool) -> Vec<Told> {
        heard(&self.chat, |_| 200, is_enough).await
    }
}

/// One request.
#[derive(Clone, Debug)]
struct Told {
    id: String,
    body: Value,
    status: u16,
}

impl Told {
    /// What it is about, and what it says.
    fn brief(&self) -> (&str, &str) {
        (self.body["type"].as_str().unwrap(), self.text())
    }

    fn text(&self) -> &str {
        self.body["data"]["event"]["message"]["content"].as_str().unwrap_or_default()
    }

    fn room(&self) -> RoomId {
        RoomId(self.body["data"]["event"]["room"].as_i64().unwrap())
    }
}

fn answered(status: u16) -> Answered {
    let status = (status > 0).then_some(status);
    Answered { status, wait_ms: None, error: status.is_none().then(|| "no answer".to_owned()), took_ms: 3 }
}

/// Carries requests to somebody who answers so (0: not at all), until one of them is enough.
async fn heard(chat: &Chat, mut answer: impl FnMut(&Told) -> u16, is_enough: impl Fn(&Told) -> bool) -> Vec<Told> {
    let mut found: Vec<Told> = Vec::new();
    let work = async {
        loop {
            chat.webhook_due().await;
            for mut turn in chat.webhook_turns().await.unwrap() {
                while let Some(parcel) = chat.webhook_next(&mut turn).await {
                    let body = serde_json::from_str(&parcel.body).unwrap();
                    let mut told = Told { id: parcel.id.clone(), body, status: 0 };
                    told.status = answer(&told);
                    chat.webhook_settle(&mut turn, parcel, answered(told.status)).await;
                    found.push(told);
                }
            }
            if found.iter().any(&is_enough) {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), work).await.expect("enough is told in time");
    found
}

/// That this is the text.
fn says(text: &str) -> impl Fn(&Told) -> bool {
    move |told| told.text() == text && told.status == 200
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
    told::everything_that_happens_is_told_in_the_order_of_the_log
    told::nobody_elses_conversations_are_told
    told::a_webhook_is_told_of_its_topics_from_its_beginning_on
    told::what_was_deleted_in_time_is_never_told
    told::people_are_called_as_the_application_calls_them
    failing::what_is_not_taken_is_sent_again_under_the_same_id_before_anything_else_of_its_room
    failing::one_room_that_is_refused_does_not_hold_up_the_others
    failing::one_that_is_gone_is_paused_and_loses_nothing_when_it_is_resumed
    failing::after_three_days_of_failing_it_is_paused
    failing::a_server_that_is_slow_to_answer_keeps_nobody_else_waiting
    servers::a_server_that_is_killed_loses_nothing
    servers::two_servers_tell_everything_once
    doors::an_application_looks_after_its_own_webhooks_only
    doors::what_came_of_requests_is_kept_without_what_they_said
    doors::a_webhook_that_is_removed_is_told_nothing_more
    doors::operators_see_and_pause_all_of_them_and_nobody_else_does
}
