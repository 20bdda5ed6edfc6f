//! Files: uploading them, by the protocol and by a plain form, and who may read them (SPEC 4).

use crate::support::{
    Member, TestApp,
    upload::{metadata, picture},
    within,
};
use domain::Draft;
use image::ImageFormat;
use reqwest::{Method, Response, header, multipart};
use sha2::{Digest, Sha256};
use wire::{
    Attachment, Cid, Code, Message, MessageType, Parts, RoomId, Seq,
    limits::{ATTACHMENT_BYTES_MAX, ATTACHMENTS_MAX, UPLOADS_PENDING_MAX},
    read::parse,
};

/// Bytes without a pattern that could hide a mistake.
fn noise(length: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(length + 32);
    let mut hash = Sha256::digest(b"noise");
    while bytes.len() < length {
        bytes.extend_from_slice(&hash);
        hash = Sha256::digest(hash);
    }
    bytes.truncate(length);
    bytes
}

/// One request of the protocol.
fn tus(member: &Member, method: Method, path: &str) -> reqwest::RequestBuilder {
    member.browser.request(method, path).header("tus-resumable", "1.0.0")
}

fn creation(member: &Member, room: RoomId, id: Cid, name: &str, size: usize) -> reqwest::RequestBuilder {
    let told = metadata([("room", &room.to_string()), ("name", name), ("id", &id.to_string())]);
    let request = tus(member, Method::POST, "/files").header("upload-length", size);
    request.header("upload-metadata", told)
}

fn patch(member: &Member, id: Cid, offset: usize, bytes: impl Into<reqwest::Body>) -> reqwest::RequestBuilder {
    let request = tus(member, Method::PATCH, &format!("/files/{id}")).header("upload-offset", offset);
    request.header(header::CONTENT_TYPE, "application/offset+octet-stream").body(bytes)
}

async fn send(request: reqwest::RequestBuilder) -> Response {
    within("an answer", request.send()).await.unwrap()
}

/// How far an upload has come, or the status.
async fn offset(member: &Member, id: Cid) -> Result<usize, u16> {
    let answer = send(tus(member, Method::HEAD, &format!("/files/{id}"))).await;
    match answer.headers().get("upload-offset") {
        Some(offset) => Ok(offset.to_str().unwrap().parse().unwrap()),
        None => Err(answer.status().as_u16()),
    }
}

/// A file that is uploaded to its end.
async fn upload(member: &Member, room: RoomId, name: &str, bytes: &[u8]) -> Cid {
    let id = fresh();
    assert_eq!(send(creation(member, room, id, name, bytes.len())).await.status(), 201);
    let answer = send(patch(member, id, 0, bytes.to_vec())).await;
    assert_eq!(answer.status(), 204, "{}", answer.text().await.unwrap_or_default());
    id
}

fn fresh() -> Cid {
    Cid::new(1_795_168_799_123, rand::random())
}

async fn refused(request: reqwest::RequestBuilder, expected: Code) {
    let answer = send(request).await;
    assert_eq!(answer.status().as_u16(), expected.status());
    let text = answer.text().await.unwrap();
    assert!(text.contains(expected.as_str()), "expected {expected}, got {text}");
}

/// What a message carries that has these files.
fn with(files: &[Cid]) -> wire::read::Tree {
    let listed: Vec<_> = files.iter().map(|id| format!("{{\"id\":\"{id}\"}}")).collect();
    parse(&format!("{{\"attachments\":[{}]}}", listed.join(","))).unwrap()
}

/// Sends a message with these files. Its position.
async fn say(app: &TestApp, member: &Member, room: RoomId, text: &str, files: &[Cid]) -> Result<Seq, Code> {
    let viewer = app.chat().viewer(member.token()).await.unwrap().expect("a session");
    let draft = Draft { more: with(files), ..Draft::text(fresh(), room, text.to_owned()) };
    app.chat().append(&viewer, draft).await.map(|ack| ack.seq).map_err(|error| error.code())
}

/// What stands there as this member reads it.
async fn read(app: &TestApp, member: &Member, room: RoomId, seq: Seq) -> (Message, Vec<Attachment>) {
    let viewer = app.chat().viewer(member.token()).await.unwrap().expect("a session");
    let message = app.chat().message(&viewer, room, seq).await.unwrap().event.message.unwrap();
    let files = Parts::of(&message.more).attachments;
    (message, files)
}

