//! The contract of what becomes of messages: edited, answered, reacted to, deleted. Rule: every case holds on SQLite and on Postgres
//! alike.

mod answers;
mod deletions;
mod edits;
mod fold;
mod gone;
mod reactions;

use crate::support::{ear, on_both, scene, talk, world::Place};
use domain::{Ack, Chat, Error, Viewer};
use wire::{Amendment, RoomId, Seq};

on_both!(contract);

async fn contract(place: &Place) {
    edits::an_edit_is_read_by_everybody_and_shows_as_no_line(place).await;
    edits::the_same_edit_again_is_the_same(place).await;
    edits::nobody_edits_what_is_not_theirs_or_where_they_may_not_write(place).await;
    edits::an_edit_names_anew(place).await;
    edits::earlier_texts_are_for_who_wrote_them_and_for_admins(place).await;
    deletions::what_is_deleted_leaves_its_place_and_nothing_else(place).await;
    deletions::admins_delete_what_others_wrote_and_the_muted_what_is_theirs(place).await;
    deletions::whoever_is_not_connected_any_more_still_takes_back(place).await;
    deletions::unread_figures_follow(place).await;
    reactions::everybody_reacts_once_with_each_emoji(place).await;
    reactions::what_is_no_emoji_or_one_too_many_is_refused(place).await;
    reactions::two_hundred_toggles_at_once_leave_what_the_log_says(place).await;
    answers::an_answer_quotes_what_it_answers(place).await;
    answers::nobody_answers_what_they_do_not_see(place).await;
    answers::who_came_later_reads_of_what_was_before_only_where_it_stands(place).await;
    answers::many_answers_at_once_quote_each_its_own(place).await;
    gone::a_deleted_account_takes_its_reactions_and_texts_along(place).await;
    gone::what_is_too_old_leaves_no_word_behind(place).await;
    fold::whatever_happens_at_once_the_events_amount_to_what_is_read(place).await;
}

/// Amends a message under a new cid.
async fn amend(chat: &Chat, viewer: &Viewer, room: RoomId, target: Seq, step: Amendment) -> Result<Ack, Error> {
    chat.amend(viewer, scene::fresh_cid(), room, target, step).await
}

fn edit(content: &str) -> Amendment {
    Amendment::Edit { content: content.to_owned() }
}

fn react(emoji: &str) -> Amendment {
    Amendment::React { emoji: emoji.to_owned() }
}

fn unreact(emoji: &str) -> Amendment {
    Amendment::Unreact { emoji: emoji.to_owned() }
}

/// Answers a message under a new cid.
async fn answer(chat: &Chat, viewer: &Viewer, room: RoomId, target: Seq, text: &str) -> Result<Ack, Error> {
    let draft = talk::draft(scene::fresh_cid(), room, text);
    chat.append(viewer, domain::Draft { reply_to: Some(target), ..draft }).await
}

/// The next event after this position that somebody hears: what was stored before may still be told to a socket that comes then.
async fn heard(ear: &mut ear::Ear, after: Seq) -> wire::Event {
    loop {
        match ear.next().await.unwrap() {
            wire::frame::ServerFrame::Event(event) if event.seq > after => return event,
            _ => {}
        }
    }
}

/// The message at this position as somebody reads it.
async fn read(chat: &Chat, viewer: &Viewer, room: RoomId, seq: Seq) -> wire::Event {
    chat.message(viewer, room, seq).await.unwrap().event
}
