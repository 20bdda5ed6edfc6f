//! The contract of files: who may upload, what belongs to which message, and that nothing is left of what is gone. Rule: every case
//! holds on SQLite and on Postgres alike.

use crate::support::{
    on_both,
    scene::{change, circle, found, fresh_cid, invite},
    talk,
    world::{Place, assert_refused},
};
use domain::{Ack, Chat, Clock, Draft, Error, NewUpload, Settings, Viewer};
use futures::{StreamExt, future::join_all, stream};
use std::{convert::Infallible, path::Path};
use wire::{Amendment, Cid, Code, RoomId, limits::UPLOAD_LIFE_MS, read::parse};

const START_MS: i64 = 1_795_168_799_123;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

on_both!(contract);

async fn contract(place: &Place) {
    a_file_belongs_to_one_message_whoever_races(place).await;
    who_came_later_or_left_reads_what_they_saw_and_no_more(place).await;
    whoever_may_not_write_uploads_nothing(place).await;
    a_retry_of_a_message_is_the_same_and_other_files_are_not(place).await;
    what_is_deleted_or_too_old_or_its_author_gone_leaves_no_bytes(place).await;
    what_nobody_sends_is_swept_and_what_was_sent_stays(place).await;
}

/// An installation, and where its files lie.
async fn open(place: &Place, name: &str, clock: Clock, days: Option<i64>) -> (Chat, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::new(place.database(name).await);
    settings.passwordless = true;
    settings.sends_per_window_max = 1_000;
    settings.retention_days = days;
    settings.files_dir = folder.path().join("files");
    (Chat::open_at(settings, clock).await.unwrap(), folder)
}

/// Files on disk.
fn count(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { count(&entry.path()) } else { 1 }).sum()
}

async fn begin(chat: &Chat, viewer: &Viewer, room: RoomId, size: i64) -> Result<Cid, Error> {
    let new = NewUpload { id: fresh_cid(), room, name: "a.bin".to_owned(), size };
    chat.begin_upload(viewer, new).await.map(|progress| progress.id)
}

/// Uploads some bytes to their end.
async fn upload(chat: &Chat, viewer: &Viewer, room: RoomId) -> Cid {
    let id = begin(chat, viewer, room, 6).await.unwrap();
    let bytes = stream::iter([Ok::<_, Infallible>("bytes!".into())]).boxed();
    assert_eq!(chat.upload(viewer, id, 0, bytes).await.unwrap().offset, 6);
    id
}

fn draft(room: RoomId, text: &str, files: &[Cid]) -> Draft {
    let listed: Vec<_> = files.iter().map(|id| format!("{{\"id\":\"{id}\"}}")).collect();
    let more = parse(&format!("{{\"attachments\":[{}]}}", listed.join(","))).unwrap();
    Draft { more, ..Draft::text(fresh_cid(), room, text.to_owned()) }
}

async fn say(chat: &Chat, viewer: &Viewer, room: RoomId, files: &[Cid]) -> Result<Ack, Error> {
    chat.append(viewer, draft(room, "", files)).await
}

async fn a_file_belongs_to_one_message_whoever_races(place: &Place) {
    let (chat, folder) = open(place, "one", Clock::system(), None).await;
    let (room, ann, bob) = talk::pair(&chat, "ann", "bob").await;
    let (other, ..) = talk::pair(&chat, "cyd", "dan").await;
    let id = upload(&chat, &ann, room).await;
    assert_refused(say(&chat, &bob, room, &[id]).await, Code::NoSuchUpload);
    assert_refused(say(&chat, &ann, other, &[id]).await, Code::NotFound);
    assert_refused(say(&chat, &ann, room, &[id, fresh_cid()]).await, Code::NoSuchUpload);
    let group = found(&chat, &ann, "Tea", false).await;
    assert_refused(say(&chat, &ann, group, &[id]).await, Code::NoSuchUpload);
    let unfinished = begin(&chat, &ann, room, 5).await.unwrap();
    assert_refused(say(&chat, &ann, room, &[id, unfinished]).await, Code::UploadUnfinished);
    let wanted = [id];
    let results = join_all((0..20).map(|_| say(&chat, &ann, room, &wanted))).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for result in results.into_iter().filter(Result::is_err) {
        assert_refused(result, Code::NoSuchUpload);
    }
    assert!(chat.file(&bob, id, false).await.is_ok());
    chat.close().await;
    drop(folder);
}

async fn who_came_later_or_left_reads_what_they_saw_and_no_more(place: &Place) {
    let (chat, _folder) = open(place, "later", Clock::system(), None).await;
    let [ann, bob, cyd] = circle(&chat, ["ann", "bob", "cyd"]).await;
    let room = found(&chat, &ann, "Tea", false).await;
    change(&chat, &ann, room, invite(&cyd)).await.unwrap();
    let early = upload(&chat, &ann, room).await;
    say(&chat, &ann, room, &[early]).await.unwrap();
    change(&chat, &ann, room, invite(&bob)).await.unwrap();
    let late = upload(&chat, &ann, room).await;
    say(&chat, &ann, room, &[late]).await.unwrap();
    assert_refused(chat.file(&bob, early, false).await, Code::NotFound);
    assert!(chat.file(&bob, late, false).await.is_ok());
    assert!(chat.file(&cyd, early, false).await.is_ok() && chat.file(&ann, early, true).await.is_ok());
    change(&chat, &cyd, room, domain::Change::Leave).await.unwrap();
    for id in [early, late] {
        assert_refused(chat.file(&cyd, id, false).await, Code::NotFound);
    }
    chat.close().await;
}

