//! The contract of content that goes for good: accounts, rooms and old messages. Rule: every case holds on SQLite and on
//! Postgres alike.
#![allow(clippy::unwrap_used, reason = "all of this is a test")]

#[path = "erasing/accounts.rs"]
mod accounts;
#[allow(dead_code, reason = "shared with the other contracts")]
#[path = "support/ear.rs"]
mod ear;
#[path = "erasing/old.rs"]
mod old;
#[path = "erasing/rooms.rs"]
mod rooms;
#[allow(dead_code, reason = "shared with the other contracts")]
#[path = "rooms/scene.rs"]
mod scene;
#[allow(dead_code, reason = "shared with the other contracts")]
#[path = "support/talk.rs"]
mod talk;
#[allow(dead_code, reason = "shared with the other contracts")]
#[path = "support/world.rs"]
mod world;

use domain::Chat;
use world::Place;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_contract_holds_on_sqlite() {
    contract(&Place::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_contract_holds_on_postgres() {
    let place = Place::postgres();
    contract(&place).await;
}

async fn contract(place: &Place) {
    accounts::a_deleted_account_leaves_its_rooms_and_what_it_wrote_is_gone(place).await;
    accounts::others_hear_of_it_and_their_figures_follow(place).await;
    accounts::a_room_never_stays_without_an_owner(place).await;
    accounts::a_direct_room_stays_with_the_other(place).await;
    accounts::a_deletion_goes_on_after_a_kill_in_small_parts(place).await;
    accounts::an_operator_deletes_neither_themselves_nor_by_mistake(place).await;
    rooms::a_deleted_room_is_nobody_s_and_its_title_is_free(place).await;
    old::messages_lose_their_content_after_so_many_days(place).await;
    old::a_run_goes_on_where_the_last_one_ended(place).await;
}

/// Everything that is due.
async fn erase_all(chat: &Chat) {
    while chat.erase_part().await.unwrap() {}
}
