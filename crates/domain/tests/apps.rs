//! The contract of host applications: keys, users, rooms about their things. Rule: every case holds on SQLite and on Postgres alike.

mod keys;
mod races;
mod rooms;
mod users;

use crate::support::{on_both, world::Place};
use domain::{Chat, Host};
use wire::apps::Scope;

on_both!(contract);

async fn contract(place: &Place) {
    keys::a_key_works_until_it_is_revoked(place).await;
    keys::who_makes_keys_is_an_operator_and_is_written_down(place).await;
    keys::an_application_itself_is_nobody_to_people(place).await;
    keys::calls_of_an_application_are_limited(place).await;
    users::one_external_id_is_one_account_however_many_ask(place).await;
    users::a_taken_name_is_left_to_whoever_has_it(place).await;
    users::tokens_are_minted_for_the_application_s_own(place).await;
    users::an_application_s_account_is_opened_by_no_name(place).await;
    users::a_deleted_user_is_somebody_new(place).await;
    rooms::a_thing_of_an_application_is_talked_about_by_its_users(place).await;
    rooms::people_come_and_go_as_the_application_says(place).await;
    rooms::nobody_in_it_governs_it_and_nobody_is_needed(place).await;
    rooms::a_key_reaches_no_other_room(place).await;
    rooms::what_cannot_be_meant_changes_nothing(place).await;
    rooms::whose_account_is_deleted_leaves_and_nobody_inherits(place).await;
    races::a_thing_has_one_room_however_many_open_it(place).await;
    races::what_an_application_does_and_people_say_has_one_order(place).await;
}

/// An application that calls with a key of all scopes.
pub async fn host(chat: &Chat, name: &str) -> Host {
    chat.make_app(name, "").await.unwrap();
    host_with(chat, name, &Scope::EVERY).await
}

/// The same application with a key of these scopes.
pub async fn host_with(chat: &Chat, name: &str, scopes: &[Scope]) -> Host {
    let key = chat.make_app_key(name, "", scopes).await.unwrap();
    chat.host(&key.text).await.unwrap().unwrap()
}

/// A private group of that title.
pub fn group(title: &str) -> domain::NewGroup {
    domain::NewGroup { title: title.to_owned(), topic: String::new(), is_public: false }
}

/// A cid that nobody has used.
pub fn fresh_cid() -> wire::Cid {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let mut random = [9; 10];
    random[..8].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    wire::Cid::new(1_795_168_799_123, random)
}