async fn fetch(member: &Member, path: &str) -> (u16, Vec<u8>) {
    let answer = send(member.browser.request(Method::GET, path)).await;
    (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
}

fn text<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

#[tokio::test]
async fn a_file_goes_up_in_parts_and_comes_back_as_it_was() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (id, bytes) = (fresh(), noise(3_000_000));
    for _ in 0..2 {
        let answer = send(creation(&ana, room, id, "../holiday\\plan.bin", bytes.len())).await;
        assert_eq!((answer.status().as_u16(), text(&answer, "location")), (201, format!("/files/{id}").as_str()));
    }
    assert_eq!(offset(&ana, id).await, Ok(0));
    assert_eq!(offset(&ben, id).await, Err(404), "it is hers alone");
    assert_eq!(send(patch(&ana, id, 0, bytes[..1_000_000].to_vec())).await.status(), 204);
    refused(patch(&ana, id, 0, bytes[..10].to_vec()), Code::UploadOffset).await;
    refused(patch(&ben, id, 1_000_000, bytes[..10].to_vec()), Code::NoSuchUpload).await;
    assert_eq!(say(&app, &ana, room, "", &[id]).await, Err(Code::UploadUnfinished));
    let rest = send(patch(&ana, id, 1_000_000, bytes[1_000_000..].to_vec())).await;
    assert_eq!((rest.status().as_u16(), text(&rest, "upload-offset")), (204, "3000000"));

    let path = format!("/files/{id}/plan.bin");
    assert_eq!(fetch(&ben, &path).await.0, 404, "not before it is sent");
    assert_eq!(fetch(&ana, &path).await, (200, bytes.clone()));
    let seq = say(&app, &ana, room, "", &[id]).await.unwrap();
    let (message, files) = read(&app, &ben, room, seq).await;
    assert_eq!((message.kind, message.content.as_str(), message.gist()), (MessageType::File, "", "📎 plan.bin"));
    let expected = Attachment {
        id,
        name: "plan.bin".to_owned(),
        size: 3_000_000,
        media_type: "application/octet-stream".to_owned(),
        width: None,
        height: None,
        thumbnail: false,
    };
    assert_eq!(files, [expected]);
    assert_eq!(fetch(&ben, &path).await, (200, bytes));
    assert_eq!(say(&app, &ana, room, "again", &[id]).await, Err(Code::NoSuchUpload), "a file belongs to one message");
    refused(tus(&ana, Method::DELETE, &format!("/files/{id}")), Code::NoSuchUpload).await;
}

#[tokio::test]
async fn what_came_before_a_connection_broke_is_kept() {
    let app = TestApp::start().await;
    let (ana, _ben, room) = app.pair().await;
    let (id, bytes) = (fresh(), noise(2_000_000));
    assert_eq!(send(creation(&ana, room, id, "a.bin", bytes.len())).await.status(), 201);
    let pieces = vec![Ok(bytes[..1_500_000].to_vec()), Err(std::io::Error::other("the line is cut"))];
    let cut = patch(&ana, id, 0, reqwest::Body::wrap_stream(futures::stream::iter(pieces))).send().await;
    assert!(cut.is_err(), "{cut:?}");
    // Until the server has seen the end of it, another request is told so.
    let come = within("the rest to be let go", async {
        loop {
            match offset(&ana, id).await {
                Ok(0) | Err(423) => tokio::task::yield_now().await,
                other => break other.unwrap(),
            }
        }
    });
    let come = come.await;
    assert!((1..=1_500_000).contains(&come), "{come}");
    within("the turn", async {
        loop {
            let rest = send(patch(&ana, id, come, bytes[come..].to_vec())).await;
            if rest.status() != 423 {
                assert_eq!(rest.status(), 204);
                break;
            }
        }
    })
    .await;
    assert_eq!(fetch(&ana, &format!("/files/{id}/a.bin")).await, (200, bytes));
}

