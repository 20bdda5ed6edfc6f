//! The page about oneself, and where others read what stands there. Rule: it is the owner's to change, by a plain form.

use crate::support::{Member, TestApp, Visitor, upload, within};
use image::ImageFormat;
use reqwest::{Method, Response, header, multipart};
use wire::{Code, Time, frame::ClientFrame, frame::ServerFrame};

fn picture(width: u32, height: u32) -> Vec<u8> {
    upload::picture(width, height, ImageFormat::Png)
}

/// Sends the form with a picture, as a browser does.
async fn give(browser: &Visitor, bytes: Vec<u8>) -> crate::support::Answer {
    let file = multipart::Part::bytes(bytes).file_name("me.png").mime_str("image/png").unwrap();
    let form = multipart::Form::new().part("avatar", file);
    browser.send(browser.request(Method::POST, "/settings/avatar").multipart(form)).await
}

/// The paths of pictures on a page.
fn pictures(body: &str) -> Vec<String> {
    let path = |rest: &str| rest.split('"').next().map(|id| format!("/avatars/{id}"));
    body.split("src=\"/avatars/").skip(1).filter_map(path).collect()
}

async fn read(browser: &Visitor, path: &str) -> Response {
    within("an answer", browser.request(Method::GET, path).send()).await.unwrap()
}

#[tokio::test]
async fn a_picture_is_shown_wherever_its_owner_is_and_kept_by_the_browser_alone() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let eve = app.person("eve").await;
    assert!(pictures(&ben.browser.get("/people").await.body).is_empty());
    let given = give(&ana.browser, picture(400, 300)).await;
    assert_eq!((given.status, given.location.as_deref()), (303, Some("/settings?saved")), "{given:?}");
    let shown = pictures(&ana.browser.get("/settings").await.body);
    let [path, ..] = shown.as_slice() else { panic!("no picture") };
    for (reader, page) in [
        (&ben, "/".to_owned()),
        (&ben, format!("/r/{room}")),
        (&ben, "/people".to_owned()),
        (&ben, format!("/r/{room}/details")),
        (&eve, "/people?q=ana".to_owned()),
    ] {
        assert!(pictures(&reader.browser.get(&page).await.body).contains(path), "{page}");
    }
    let answer = read(&ben.browser, path).await;
    let header = |name: header::HeaderName| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(answer.status(), 200);
    assert_eq!(header(header::CONTENT_TYPE), "image/jpeg");
    assert_eq!(header(header::CACHE_CONTROL), "private, max-age=31536000, immutable");
    assert_eq!(header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    assert!(header(header::CONTENT_SECURITY_POLICY).starts_with("sandbox;"));
    let shown = image::load_from_memory(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!((shown.width(), shown.height()), (192, 192));
    // Another picture has another address, and the one before is nobody's.
    assert_eq!(give(&ana.browser, picture(64, 64)).await.status, 303);
    let second = pictures(&ben.browser.get("/people").await.body).remove(0);
    assert_ne!(&second, path);
    assert_eq!(read(&ben.browser, path).await.status(), 404);
    assert_eq!(ana.browser.post("/settings/avatar/remove", &[]).await.status, 303);
    assert_eq!(read(&ben.browser, &second).await.status(), 404);
    assert!(pictures(&ben.browser.get("/people").await.body).is_empty());
}

#[tokio::test]
async fn a_picture_that_is_not_theirs_to_see_is_one_that_is_not_there() {
    let app = TestApp::start().await;
    let (ana, eve) = (app.person("ana").await, app.person("eve").await);
    give(&ana.browser, picture(64, 64)).await;
    let path = pictures(&ana.browser.get("/settings").await.body).remove(0);
    ana.people("block", &eve).await;
    let nothing = format!("/avatars/{}", "01a1a1a1-0000-7000-8000-000000000001");
    for (browser, path) in [
        (&eve.browser, path.as_str()),
        (&eve.browser, nothing.as_str()),
        (&eve.browser, "/avatars/x"),
        (&Visitor::new(app.address), path.as_str()),
        (&Visitor::new(app.address), nothing.as_str()),
    ] {
        let answer = read(browser, path).await;
        assert_eq!(answer.status(), 404, "{path}");
        assert_eq!(answer.headers()["cache-control"], "no-store");
    }
}

#[tokio::test]
async fn what_is_no_picture_is_refused_with_a_sentence_at_its_field() {
    let app = TestApp::start().await;
    let ana = app.person("ana").await;
    for (bytes, code) in [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='window.ran=1'/>".to_vec(), Code::BadImage),
        (b"<!doctype html><script>window.ran=1</script>".to_vec(), Code::BadImage),
        (picture(300, 300)[..2_000].to_vec(), Code::BadImage),
        (vec![1; wire::limits::AVATAR_BYTES_MAX + 1], Code::ImageTooLarge),
        (vec![], Code::EmptyFile),
    ] {
        let refused = give(&ana.browser, bytes).await;
        assert_eq!(refused.status, code.status(), "{code}");
        assert!(refused.body.contains(&format!("data-code=\"{code}\"")), "{refused:?}");
    }
    let plain = ana.browser.post("/settings/avatar", &[("avatar", "x")]).await;
    assert_eq!(plain.status, 400);
    assert!(pictures(&ana.browser.get("/settings").await.body).is_empty());
    let signed_out = give(&Visitor::new(app.address), picture(8, 8)).await;
    assert_eq!((signed_out.status, signed_out.location.as_deref()), (303, Some("/login?next=%2Fsettings")));
}

#[tokio::test]
async fn whoever_reads_somebody_hears_of_a_change_at_once_and_afterwards() {
    let app = TestApp::start().await;
    let (ana, ben, _) = app.pair().await;
    let eve = app.person("eve").await;
    let (mut his, mut hers) = (ben.socket().await, eve.socket().await);
    rename(&ana, "Ana Novak").await;
    let pick = |frame: &ServerFrame| match frame {
        ServerFrame::Profiles { people, at } => {
            Some((people.iter().map(|person| person.display_name.clone()).collect::<Vec<_>>(), at.is_some()))
        }
        _ => None,
    };
    assert_eq!(his.expect("the change", pick).await, (vec!["Ana Novak".to_owned()], false));
    for (socket, expected) in [(&mut his, vec!["Ana Novak".to_owned()]), (&mut hers, vec![])] {
        socket.send(&ClientFrame::Profiles { since: Time(0) }).await;
        assert_eq!(socket.expect("the answer", pick).await, (expected, true));
    }
    let frames = serde_json::json!({ "frames": [ClientFrame::Profiles { since: Time(0) }] });
    let polled = ben.browser.call("/api/fn/poll", &frames).await;
    assert!(polled.status == 200 && polled.body.contains("\"display_name\":\"Ana Novak\""), "{polled:?}");
}

async fn rename(member: &Member, name: &str) {
    let saved = member.browser.post("/settings", &[("display_name", name), ("status", "")]).await;
    assert_eq!(saved.status, 303, "{saved:?}");
}

#[tokio::test]
async fn name_and_status_are_changed_by_a_form_and_read_by_others() {
    let app = TestApp::start().await;
    let (ana, ben, eve) = (app.person("ana").await, app.person("ben").await, app.person("eve").await);
    ana.connect(&ben).await;
    let room = ben.room_with(&ana).await;
    let page = ana.browser.get("/settings").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("value=\"ana\"") && page.body.contains("action=\"/settings\""), "{}", page.body);
    let saved = ana.browser.post("/settings", &[("display_name", "Ana Novak"), ("status", "At the <b>sea</b>")]).await;
    assert_eq!((saved.status, saved.location.as_deref()), (303, Some("/settings?saved")));
    let page = ana.browser.get("/settings?saved").await.body;
    assert!(page.contains("value=\"Ana Novak\"") && page.contains("data-saved"), "{page}");
    for (reader, path) in
        [(&ben, "/people".to_owned()), (&ben, format!("/r/{room}/details")), (&eve, "/people?q=novak".to_owned())]
    {
        let read = reader.browser.get(&path).await.body;
        assert!(read.contains("Ana Novak") && read.contains("At the &lt;b&gt;sea&lt;/b&gt;"), "{path}: {read}");
    }
    assert!(ben.browser.get(&format!("/r/{room}")).await.body.contains("Ana Novak"));
    let emptied = ana.browser.post("/settings", &[("display_name", "Ana Novak"), ("status", "")]).await;
    assert_eq!(emptied.status, 303);
    assert!(!ben.browser.get("/people").await.body.contains("At the"));
}

