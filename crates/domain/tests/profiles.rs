//! The contract of pictures of people, and of who hears that somebody shows themselves otherwise. Rule: every case holds on SQLite and on
//! Postgres alike.

use crate::support::{
    ear::Ear,
    on_both,
    world::{Place, assert_refused, connect, people},
};
use domain::{Chat, Settings, Viewer};
use futures::{future::join_all, stream};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use std::{convert::Infallible, io::Cursor, path::Path};
use wire::{Cid, Code, Person, Time, frame::ServerFrame, limits};

on_both!(contract);

async fn contract(place: &Place) {
    a_picture_is_a_small_square_that_was_painted_anew(place).await;
    what_is_no_image_is_refused_and_leaves_nothing(place).await;
    of_several_pictures_one_is_left(place).await;
    a_picture_goes_with_its_account(place).await;
    whoever_cannot_find_somebody_has_no_picture_of_them(place).await;
    everybody_who_reads_somebody_hears_and_nobody_else(place).await;
    another_server_tells_it_too(place).await;
    whoever_was_away_asks_since_when(place).await;
    an_old_socket_writes_under_the_new_name(place).await;
}

/// An installation, and where its files lie.
async fn open(place: &Place, name: &str) -> (Chat, tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::new(place.database(name).await);
    settings.files_dir = folder.path().join("files");
    let url = settings.database_url.clone();
    (Chat::open(settings).await.unwrap(), folder, url)
}