#[tokio::test]
async fn the_protocol_is_kept_and_what_is_wrong_changes_nothing() {
    let app = TestApp::start().await;
    let (ana, _ben, room) = app.pair().await;
    let answer = send(ana.browser.request(Method::OPTIONS, "/files")).await;
    assert_eq!((answer.status().as_u16(), text(&answer, "tus-version")), (204, "1.0.0"));
    assert_eq!(text(&answer, "tus-extension"), "creation,termination");
    assert_eq!(text(&answer, "tus-max-size"), ATTACHMENT_BYTES_MAX.to_string());
    let without = send(ana.browser.request(Method::POST, "/files")).await;
    assert_eq!((without.status().as_u16(), text(&without, "tus-version")), (412, "1.0.0"));
    refused(tus(&ana, Method::POST, "/files"), Code::Malformed).await;
    let most = usize::try_from(ATTACHMENT_BYTES_MAX).unwrap();
    refused(creation(&ana, room, fresh(), "a", most + 1), Code::FileTooLarge).await;
    refused(creation(&ana, room, fresh(), "a", 0), Code::EmptyFile).await;
    refused(creation(&ana, RoomId(987_654), fresh(), "a", 5), Code::NotFound).await;
    let of = |user: i64| {
        let told = metadata([("room", &room.to_string()), ("name", "a"), ("user", &user.to_string())]);
        tus(&ana, Method::POST, "/files").header("upload-length", 5).header("upload-metadata", told)
    };
    let viewer = app.chat().viewer(ana.token()).await.unwrap().expect("a session");
    refused(of(viewer.user.0 + 1), Code::SignedOut).await;
    assert_eq!(send(of(viewer.user.0)).await.status(), 201);

    let id = fresh();
    assert_eq!(send(creation(&ana, room, id, "a", 5)).await.status(), 201);
    refused(creation(&ana, room, id, "a", 6), Code::CidConflict).await;
    let plain = tus(&ana, Method::PATCH, &format!("/files/{id}")).header("upload-offset", 0).body("12345");
    assert_eq!(send(plain).await.status(), 415);
    refused(patch(&ana, id, 0, "123456"), Code::FileTooLarge).await;
    assert_eq!(offset(&ana, id).await, Ok(0));
    for expected in [204, 404] {
        assert_eq!(send(tus(&ana, Method::DELETE, &format!("/files/{id}"))).await.status(), expected);
    }
    assert_eq!(offset(&ana, id).await, Err(404));
    assert_eq!(offset(&ana, fresh()).await, Err(404));
}

#[tokio::test]
async fn so_many_files_may_wait_and_no_more() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    for _ in 0..UPLOADS_PENDING_MAX {
        assert_eq!(send(creation(&ana, room, fresh(), "a", 5)).await.status(), 201);
    }
    refused(creation(&ana, room, fresh(), "a", 5), Code::TooManyUploads).await;
    assert_eq!(send(creation(&ben, room, fresh(), "a", 5)).await.status(), 201, "others are not concerned");
    let many: Vec<Cid> = (0..=ATTACHMENTS_MAX).map(|_| fresh()).collect();
    assert_eq!(say(&app, &ana, room, "", &many).await, Err(Code::TooManyAttachments));
}

