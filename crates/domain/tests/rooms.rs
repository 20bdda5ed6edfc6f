//! The contract of groups: who is in, who may do what, and what each sees of it. Rule: every case holds on SQLite and on
//! Postgres alike.

mod blocks;
mod crowd;
mod fence;
mod foyer;
mod groups;
mod large;
mod mentions;
mod mix;
mod order;
mod races;
mod receipts;
mod subjects;

use crate::support::{on_both, world::Place};

on_both!(contract);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_races_leave_the_log_dense_and_the_fence_right_on_sqlite() {
    races::joins_kicks_and_sends(&Place::sqlite(), 1_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_races_leave_the_log_dense_and_the_fence_right_on_postgres() {
    let place = Place::postgres();
    races::joins_kicks_and_sends(&place, 200).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_rounds_of_everything_at_once_leave_one_truth_on_sqlite() {
    mix::everything_at_once(&Place::sqlite(), 1_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_rounds_of_everything_at_once_leave_one_truth_on_postgres() {
    let place = Place::postgres();
    mix::everything_at_once(&place, 100).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_thing_and_one_name_make_one_room_each_on_sqlite() {
    mix::one_thing_and_one_name_make_one_room_each(&Place::sqlite(), 50).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_thing_and_one_name_make_one_room_each_on_postgres() {
    let place = Place::postgres();
    mix::one_thing_and_one_name_make_one_room_each(&place, 25).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_to_a_thousand_members_is_one_transaction_and_one_text() {
    crowd::a_message_is_one_transaction_and_one_text(&Place::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_who_come_and_go_are_told_in_few_frames() {
    crowd::a_thousand_who_come_and_go_are_told_in_few_frames(&Place::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_to_a_thousand_people_costs_a_thousand_frames_on_sqlite() {
    large::a_message_to_a_crowd_costs_as_many_frames_as_there_are_people(&Place::sqlite(), 1_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_to_two_hundred_people_costs_two_hundred_frames_on_postgres() {
    let place = Place::postgres();
    large::a_message_to_a_crowd_costs_as_many_frames_as_there_are_people(&place, 200).await;
}

async fn contract(place: &Place) {
    groups::a_group_begins_with_its_creation(place).await;
    groups::public_names_are_unique_however_they_are_written(place).await;
    groups::the_lobby_shows_open_public_rooms_by_title(place).await;
    groups::the_same_change_again_changes_nothing(place).await;
    groups::every_change_is_an_event_that_nobody_has_to_read(place).await;
    groups::the_details_show_members_by_role(place).await;
    order::what_is_not_allowed_is_refused_and_changes_nothing(place).await;
    order::a_muted_member_reads_and_does_not_write(place).await;
    order::a_closed_room_is_read_only_until_it_is_reopened(place).await;
    order::an_empty_room_is_archived(place).await;
    fence::who_is_removed_hears_of_it_and_then_nothing(place).await;
    fence::a_former_member_is_a_stranger_who_may_come_back(place).await;
    fence::newcomers_see_from_their_join_on_unless_they_are_shown_more(place).await;
    fence::a_newcomer_learns_of_the_room_before_anything_in_it(place).await;
    blocks::a_block_cuts_both_ways_and_leaves_the_history(place).await;
    blocks::in_a_group_the_blocked_hear_messages_and_nothing_else_of_each_other(place).await;
    blocks::the_details_tell_who_is_here_and_not_to_the_blocked(place).await;
    foyer::whoever_is_here_hears_of_public_rooms_and_of_no_others(place).await;
    foyer::whoever_asks_or_answers_is_heard_by_the_other_and_by_nobody_else(place).await;
    subjects::a_subject_opens_with_a_notice_for_those_who_take_part(place).await;
    subjects::a_thing_has_one_room_however_many_open_it(place).await;
    receipts::a_message_tells_who_has_read_it_and_who_only_holds_it(place).await;
    large::a_room_that_passes_the_limit_is_told_anew(place).await;
    large::in_a_large_room_nobody_waits_for_who_has_gone_or_is_banned(place).await;
    large::in_a_small_room_many_steps_are_told_together(place).await;
    large::a_ban_ends_the_waiting_and_its_end_begins_it_again(place).await;
    mentions::a_message_names_members_who_are_there_and_can_answer(place).await;
    mentions::unread_mentions_are_exact_whatever_is_read_and_whoever_comes_and_goes(place).await;
    mentions::what_is_stored_together_names_each_its_own(place).await;
    mentions::how_much_somebody_wants_to_hear_is_kept_and_told_to_all_their_sockets(place).await;
    mentions::members_are_found_by_how_their_names_begin(place).await;
    blocks::many_who_come_at_once_are_told_together(place).await;
}