/// Files on disk.
fn count(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { count(&entry.path()) } else { 1 }).sum()
}

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let image = RgbImage::from_fn(width, height, |x, y| Rgb([x as u8, y as u8, (x ^ y) as u8]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(image).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A PNG that claims to be so large, and is not.
fn claiming(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = picture(8, 8, ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let mut hash = !0_u32;
    for byte in &bytes[12..29] {
        hash ^= u32::from(*byte);
        for _ in 0..3 {
            hash = if hash & 1 == 1 { (hash >> 1) ^ 0xedb8_8320 } else { hash >> 1 };
        }
    }
    bytes[29..33].copy_from_slice(&(!hash).to_be_bytes());
    bytes
}

async fn give(chat: &Chat, viewer: &Viewer, bytes: Vec<u8>) -> Result<(), domain::Error> {
    let pieces: Vec<_> = bytes.chunks(10_000).map(|piece| Ok::<_, Infallible>(piece.to_vec().into())).collect();
    chat.set_avatar(viewer, stream::iter(pieces)).await
}

async fn avatar(chat: &Chat, viewer: &Viewer) -> Option<Cid> {
    chat.profile(viewer).await.unwrap().avatar
}

async fn a_picture_is_a_small_square_that_was_painted_anew(place: &Place) {
    let (chat, folder, _) = open(place, "square").await;
    let [ann, bob] = people(&chat, ["ann", "bob"]).await;
    for (format, width, height) in [
        (ImageFormat::Jpeg, 1_200, 300),
        (ImageFormat::Png, 300, 900),
        (ImageFormat::Gif, 300, 300),
        (ImageFormat::WebP, 40, 30),
    ] {
        let sent = picture(width, height, format);
        give(&chat, &ann, sent.clone()).await.unwrap();
        let (media_type, bytes) = chat.avatar(&bob, avatar(&chat, &ann).await.unwrap()).await.unwrap();
        assert!(["image/jpeg", "image/png"].contains(&media_type), "{format:?}: {media_type}");
        let shown = image::load_from_memory(&bytes).unwrap();
        let side = width.min(height).min(limits::AVATAR_SIDE_MAX);
        assert_eq!((shown.width(), shown.height()), (side, side), "{format:?}");
        assert_ne!(bytes, sent);
    }
    chat.sweep_files().await.unwrap();
    assert_eq!(count(folder.path()), 1, "those before are gone");
    chat.remove_avatar(&ann).await.unwrap();
    assert_eq!(avatar(&chat, &ann).await, None);
    chat.sweep_files().await.unwrap();
    assert_eq!(count(folder.path()), 0);
}

async fn what_is_no_image_is_refused_and_leaves_nothing(place: &Place) {
    let (chat, folder, _) = open(place, "no_image").await;
    let [ann] = people(&chat, ["ann"]).await;
    give(&chat, &ann, picture(64, 64, ImageFormat::Png)).await.unwrap();
    let before = avatar(&chat, &ann).await;
    let whole = picture(900, 900, ImageFormat::Png);
    for (bytes, code) in [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='window.ran=1'/>".to_vec(), Code::BadImage),
        (b"<!doctype html><script>window.ran=1</script>".to_vec(), Code::BadImage),
        (b"%PDF-1.7".to_vec(), Code::BadImage),
        (whole[..whole.len() / 2].to_vec(), Code::BadImage),
        (whole[..9].to_vec(), Code::BadImage),
        (claiming(60_000, 60_000), Code::BadImage),
        (claiming(9_000, 9_000), Code::ImageTooLarge),
        (claiming(2_000, 2_000), Code::BadImage),
        (vec![0; limits::AVATAR_BYTES_MAX + 1], Code::ImageTooLarge),
        (Vec::new(), Code::EmptyFile),
    ] {
        let length = bytes.len();
        let refused = give(&chat, &ann, bytes).await.unwrap_err().code();
        assert_eq!(refused, code, "{length} bytes");
    }
    let broken = stream::iter([Ok(whole[..5_000].to_vec().into()), Err(())]);
    assert_refused(chat.set_avatar(&ann, broken).await, Code::Malformed);
    assert_eq!(avatar(&chat, &ann).await, before, "nothing is changed");
    assert_eq!(count(folder.path()), 1);
}

async fn of_several_pictures_one_is_left(place: &Place) {
    let (chat, folder, _) = open(place, "several").await;
    let [ann] = people(&chat, ["ann"]).await;
    for _ in 0..3 {
        let given = join_all((1..=6).map(|number| give(&chat, &ann, picture(60 + number, 60, ImageFormat::Png)))).await;
        assert!(given.iter().all(Result::is_ok), "{given:?}");
    }
    let shown = avatar(&chat, &ann).await.unwrap();
    chat.avatar(&ann, shown).await.unwrap();
    chat.sweep_files().await.unwrap();
    assert_eq!(count(folder.path()), 1);
    chat.avatar(&ann, shown).await.unwrap();
}

async fn a_picture_goes_with_its_account(place: &Place) {
    let (chat, folder, _) = open(place, "gone").await;
    let [_, ann, bob] = people(&chat, ["operator", "ann", "bob"]).await;
    connect(&chat, &ann, &bob).await;
    give(&chat, &ann, picture(64, 64, ImageFormat::Png)).await.unwrap();
    let shown = avatar(&chat, &ann).await.unwrap();
    chat.delete_account("ann").await.unwrap();
    assert_refused(chat.avatar(&bob, shown).await, Code::NotFound);
    // The session of somebody who is gone may still have been at it.
    assert_refused(give(&chat, &ann, picture(64, 64, ImageFormat::Png)).await, Code::SignedOut);
    chat.sweep_files().await.unwrap();
    assert_eq!(count(folder.path()), 0);
}

async fn whoever_cannot_find_somebody_has_no_picture_of_them(place: &Place) {
    let (chat, _folder, _) = open(place, "sight").await;
    let [ann, bob, eve] = people(&chat, ["ann", "bob", "eve"]).await;
    connect(&chat, &ann, &bob).await;
    chat.direct_room(&bob, "ann").await.unwrap();
    give(&chat, &ann, picture(64, 64, ImageFormat::Png)).await.unwrap();
    let shown = avatar(&chat, &ann).await.unwrap();
    for viewer in [&ann, &bob, &eve] {
        chat.avatar(viewer, shown).await.unwrap();
    }
    for blocked in ["bob", "eve"] {
        chat.block(&ann, blocked).await.unwrap();
    }
    assert_refused(chat.avatar(&eve, shown).await, Code::NotFound);
    chat.avatar(&bob, shown).await.expect("they have a room, with her name in it");
    assert_refused(chat.avatar(&bob, Cid::from_bytes([1; 16])).await, Code::NotFound);
}

/// What is heard of somebody: name, status, and whether there is a picture.
async fn heard(ear: &mut Ear) -> (String, String, bool) {
    let pick = |frame: &ServerFrame| match frame {
        ServerFrame::Profiles { people, .. } => {
            let Person { display_name, status, avatar, .. } = people[0].clone();
            Some((display_name, status, avatar.is_some()))
        }
        _ => None,
    };
    ear.wait(pick).await
}

fn said(name: &str, status: &str, has_picture: bool) -> (String, String, bool) {
    (name.to_owned(), status.to_owned(), has_picture)
}

async fn everybody_who_reads_somebody_hears_and_nobody_else(place: &Place) {
    let (chat, _folder, _) = open(place, "heard").await;
    let [ann, bob, cyd, eve] = people(&chat, ["ann", "bob", "cyd", "eve"]).await;
    connect(&chat, &ann, &bob).await;
    // Whoever has asked sees the name among people.
    chat.request_connection(&cyd, "ann").await.unwrap();
    let mut ears = Vec::new();
    for viewer in [&ann, &ann, &bob, &cyd] {
        ears.push(Ear::of(&chat, viewer).await);
    }
    let mut stranger = Ear::of(&chat, &eve).await;
    chat.set_profile(&ann, "Ann Novak", "Hi").await.unwrap();
    chat.set_profile(&ann, "Ann Novak", "Hi").await.unwrap();
    give(&chat, &ann, picture(64, 64, ImageFormat::Png)).await.unwrap();
    for ear in &mut ears {
        assert_eq!(heard(ear).await, said("Ann Novak", "Hi", false));
        assert_eq!(heard(ear).await, said("Ann Novak", "Hi", true), "the same again is no change");
    }
    stranger.is_silent().await;
    // Later nobody tells it again.
    let mut late = Ear::of(&chat, &bob).await;
    chat.set_profile(&ann, "Ann", "").await.unwrap();
    assert_eq!(heard(&mut late).await, said("Ann", "", true));
    drop(ears);
}

async fn another_server_tells_it_too(place: &Place) {
    let (chat, folder, url) = open(place, "elsewhere").await;
    let [ann, bob] = people(&chat, ["ann", "bob"]).await;
    connect(&chat, &ann, &bob).await;
    let mut settings = Settings::new(url);
    settings.files_dir = folder.path().join("files");
    let other = Chat::open(settings).await.unwrap();
    let mut ear = Ear::of(&other, &bob).await;
    chat.set_profile(&ann, "Ann Novak", "Over there").await.unwrap();
    assert_eq!(heard(&mut ear).await, said("Ann Novak", "Over there", false));
    chat.set_profile(&ann, "Ann", "").await.unwrap();
    assert_eq!(heard(&mut ear).await, said("Ann", "", false));
}

async fn whoever_was_away_asks_since_when(place: &Place) {
    let (chat, _folder, _) = open(place, "since").await;
    let [ann, bob, eve] = people(&chat, ["ann", "bob", "eve"]).await;
    connect(&chat, &ann, &bob).await;
    let names = async |viewer: &Viewer, since: Time| {
        let ServerFrame::Profiles { people, at } = chat.profiles_since(viewer, since).await.unwrap() else { panic!() };
        (people.into_iter().map(|person| person.display_name).collect::<Vec<_>>(), at.unwrap())
    };
    let (none, began) = names(&bob, Time(0)).await;
    assert!(none.is_empty(), "nobody has changed anything: {none:?}");
    chat.set_profile(&ann, "Ann Novak", "").await.unwrap();
    for viewer in [&ann, &bob] {
        assert_eq!(names(viewer, began).await.0, ["Ann Novak"]);
        assert_eq!(names(viewer, Time(0)).await.0, ["Ann Novak"]);
    }
    assert!(names(&eve, Time(0)).await.0.is_empty(), "whom she reads nowhere");
    let (_, now) = names(&bob, began).await;
    assert!(names(&bob, Time(now.0 + 10 * 60_000)).await.0.is_empty());
}

async fn an_old_socket_writes_under_the_new_name(place: &Place) {
    let (chat, _folder, _) = open(place, "old_socket").await;
    let [ann, bob] = people(&chat, ["ann", "bob"]).await;
    connect(&chat, &ann, &bob).await;
    let room = chat.direct_room(&bob, "ann").await.unwrap();
    let mut ear = Ear::of(&chat, &bob).await;
    chat.set_profile(&ann, "Ann Novak", "Hi").await.unwrap();
    heard(&mut ear).await;
    let draft = domain::Draft::text(Cid::new(1, [7; 10]), room, "It is me".to_owned());
    chat.append(&ann, draft).await.unwrap();
    let author = |frame: &ServerFrame| match frame {
        ServerFrame::Event(event) => Some((event.author.display_name.clone(), event.author.status.clone())),
        _ => None,
    };
    assert_eq!(ear.wait(author).await, ("Ann Novak".to_owned(), String::new()));
}
