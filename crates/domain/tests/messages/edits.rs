//! Editing. Rule: who wrote it says it otherwise, everybody reads the new text, and nobody is called for it.

use super::{amend, edit, heard, read};
use crate::support::{
    ear::Ear,
    scene::{change, chat, circle, found, fresh_cid, invite, mute, remove, role, seen},
    talk::{self, say},
    world::{Place, assert_refused},
};
use domain::Change;
use wire::{Amendment, Code, EventKind, Message, Role, RoomId, Seq};

pub async fn an_edit_is_read_by_everybody_and_shows_as_no_line(place: &Place) {
    let chat = chat(place, "edited").await;
    let (room, ann, bob) = talk::pair(&chat, "ann", "bob").await;
    let first = say(&chat, ann.clone(), room, "Good mornign").await.unwrap();
    let before = chat.room(&bob, room).await.unwrap();
    let mut his = Ear::of(&chat, &bob).await;
    let ack = amend(&chat, &ann, room, first.seq, edit(" Good morning\n")).await.unwrap();
    assert_eq!((ack.room, ack.seq), (room, Seq(2)));
    let live = heard(&mut his, first.seq).await;
    assert_eq!((live.kind, live.target, live.author.id), (EventKind::Edited, Some(first.seq), ann.user));
    assert_eq!(live.message.as_ref().unwrap().content, "Good morning");
    his.is_silent().await;

    let events = seen(&chat, &bob, room).await;
    assert_eq!(events[1], live, "the log says what was told");
    let said = events[0].message.as_ref().unwrap();
    assert_eq!((said.content.as_str(), said.edited_at, said.changed), ("Good morning", Some(ack.at), ack.seq));
    let after = chat.room(&bob, room).await.unwrap();
    assert_eq!((after.active_at, after.unread.count, after.head), (before.active_at, 1, ack.seq));
    assert_eq!(after.last.unwrap(), events[0], "the row shows the new text");
    let second = say(&chat, bob.clone(), room, "and to you").await.unwrap();
    assert_eq!(chat.room(&ann, room).await.unwrap().last.unwrap().seq, second.seq);
    assert_eq!(chat.room(&ann, room).await.unwrap().unread.count, 1);
    chat.close().await;
}

pub async fn the_same_edit_again_is_the_same(place: &Place) {
    let chat = chat(place, "again").await;
    let (room, ann, bob) = talk::pair(&chat, "ann", "bob").await;
    let first = say(&chat, ann.clone(), room, "one").await.unwrap();
    let cid = fresh_cid();
    let ack = chat.amend(&ann, cid, room, first.seq, edit("two")).await.unwrap();
    amend(&chat, &ann, room, first.seq, edit("three")).await.unwrap();
    assert_eq!(chat.amend(&ann, cid, room, first.seq, edit("two ")).await.unwrap(), ack, "whatever has changed since");
    assert_eq!(read(&chat, &bob, room, first.seq).await.message.unwrap().content, "three");
    for step in [edit("four"), Amendment::Delete] {
        assert_refused(chat.amend(&ann, cid, room, first.seq, step).await, Code::CidConflict);
    }
    assert_refused(chat.amend(&ann, cid, room, Seq(2), edit("two")).await, Code::CidConflict);
    assert_refused(chat.append(&ann, talk::draft(cid, room, "two")).await, Code::CidConflict);
    assert_refused(chat.amend(&ann, first.cid, room, first.seq, edit("two")).await, Code::CidConflict);
    assert_refused(amend(&chat, &ann, room, first.seq, edit("three")).await, Code::Unchanged);
    amend(&chat, &ann, room, first.seq, Amendment::Delete).await.unwrap();
    assert_eq!(chat.amend(&ann, cid, room, first.seq, edit("two")).await.unwrap(), ack);
    assert_eq!(chat.room(&ann, room).await.unwrap().head, Seq(4));
    chat.close().await;
}

