//! The contract of content that goes for good: accounts, rooms and old messages. Rule: every case holds on SQLite and on
//! Postgres alike.

mod accounts;
mod old;
mod rooms;

use crate::support::{on_both, world::Place};
use domain::Chat;

on_both!(contract);

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
