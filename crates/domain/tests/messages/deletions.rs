//! Deleting. Rule: its place stays, with who stood there and when; no word of it does, nor of what others said of it.

use super::{amend, answer, edit, react, unreact};
use crate::support::{
    ear::Ear,
    scene::{self, change, circle, fast, found, fresh_cid, invite, mute, role, seen},
    talk::{self, say},
    world::{Place, assert_refused},
};
use domain::{Change, Chat, Settings};
use wire::{Amendment, Code, EventKind, Role, Seq};

const SECRET: &str = "the cake is in the cellar";

pub async fn what_is_deleted_leaves_its_place_and_nothing_else(place: &Place) {
    let url = place.database("deleted").await;
    let mut settings = Settings::new(url.clone());
    fast(&mut settings);
    let chat = Chat::open(settings).await.unwrap();
    let [ann, bob] = circle(&chat, ["ann", "bob"]).await;
    let room = found(&chat, &ann, "Tea", false).await;
    change(&chat, &ann, room, invite(&bob)).await.unwrap();
    let ground = say(&chat, bob.clone(), room, "where?").await.unwrap();
    let cid = fresh_cid();
    let draft = domain::Draft { reply_to: Some(ground.seq), ..talk::draft(cid, room, SECRET) };
    let first = chat.append(&ann, draft.clone()).await.unwrap();
    amend(&chat, &ann, room, first.seq, edit(&format!("@bob, {SECRET}!"))).await.unwrap();
    amend(&chat, &ann, room, first.seq, edit(&format!("@bob, {SECRET}!!"))).await.unwrap();
    amend(&chat, &bob, room, first.seq, react("🎂")).await.unwrap();
    let quoting = answer(&chat, &bob, room, first.seq, "thanks").await.unwrap();
    let (gone, second) = (amend(&chat, &ann, room, first.seq, Amendment::Delete).await.unwrap(), Amendment::Delete);
    assert_refused(amend(&chat, &ann, room, first.seq, second).await, Code::MessageDeleted);
    for step in [edit("x"), react("👍"), unreact("🎂")] {
        assert_refused(amend(&chat, &ann, room, first.seq, step).await, Code::MessageDeleted);
    }
    assert_refused(answer(&chat, &bob, room, first.seq, "thanks again").await, Code::MessageDeleted);

    let events = seen(&chat, &bob, room).await;
    assert!(!format!("{events:?}").contains("cellar"), "{events:?}");
    let left = events.iter().find(|event| event.seq == first.seq).unwrap();
    let said = left.message.as_ref().unwrap();
    assert_eq!((left.cid, left.author.id, left.at, said.changed), (cid, ann.user, first.at, gone.seq));
    assert!(said.deleted && said.reactions.is_empty() && said.edited_at.is_none() && said.reply_to.is_none());
    assert!(left.mentions.is_empty());
    let edits = events.iter().filter(|event| event.kind == EventKind::Edited).map(|event| event.message.as_ref());
    assert!(edits.clone().count() == 2 && edits.flatten().all(|said| said.deleted && said.content.is_empty()));
    let quote =
        events.iter().find(|event| event.seq == quoting.seq).unwrap().message.clone().unwrap().reply_to.unwrap();
    assert_eq!((quote.seq, quote.content.as_str(), quote.deleted), (first.seq, "", true));
    assert_eq!(chat.append(&ann, draft).await.unwrap(), first, "C2: the same again has the same ack");
    assert!(chat.message(&ann, room, first.seq).await.unwrap().earlier.is_empty());
    chat.close().await;
    assert_eq!(super::gone::rows(&url, first.seq).await, [0, 0, 0], "earlier texts, reactions, mentions");
}