pub async fn nobody_edits_what_is_not_theirs_or_where_they_may_not_write(place: &Place) {
    let chat = chat(place, "not_theirs").await;
    let [ann, bob, cal, eve] = circle(&chat, ["ann", "bob", "cal", "eve"]).await;
    let room = found(&chat, &ann, "Tea", false).await;
    for guest in [&bob, &cal] {
        change(&chat, &ann, room, invite(guest)).await.unwrap();
    }
    let first = say(&chat, bob.clone(), room, "his").await.unwrap();
    change(&chat, &ann, room, role(&cal, Role::Admin)).await.unwrap();
    for other in [&ann, &cal] {
        assert_refused(amend(&chat, other, room, first.seq, edit("x")).await, Code::NotAuthor);
    }
    for step in [edit("x"), Amendment::Delete, super::react("👍"), super::unreact("👍")] {
        assert_refused(amend(&chat, &eve, room, first.seq, step.clone()).await, Code::NotFound);
        assert_refused(amend(&chat, &bob, RoomId(999), first.seq, step.clone()).await, Code::NotFound);
        for nothing in [0, -1, 1, 2, 5, 6, i64::MAX] {
            assert_refused(amend(&chat, &bob, room, Seq(nothing), step.clone()).await, Code::NoSuchMessage);
        }
    }
    assert_refused(amend(&chat, &bob, room, first.seq, edit(" \n")).await, Code::EmptyMessage);
    assert_refused(amend(&chat, &bob, room, first.seq, edit(&"é".repeat(10_001))).await, Code::MessageTooLong);
    assert_refused(amend(&chat, &bob, room, first.seq, edit("nul \0")).await, Code::Malformed);
    change(&chat, &ann, room, mute(&bob)).await.unwrap();
    assert_refused(amend(&chat, &bob, room, first.seq, edit("x")).await, Code::Muted);
    change(&chat, &ann, room, Change::Unmute { username: "bob".to_owned() }).await.unwrap();
    change(&chat, &ann, room, Change::Archive { notice: String::new() }).await.unwrap();
    assert_refused(amend(&chat, &bob, room, first.seq, edit("x")).await, Code::RoomClosed);
    change(&chat, &ann, room, Change::Reopen).await.unwrap();
    change(&chat, &ann, room, remove(&bob)).await.unwrap();
    assert_refused(amend(&chat, &bob, room, first.seq, edit("x")).await, Code::NotFound);
    let said = read(&chat, &ann, room, first.seq).await.message.unwrap();
    assert_eq!(said, Message::new(wire::MessageType::Text, "his".to_owned()), "nothing of it was stored");
    chat.close().await;
}

pub async fn an_edit_names_anew(place: &Place) {
    let chat = chat(place, "named_anew").await;
    let [ann, bob, cal] = circle(&chat, ["ann", "bob", "cal"]).await;
    let room = found(&chat, &ann, "Tea", false).await;
    for guest in [&bob, &cal] {
        change(&chat, &ann, room, invite(guest)).await.unwrap();
    }
    let first = say(&chat, ann.clone(), room, "@bob come").await.unwrap();
    let mentions = async |viewer| chat.room(viewer, room).await.unwrap().unread.mentions;
    assert_eq!((mentions(&bob).await, mentions(&cal).await), (1, 0));
    let mut his = Ear::of(&chat, &bob).await;
    let edited = amend(&chat, &ann, room, first.seq, edit("@cal come")).await.unwrap();
    assert_eq!((mentions(&bob).await, mentions(&cal).await), (0, 1));
    for (seq, why) in [(first.seq, "the message"), (edited.seq, "the edit")] {
        let event = seen(&chat, &ann, room).await.into_iter().find(|event| event.seq == seq).unwrap();
        assert_eq!(event.mentions, [cal.user], "{why}");
    }
    his.skip_to(edited.seq).await;
    let (_, figure) = his.cursors().await;
    assert_eq!(figure.map(|figure| (figure.count, figure.mentions)), Some((1, 0)), "he hears that he is not meant");
    amend(&chat, &ann, room, first.seq, edit("come")).await.unwrap();
    assert_eq!((mentions(&bob).await, mentions(&cal).await), (0, 0));
    chat.close().await;
}

pub async fn earlier_texts_are_for_who_wrote_them_and_for_admins(place: &Place) {
    let chat = chat(place, "earlier").await;
    let [ann, bob, cal] = circle(&chat, ["ann", "bob", "cal"]).await;
    let room = found(&chat, &ann, "Tea", false).await;
    for guest in [&bob, &cal] {
        change(&chat, &ann, room, invite(guest)).await.unwrap();
    }
    let first = say(&chat, bob.clone(), room, "one").await.unwrap();
    let second = amend(&chat, &bob, room, first.seq, edit("two")).await.unwrap();
    amend(&chat, &bob, room, first.seq, edit("three")).await.unwrap();
    let expected = [("two".to_owned(), second.at), ("one".to_owned(), first.at)];
    for (viewer, earlier, may) in
        [(&ann, true, (false, true)), (&bob, true, (true, true)), (&cal, false, (false, false))]
    {
        let details = chat.message(viewer, room, first.seq).await.unwrap();
        assert_eq!(details.earlier, if earlier { expected.to_vec() } else { Vec::new() }, "{}", viewer.username);
        assert_eq!((details.may_edit, details.may_delete, details.may_answer), (may.0, may.1, true));
        assert_eq!(details.event.message.unwrap().content, "three");
    }
    for nothing in [0, 1, 5, 6, 99] {
        assert_refused(chat.message(&ann, room, Seq(nothing)).await, Code::NotFound);
    }
    chat.close().await;
}