#[tokio::test]
async fn what_is_refused_is_shown_again_with_what_was_typed_and_nothing_is_changed() {
    let app = TestApp::start().await;
    let ana = app.person("ana").await;
    let long = "x".repeat(101);
    for (name, status, code) in [
        ("", "Hm", Code::BadDisplayName),
        ("a\u{202e}b", "", Code::BadDisplayName),
        ("Ana", long.as_str(), Code::BadStatus),
    ] {
        let refused = ana.browser.post("/settings", &[("display_name", name), ("status", status)]).await;
        assert_eq!(refused.status, code.status(), "{refused:?}");
        assert!(
            refused.body.contains(&format!("data-code=\"{code}\"")) && refused.body.contains("aria-invalid"),
            "{refused:?}"
        );
        assert!(status.is_empty() || refused.body.contains(&format!("value=\"{status}\"")), "{refused:?}");
    }
    let page = ana.browser.get("/settings").await.body;
    assert!(page.contains("value=\"ana\"") && !page.contains("Hm"), "{page}");
    let stranger = Visitor::new(app.address);
    for answer in [stranger.get("/settings").await, stranger.post("/settings", &[("display_name", "X")]).await] {
        assert_eq!((answer.status, answer.location.as_deref()), (303, Some("/login?next=%2Fsettings")));
    }
}