#[tokio::test]
async fn an_image_is_shown_with_its_size_and_everything_else_is_handed_out() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (png, jpeg) = (picture(1_000, 500, ImageFormat::Png), picture(900, 1_800, ImageFormat::Jpeg));
    let html = b"<!DOCTYPE html><script>alert(1)</script>".to_vec();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec();
    let photos = [upload(&ana, room, "a.html", &png).await, upload(&ana, room, "b \"q\" \u{4e0a}.jpg", &jpeg).await];
    let others = [upload(&ana, room, "c.png", &html).await, upload(&ana, room, "d.svg", &svg).await];
    let seq = say(&app, &ana, room, "look", &photos).await.unwrap();
    let (message, files) = read(&app, &ben, room, seq).await;
    assert_eq!(message.kind, MessageType::Image);
    let sizes: Vec<_> = files.iter().map(|file| (file.width, file.height, file.media_type.as_str())).collect();
    assert_eq!(sizes, [(Some(1_000), Some(500), "image/png"), (Some(900), Some(1_800), "image/jpeg")]);
    let seq = say(&app, &ana, room, "", &others).await.unwrap();
    let (message, files) = read(&app, &ben, room, seq).await;
    assert_eq!(message.kind, MessageType::File);
    assert!(files.iter().all(|file| file.media_type == "application/octet-stream" && !file.is_image()));

    for (id, is_shown) in [(photos[0], true), (photos[1], true), (others[0], false), (others[1], false)] {
        let answer = send(ben.browser.request(Method::GET, &format!("/files/{id}/anything"))).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(text(&answer, "x-content-type-options"), "nosniff");
        assert_eq!(text(&answer, "content-disposition").starts_with("inline;"), is_shown);
        assert!(text(&answer, "content-security-policy").starts_with("sandbox; default-src 'none'"));
        assert!(text(&answer, "cache-control").starts_with("private"));
        let kept = send(ben.browser.request(Method::GET, &format!("/files/{id}/x?download"))).await;
        assert!(text(&kept, "content-disposition").starts_with("attachment;"));
    }
    let named = send(ben.browser.request(Method::GET, &format!("/files/{}/x", photos[1]))).await;
    assert!(text(&named, "content-disposition").ends_with("filename*=UTF-8''b%20%22q%22%20%E4%B8%8A.jpg"));
    for (id, longer, shorter) in [(photos[0], 640, 320), (photos[1], 320, 640)] {
        let (status, bytes) = fetch(&ben, &format!("/files/{id}/thumbnail")).await;
        let small = image::load_from_memory(&bytes).unwrap();
        assert_eq!((status, small.width(), small.height()), (200, longer, shorter));
    }
    assert_eq!(fetch(&ben, &format!("/files/{}/thumbnail", others[0])).await, (200, html), "there is no smaller form");
    let page = ben.browser.get(&format!("/r/{room}")).await.body;
    assert!(page.contains(&format!("src=\"/files/{}/thumbnail\"", photos[0])), "{page}");
    assert!(page.contains("width=\"320\" height=\"160\"") && page.contains("d.svg"));
    let about = ben.browser.get(&format!("/r/{room}/message/{seq}")).await.body;
    assert!(about.contains("class=\"files\"") && about.contains("c.png") && about.contains("d.svg"), "{about}");
    let gone = ana.browser.get(&format!("/r/{room}/message/{seq}")).await.body;
    assert!(gone.contains("The text, its files, its reactions"), "{gone}");
}

