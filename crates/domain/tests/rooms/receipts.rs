//! Who has read what. Rule: whoever was not there when it was written is not counted, and whoever has gone is not waited for.

use crate::support::{
    scene::{ban, change, chat, circle, found, invite},
    talk::{person, say},
    world::{Place, assert_refused},
};
use domain::{Change, Chat, Viewer};
use wire::{Code, Receipts, RoomId, Seq};

async fn check(chat: &Chat, viewer: &Viewer, room: RoomId, seq: Seq, expected: (&str, &str, i64)) {
    let Receipts { read, read_count, delivered, delivered_count, waiting_count } =
        chat.receipts(viewer, room, seq).await.unwrap();
    let names = |list: &[wire::Receipt]| {
        list.iter().map(|receipt| receipt.person.username.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!((names(&read).as_str(), names(&delivered).as_str(), waiting_count), expected);
    assert_eq!((read_count, delivered_count), (read.len() as i64, delivered.len() as i64));
    let at = read.iter().map(|receipt| receipt.at).collect::<Vec<_>>();
    assert!(at.is_sorted());
}

pub async fn a_message_tells_who_has_read_it_and_who_only_holds_it(place: &Place) {
    let chat = chat(place, "receipts").await;
    let [ann, bob, cal, dan, fay] = circle(&chat, ["ann", "bob", "cal", "dan", "fay"]).await;
    let eve = person(&chat, "eve").await;
    let room = found(&chat, &ann, "Tea", true).await;
    let early = say(&chat, ann.clone(), room, "nobody here").await.unwrap();
    for guest in [&bob, &cal, &dan] {
        change(&chat, guest, room, Change::Join).await.unwrap();
    }
    let said = say(&chat, ann.clone(), room, "hello").await.unwrap();
    check(&chat, &ann, room, early.seq, ("", "", 0)).await;
    check(&chat, &ann, room, said.seq, ("", "", 3)).await;
    chat.mark_delivered(&cal, room, said.seq).await.unwrap();
    chat.mark_read(&bob, room, said.seq).await.unwrap();
    check(&chat, &ann, room, said.seq, ("bob", "cal", 1)).await;
    let first = chat.receipts(&ann, room, said.seq).await.unwrap().read[0].at;

    change(&chat, &ann, room, invite(&fay)).await.unwrap();
    let later = say(&chat, bob.clone(), room, "later").await.unwrap();
    chat.mark_read(&bob, room, later.seq).await.unwrap();
    chat.mark_read(&fay, room, later.seq).await.unwrap();
    check(&chat, &ann, room, said.seq, ("bob", "cal", 1)).await;
    check(&chat, &ann, room, later.seq, ("fay", "", 3)).await;
    assert_eq!(chat.receipts(&ann, room, said.seq).await.unwrap().read[0].at, first, "the first time counts");

    change(&chat, &dan, room, Change::Leave).await.unwrap();
    check(&chat, &ann, room, said.seq, ("bob", "cal", 0)).await;
    change(&chat, &ann, room, ban(&cal)).await.unwrap();
    check(&chat, &ann, room, said.seq, ("bob", "", 0)).await;
    chat.ban("bob").await.unwrap();
    check(&chat, &ann, room, said.seq, ("", "", 0)).await;
    chat.unban("bob").await.unwrap();
    chat.block(&bob, "fay").await.unwrap();
    check(&chat, &fay, room, said.seq, ("", "", 0)).await;

    for (viewer, seq) in [(&eve, said.seq), (&dan, said.seq), (&cal, said.seq), (&ann, Seq(0)), (&ann, Seq(999))] {
        assert_refused(chat.receipts(viewer, room, seq).await, Code::NotFound);
    }
    let private = found(&chat, &ann, "Ours", false).await;
    let before = say(&chat, ann.clone(), private, "before").await.unwrap();
    change(&chat, &ann, private, invite(&fay)).await.unwrap();
    assert_refused(chat.receipts(&fay, private, before.seq).await, Code::NotFound);
    chat.close().await;
}
