//! Deleted rooms. Rule: whoever was in hears that it is gone, at once, and then nothing.

use super::erase_all;
use crate::support::{
    ear::Ear,
    scene::{change, found},
    talk::{self, draft, say},
    world::{self, Place, assert_refused},
};
use domain::Change;
use wire::frame::{RoomChange, ServerFrame};
use wire::{Code, RoomId};

pub async fn a_deleted_room_is_nobody_s_and_its_title_is_free(place: &Place) {
    let chat = world::open(place, "rooms_gone", |settings| settings.sends_per_window_max = 1_000).await;
    let [ann, bob] = world::people(&chat, ["ann", "bob"]).await;
    world::connect(&chat, &ann, &bob).await;
    let room = found(&chat, &bob, "Tea room", true).await;
    let cid = talk::cid(9);
    let ack = chat.append(&bob, draft(cid, room, "the pot is behind the door")).await.unwrap();
    let direct = chat.direct_room(&ann, "bob").await.unwrap();
    assert_refused(chat.delete_room_as(&bob, room, "Tea room").await, Code::NotFound);
    assert_refused(chat.delete_room_as(&ann, room, "tea room").await, Code::NotConfirmed);
    assert_refused(chat.delete_room_as(&ann, direct, "").await, Code::NotFound);
    assert_refused(chat.delete_room_as(&ann, RoomId(999), "").await, Code::NotFound);

    let mut his = Ear::of(&chat, &bob).await;
    chat.delete_room_as(&ann, room, " Tea room ").await.unwrap();
    let is_gone =
        |frame: &ServerFrame| matches!(frame, ServerFrame::Room(RoomChange::Removed { room: gone }) if *gone == room);
    his.wait(|frame| is_gone(frame).then_some(())).await;
    assert_refused(say(&chat, bob.clone(), room, "hello?").await, Code::NotFound);
    erase_all(&chat).await;
    his.is_silent().await;
    assert_refused(chat.room(&bob, room).await, Code::NotFound);
    assert_refused(chat.room_page(&bob, room).await, Code::NotFound);
    assert_refused(change(&chat, &bob, room, Change::Join).await, Code::NotFound);
    assert_refused(change(&chat, &ann, room, Change::Join).await, Code::NotFound);
    assert!(chat.inbox(&bob).await.unwrap().rooms.iter().all(|row| row.id != room));
    assert_eq!(chat.admin_rooms(&ann, "", "").await.unwrap().rows, []);
    assert_refused(chat.delete_room_as(&ann, room, "").await, Code::NotFound);
    assert_eq!(chat.append(&bob, draft(cid, room, "the pot is behind the door")).await.unwrap(), ack, "C2");
    assert_ne!(found(&chat, &ann, "Tea room", true).await, room, "the title is free");
    let log = chat.admin_audit(&ann, domain::AuditOf::Room(room), None).await.unwrap().rows;
    assert_eq!(log.iter().map(|row| row.detail.as_str()).collect::<Vec<_>>(), ["Tea room"]);
    chat.close().await;
}