#[tokio::test]
async fn an_image_that_claims_too_much_is_a_file_and_costs_nothing() {
    let app = TestApp::start().await;
    let (ana, _ben, room) = app.pair().await;
    let mut png = picture(10, 10, ImageFormat::Png);
    png[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    png[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
    let cut = picture(300, 300, ImageFormat::Png)[..400].to_vec();
    let files = [upload(&ana, room, "bomb.png", &png).await, upload(&ana, room, "cut.png", &cut).await];
    let seq = say(&app, &ana, room, "", &files).await.unwrap();
    let (message, files) = read(&app, &ana, room, seq).await;
    assert_eq!(message.kind, MessageType::File);
    assert!(files.iter().all(|file| !file.is_image() && !file.thumbnail), "{files:?}");
}

#[tokio::test]
async fn parts_of_a_file_can_be_asked_for() {
    let app = TestApp::start().await;
    let (ana, _ben, room) = app.pair().await;
    let bytes = noise(100_000);
    let path = format!("/files/{}/a.bin", upload(&ana, room, "a.bin", &bytes).await);
    let ask = |range: &str| send(ana.browser.request(Method::GET, &path).header(header::RANGE, range));
    let answer = ask("bytes=1000-1999").await;
    assert_eq!((answer.status().as_u16(), text(&answer, "content-range")), (206, "bytes 1000-1999/100000"));
    assert_eq!(answer.bytes().await.unwrap(), bytes[1_000..2_000]);
    assert_eq!(ask("bytes=-10").await.bytes().await.unwrap(), bytes[99_990..]);
    let beyond = ask("bytes=100000-").await;
    assert_eq!((beyond.status().as_u16(), text(&beyond, "content-range")), (416, "bytes */100000"));
    let whole = send(ana.browser.request(Method::GET, &path)).await;
    let tag = text(&whole, "etag").to_owned();
    assert_eq!((text(&whole, "accept-ranges"), text(&whole, "content-length")), ("bytes", "100000"));
    let known = ana.browser.request(Method::GET, &path).header(header::IF_NONE_MATCH, &tag);
    assert_eq!(send(known).await.status(), 304);
    let other = ana.browser.request(Method::GET, &path).header(header::RANGE, "bytes=0-9");
    assert_eq!(send(other.header(header::IF_RANGE, "\"other\"")).await.status(), 200);
}

#[tokio::test]
async fn a_plain_form_sends_a_text_and_files_once() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (cid, bytes) = (fresh(), noise(300_000));
    let form = || {
        let part = |bytes: &[u8], name: &str| multipart::Part::bytes(bytes.to_vec()).file_name(name.to_owned());
        let form = multipart::Form::new().text("cid", cid.to_string()).text("content", "here\r\nit is");
        form.part("files", part(&bytes, "plan.bin")).part("files", part(&picture(40, 30, ImageFormat::Png), "p.png"))
    };
    let post = |form| ana.browser.request(Method::POST, &format!("/r/{room}")).multipart(form);
    for _ in 0..2 {
        let answer = send(post(form())).await;
        assert_eq!((answer.status().as_u16(), text(&answer, "location")), (303, format!("/r/{room}").as_str()));
    }
    let (message, files) = read(&app, &ben, room, Seq(1)).await;
    assert_eq!((message.content.as_str(), message.kind, files.len()), ("here\nit is", MessageType::File, 2));
    assert_eq!(fetch(&ben, &format!("/files/{}/x", files[0].id)).await, (200, bytes.clone()));
    assert_eq!((files[1].width, files[1].height), (Some(40), Some(30)));

    // Nothing was picked: browsers send an empty part.
    let nothing = multipart::Part::bytes(Vec::new()).file_name("");
    let words = multipart::Form::new().text("cid", fresh().to_string()).text("content", "words").part("files", nothing);
    assert_eq!(send(post(words)).await.status(), 303);
    assert_eq!(read(&app, &ben, room, Seq(2)).await.0.kind, MessageType::Text);
    let large = multipart::Part::bytes(noise(usize::try_from(ATTACHMENT_BYTES_MAX).unwrap() + 1)).file_name("l.bin");
    let large = multipart::Form::new().text("content", "my words").part("files", large);
    let answer = send(post(large)).await;
    let (status, page) = (answer.status().as_u16(), answer.text().await.unwrap());
    assert!(status == 413 && page.contains("my words"), "{status}: {page}");
    let viewer = app.chat().viewer(ana.token()).await.unwrap().unwrap();
    assert_eq!(app.chat().room(&viewer, room).await.unwrap().head, Seq(2));
}

#[tokio::test]
async fn whoever_does_not_see_the_message_does_not_get_its_files() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let eve = app.person("eve").await;
    let bytes = picture(1_000, 1_000, ImageFormat::Jpeg);
    let id = upload(&ana, room, "a.jpg", &bytes).await;
    let other = fresh();
    refused(creation(&eve, room, other, "b", 5), Code::NotFound).await;
    refused(patch(&eve, id, 0, "x"), Code::NoSuchUpload).await;
    refused(tus(&eve, Method::DELETE, &format!("/files/{id}")), Code::NoSuchUpload).await;
    assert_eq!(say(&app, &ben, room, "mine", &[id]).await, Err(Code::NoSuchUpload), "somebody else's upload");
    let seq = say(&app, &ana, room, "", &[id]).await.unwrap();
    for path in [format!("/files/{id}/a.jpg"), format!("/files/{id}/thumbnail")] {
        assert_eq!(fetch(&ben, &path).await.0, 200);
        let (status, page) = fetch(&eve, &path).await;
        assert_eq!(status, 404);
        let nothing = fetch(&eve, &path.replace(&id.to_string(), &fresh().to_string())).await;
        let page = String::from_utf8(page).unwrap();
        assert_eq!(nothing.0, 404);
        assert!(!page.contains("a.jpg"));
        let nobody = send(app.visitor().request(Method::GET, &path)).await;
        assert_eq!(nobody.status(), 404);
    }
    let viewer = app.chat().viewer(ana.token()).await.unwrap().unwrap();
    app.chat().amend(&viewer, fresh(), room, seq, wire::Amendment::Delete).await.unwrap();
    assert_eq!(fetch(&ben, &format!("/files/{id}/a.jpg")).await.0, 404, "gone with its message");
    app.chat().sweep_files().await.unwrap();
    assert_eq!(stored(&app), 0, "and its bytes as well");
}

/// Files on disk.
fn stored(app: &TestApp) -> usize {
    fn count(folder: &std::path::Path) -> usize {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| if entry.path().is_dir() { count(&entry.path()) } else { 1 }).sum()
    }
    count(&app.data_dir().join("files"))
}
