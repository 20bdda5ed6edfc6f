//! The contract of accounts, sessions, connections and rooms. Rule: every case holds on SQLite and on Postgres alike.

mod accounts;
mod profiles;
mod rooms;
mod start;

use crate::support::world::Place;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_contract_holds_on_sqlite() {
    let place = Place::sqlite();
    contract(&place).await;
    start::sqlite_refuses_what_it_cannot_keep(&place).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_contract_holds_on_postgres() {
    let place = Place::postgres();
    contract(&place).await;
    start::postgres_refuses_what_it_cannot_keep(&place).await;
}

async fn contract(place: &Place) {
    accounts::the_first_account_is_the_operator_and_no_other(place).await;
    accounts::a_name_is_taken_whatever_its_case(place).await;
    accounts::only_the_right_password_opens_an_account(place).await;
    accounts::attempts_are_limited_per_account(place).await;
    accounts::a_session_lives_until_it_is_ended(place).await;
    accounts::a_name_alone_opens_accounts_without_a_password_only(place).await;
    rooms::people_connect_and_part(place).await;
    rooms::people_are_found_by_either_name(place).await;
    rooms::a_pair_has_one_room_however_many_ask(place).await;
    rooms::a_stranger_cannot_tell_a_room_from_none(place).await;
    rooms::the_inbox_shows_rooms_and_people_without_one(place).await;
    rooms::both_hear_that_a_connection_ends_or_begins(place).await;
    profiles::a_profile_is_seen_where_its_owner_is(place).await;
    profiles::what_is_refused_changes_nothing(place).await;
    profiles::changes_are_limited(place).await;
    profiles::a_blocked_person_reads_no_status(place).await;
    start::a_migration_that_came_later_under_a_lower_number_is_carried_out(place).await;
    start::two_processes_share_one_database(place).await;
    start::a_newer_database_is_refused(place).await;
    start::a_dropped_request_leaves_no_transaction_open(place).await;
}