async fn whoever_may_not_write_uploads_nothing(place: &Place) {
    let (chat, folder) = open(place, "write", Clock::system(), None).await;
    let [ann, bob] = circle(&chat, ["ann", "bob"]).await;
    let eve = talk::person(&chat, "eve").await;
    let room = found(&chat, &ann, "Tea", false).await;
    change(&chat, &ann, room, invite(&bob)).await.unwrap();
    assert_refused(begin(&chat, &eve, room, 5).await, Code::NotFound);
    let mine = begin(&chat, &bob, room, 5).await.unwrap();
    change(&chat, &ann, room, domain::Change::Mute { username: "bob".to_owned() }).await.unwrap();
    assert_refused(begin(&chat, &bob, room, 5).await, Code::Muted);
    assert_refused(say(&chat, &bob, room, &[mine]).await, Code::Muted);
    assert_eq!(count(folder.path()), 0, "nothing has come yet");
    chat.close().await;
}

async fn a_retry_of_a_message_is_the_same_and_other_files_are_not(place: &Place) {
    let (chat, _folder) = open(place, "retry", Clock::system(), None).await;
    let (room, ann, _bob) = talk::pair(&chat, "ann", "bob").await;
    let (one, two) = (upload(&chat, &ann, room).await, upload(&chat, &ann, room).await);
    let first = draft(room, "look", &[one]);
    let ack = chat.append(&ann, first.clone()).await.unwrap();
    assert_eq!(chat.append(&ann, first.clone()).await.unwrap(), ack);
    for other in [draft(room, "look", &[two]), draft(room, "look", &[one, two]), draft(room, "look", &[])] {
        assert_refused(chat.append(&ann, Draft { cid: first.cid, ..other }).await, Code::CidConflict);
    }
    chat.close().await;
}

async fn what_is_deleted_or_too_old_or_its_author_gone_leaves_no_bytes(place: &Place) {
    let clock = Clock::manual(START_MS);
    let (chat, folder) = open(place, "gone", clock.clone(), Some(30)).await;
    let (room, ann, bob) = talk::pair(&chat, "ann", "bob").await;
    let (old, deleted) = (upload(&chat, &ann, room).await, upload(&chat, &ann, room).await);
    say(&chat, &ann, room, &[old]).await.unwrap();
    clock.set(START_MS + 31 * DAY_MS);
    let seq = say(&chat, &ann, room, &[deleted]).await.unwrap().seq;
    let (hers, his, unsent) =
        (upload(&chat, &ann, room).await, upload(&chat, &bob, room).await, upload(&chat, &ann, room).await);
    say(&chat, &ann, room, &[hers]).await.unwrap();
    say(&chat, &bob, room, &[his]).await.unwrap();
    assert_eq!(count(folder.path()), 5);

    chat.amend(&ann, fresh_cid(), room, seq, Amendment::Delete).await.unwrap();
    assert_refused(chat.file(&bob, deleted, false).await, Code::NotFound);
    chat.sweep_files().await.unwrap();
    assert_eq!(count(folder.path()), 4);
    chat.retain().await.unwrap();
    chat.sweep_files().await.unwrap();
    assert_refused(chat.file(&bob, old, false).await, Code::NotFound);
    assert_eq!(count(folder.path()), 3);
    chat.delete_account("ann").await.unwrap();
    while chat.erase_part().await.unwrap() {}
    chat.sweep_files().await.unwrap();
    assert_refused(chat.file(&bob, hers, false).await, Code::NotFound);
    assert_refused(chat.upload_progress(&ann, unsent).await, Code::NoSuchUpload);
    assert!(chat.file(&bob, his, false).await.is_ok());
    assert_eq!(count(folder.path()), 1);
    chat.close().await;
}

async fn what_nobody_sends_is_swept_and_what_was_sent_stays(place: &Place) {
    let clock = Clock::manual(now_ms());
    let (chat, folder) = open(place, "swept", clock.clone(), None).await;
    let (room, ann, bob) = talk::pair(&chat, "ann", "bob").await;
    let (sent, unsent) = (upload(&chat, &ann, room).await, upload(&chat, &ann, room).await);
    say(&chat, &ann, room, &[sent]).await.unwrap();
    let half = begin(&chat, &ann, room, 10).await.unwrap();
    let some = stream::iter([Ok::<_, Infallible>("half".into())]).boxed();
    assert_eq!(chat.upload(&ann, half, 0, some).await.unwrap().offset, 4);
    // Nobody knows of these.
    let lost = fresh_cid().to_string();
    let lost = folder.path().join("files/whole").join(&lost[lost.len() - 2..]).join(lost);
    std::fs::create_dir_all(lost.parent().unwrap()).unwrap();
    std::fs::write(&lost, "lost").unwrap();
    std::fs::write(folder.path().join("files/parts").join(fresh_cid().to_string()), "lost").unwrap();
    assert_eq!(count(folder.path()), 5);
    chat.sweep_files().await.unwrap();
    assert_eq!(count(folder.path()), 5, "all of it is new");
    clock.set(now_ms() + 2 * DAY_MS);
    chat.sweep_files().await.unwrap();
    assert_eq!(count(folder.path()), 3, "what was never told of is a day old");
    assert_eq!(chat.upload_progress(&ann, half).await.unwrap().offset, 4);
    clock.set(now_ms() + UPLOAD_LIFE_MS + DAY_MS);
    chat.sweep_files().await.unwrap();
    assert_eq!(count(folder.path()), 1);
    assert_refused(chat.upload_progress(&ann, unsent).await, Code::NoSuchUpload);
    assert!(chat.file(&bob, sent, false).await.is_ok());
    chat.close().await;
}

/// The clock that files are dated by.
fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}