pub async fn admins_delete_what_others_wrote_and_the_muted_what_is_theirs(place: &Place) {
    let chat = scene::chat(place, "admins").await;
    let [ann, bob, cal] = circle(&chat, ["ann", "bob", "cal"]).await;
    let room = found(&chat, &ann, "Tea", false).await;
    for guest in [&bob, &cal] {
        change(&chat, &ann, room, invite(guest)).await.unwrap();
    }
    let mut seqs = Vec::new();
    for text in ["one", "two", "three"] {
        seqs.push(say(&chat, bob.clone(), room, text).await.unwrap().seq);
    }
    assert_refused(amend(&chat, &cal, room, seqs[0], Amendment::Delete).await, Code::NotAuthor);
    change(&chat, &ann, room, role(&cal, Role::Admin)).await.unwrap();
    amend(&chat, &cal, room, seqs[0], Amendment::Delete).await.unwrap();
    change(&chat, &ann, room, mute(&bob)).await.unwrap();
    assert_refused(amend(&chat, &bob, room, seqs[1], react("👍")).await, Code::Muted);
    amend(&chat, &bob, room, seqs[1], Amendment::Delete).await.unwrap();
    change(&chat, &ann, room, Change::Archive { notice: String::new() }).await.unwrap();
    for viewer in [&ann, &bob] {
        assert_refused(amend(&chat, viewer, room, seqs[2], Amendment::Delete).await, Code::RoomClosed);
    }
    let gone = |event: &wire::Event| event.message.as_ref().map(|said| said.deleted);
    let messages = seen(&chat, &ann, room).await;
    let messages = messages.iter().filter(|event| event.kind == EventKind::Message).map(gone);
    assert_eq!(messages.collect::<Vec<_>>(), [Some(true), Some(true), Some(false)]);
    chat.close().await;
}

pub async fn whoever_is_not_connected_any_more_still_takes_back(place: &Place) {
    let chat = scene::chat(place, "apart").await;
    let (room, ann, bob) = talk::pair(&chat, "ann", "bob").await;
    let hers = say(&chat, ann.clone(), room, "hers").await.unwrap();
    let his = say(&chat, bob.clone(), room, "his").await.unwrap();
    chat.remove_connection(&ann, "bob").await.unwrap();
    for step in [edit("x"), react("👍")] {
        assert_refused(amend(&chat, &ann, room, hers.seq, step).await, Code::NotConnected);
    }
    assert_refused(amend(&chat, &ann, room, his.seq, Amendment::Delete).await, Code::NotAuthor);
    amend(&chat, &ann, room, hers.seq, Amendment::Delete).await.unwrap();
    chat.block(&ann, "bob").await.unwrap();
    amend(&chat, &bob, room, his.seq, Amendment::Delete).await.unwrap();
    let details = chat.message(&bob, room, his.seq).await.unwrap();
    assert_eq!((details.may_edit, details.may_delete, details.may_answer), (false, false, false));
    chat.close().await;
}

pub async fn unread_figures_follow(place: &Place) {
    let chat = scene::chat(place, "figures").await;
    let [ann, bob, cal] = circle(&chat, ["ann", "bob", "cal"]).await;
    let room = found(&chat, &ann, "Tea", true).await;
    for guest in [&bob, &cal] {
        change(&chat, guest, room, Change::Join).await.unwrap();
    }
    let first = say(&chat, ann.clone(), room, "@bob one").await.unwrap();
    say(&chat, ann.clone(), room, "two").await.unwrap();
    chat.mark_read(&cal, room, first.seq).await.unwrap();
    let (mut his, mut theirs) = (Ear::of(&chat, &bob).await, Ear::of(&chat, &cal).await);
    let gone = amend(&chat, &ann, room, first.seq, Amendment::Delete).await.unwrap();
    assert_eq!(gone.seq, Seq(6));
    his.skip_to(gone.seq).await;
    let (cursors, figure) = his.cursors().await;
    let figure = figure.unwrap();
    assert_eq!((cursors.user, figure.count, figure.mentions, figure.as_of), (bob.user, 1, 0, gone.seq));
    assert_eq!(chat.room(&bob, room).await.unwrap().unread, figure);
    theirs.skip_to(gone.seq).await;
    theirs.is_silent().await;
    chat.close().await;
}
