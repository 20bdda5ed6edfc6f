//! The routes. Rule: the list is the router's own.

use super::{
    Gets::{self, Login, Own, Refused, Version},
    Outsider, PUBLIC, Row, Scene, Who, check, gets,
};
use crate::support::{Answer, Program, TestApp};
use reqwest::Method;
use twotick::router::ROUTES;
use wire::{Code, limits::FORM_BYTES_MAX};

/// Signed-in strangers get it as a matter of course; it is about themselves.
const MEMBERS: Row = [Login, Own, Own, Login];
/// Their own rooms, also read-only ones.
const READERS: Row = [Login, Refused(Code::NotFound), Own, Login];
const WRITERS: Row = [Login, Refused(Code::NotFound), Refused(Code::NotConnected), Login];
const KEEPERS: Row = [Login, Refused(Code::NotFound), Refused(Code::NotAllowed), Login];
const NO_REQUEST: Row = [Login, Refused(Code::NoRequest), Refused(Code::NoRequest), Login];
/// An upload that nobody has.
const UPLOAD: &str = "01a1a1a1-0000-7000-8000-000000000001";
/// Without the protocol's version: who is signed in is told which there is.
const UPLOADERS: Row = [Refused(Code::SignedOut), Version, Version, Refused(Code::SignedOut)];
const NOT_THERE: Gets = Refused(Code::NotFound);
const NO_PERSON: Gets = Refused(Code::NoSuchPerson);
const NAME_TAKEN: Row = [Refused(Code::NameTaken); 4];
const WRONG_LOGIN: Row =
    [Refused(Code::WrongLogin), Refused(Code::WrongLogin), Refused(Code::WrongLogin), Refused(Code::Banned)];

type Form = Vec<(&'static str, String)>;

/// The path and form with which an outsider tries a route, and what comes of it.
fn case(method: &str, pattern: &str, outsider: &Outsider) -> (String, Form, Row) {
    let room = format!("/r/{}", outsider.room);
    let name = outsider.username;
    let someone = || vec![("username", name.to_owned()), ("q", String::new())];
    let message = || vec![("content", "Let me in".to_owned())];
    let (path, form, row) = match (method, pattern) {
        ("get", "/login" | "/register" | "/healthz" | "/readyz" | "/offline" | "/sw.js" | "/emoji") => {
            (pattern.to_owned(), vec![], PUBLIC)
        }
        ("get", "/" | "/people" | "/rooms" | "/subjects") => (pattern.to_owned(), vec![], MEMBERS),
        // Among what they see themselves.
        ("get", "/search") => ("/search?q=stone".to_owned(), vec![], MEMBERS),
        // A room of their own.
        ("post", "/rooms") => (pattern.to_owned(), vec![("title", format!("Room of {name}"))], MEMBERS),
        // For who is no operator, none of these is there.
        (_, place) if place.starts_with("/admin") => (pattern.replace("{change}", "ban"), someone(), [NOT_THERE; 4]),
        // Their own thing; only people who agreed to be connected are brought into it.
        ("post", "/subjects") => {
            let thing = [("kind", "job".to_owned()), ("title", "Paint".to_owned()), ("username", "ben".to_owned())];
            (
                pattern.to_owned(),
                thing.to_vec(),
                [Login, Refused(Code::NotInvitable), Refused(Code::NotInvitable), Login],
            )
        }
        ("post", "/login") => (pattern.to_owned(), login(outsider), WRONG_LOGIN),
        ("post", "/register") => (pattern.to_owned(), account("ANA"), NAME_TAKEN),
        ("post", "/logout") => (pattern.to_owned(), vec![], PUBLIC),
        ("post", "/people/request" | "/people/cancel" | "/people/remove") => (pattern.to_owned(), someone(), MEMBERS),
        ("post", "/people/unblock") => (pattern.to_owned(), someone(), MEMBERS),
        // Everybody may block anybody, which would end what the others try.
        ("post", "/people/block") => {
            (pattern.to_owned(), vec![("username", "nobody".to_owned())], [Login, NO_PERSON, NO_PERSON, Login])
        }
        // Each of them has asked before, by the request above.
        ("post", "/people/accept" | "/people/decline") => (pattern.to_owned(), someone(), NO_REQUEST),
        ("get", "/dm/{username}") => (format!("/dm/{name}"), vec![], READERS),
        ("get", "/r/{room}") => (room, vec![], READERS),
        ("post", "/r/{room}") => (room, message(), WRITERS),
        ("get", "/r/{room}/details") => (format!("{room}/details"), vec![], READERS),
        ("post", "/r/{room}/change/{change}") => (format!("{room}/change/join"), vec![], KEEPERS),
        ("get", "/r/{room}/receipts/{seq}") => (format!("{room}/receipts/1"), vec![], READERS),
        ("get", "/r/{room}/message/{seq}") => (format!("{room}/message/1"), vec![], READERS),
        ("post", "/r/{room}/message/{seq}/{act}") => {
            (format!("{room}/message/1/react"), vec![("emoji", "👍".to_owned())], WRITERS)
        }
        ("get", "/r/{room}/bids/new") => (format!("{room}/bids/new"), vec![], WRITERS),
        ("post", "/r/{room}/bids/new") => {
            let form = [("to", name.to_owned()), ("amount", "120".to_owned()), ("currency", "EUR".to_owned())];
            (format!("{room}/bids/new"), form.to_vec(), WRITERS)
        }
        ("get", "/r/{room}/location") => (format!("{room}/location"), vec![], WRITERS),
        ("post", "/r/{room}/location") => {
            let form = vec![("latitude", "52.52".to_owned()), ("longitude", "13.405".to_owned())];
            (format!("{room}/location"), form, WRITERS)
        }
        ("post", "/r/{room}/read") => (format!("{room}/read"), vec![("seq", "1".to_owned())], READERS),
        // Server functions and frames have their own files; what is none of them is refused to everybody.
        ("post", "/api/fn/{*name}") => ("/api/fn/nothing".to_owned(), vec![], [Refused(Code::NotFound); 4]),
        ("get", "/ws" | "/ws/chat/{room}" | "/ws/chat/{room}/") => {
            (pattern.replace("{room}", "1"), vec![], [Refused(Code::Malformed); 4])
        }
        (_, pattern) if pattern.starts_with("/api/v1/") => return api_case(method, pattern, name),
        _ => return file_case(method, pattern, name),
    };
    (path, form, row)
}

/// The same for the API: with a cookie it does not know anybody. Its own tests knock with tokens.
fn api_case(method: &str, pattern: &str, name: &str) -> (String, Form, Row) {
    let place = || pattern.replace("{room}", "1").replace("{seq}", "1").replace("{step}", "request");
    let row = match (method, pattern) {
        ("get", "/api/v1/openapi.json" | "/api/v1/docs") => PUBLIC,
        // A form is no JSON, and one without fields has nothing in it.
        ("post", "/api/v1/token" | "/api/v1/token/refresh" | "/api/v1/token/revoke") => [Refused(Code::Malformed); 4],
        _ => [Refused(Code::SignedOut); 4],
    };
    (place().replace("{username}", name), vec![], row)
}

/// The same for the doors of files and profiles.
fn file_case(method: &str, pattern: &str, name: &str) -> (String, Form, Row) {
    match (method, pattern) {
        // What is there for programs tells nothing; of uploads there is none of theirs, and of files none that they see.
        ("options", "/files") => (pattern.to_owned(), vec![], PUBLIC),
        ("post", "/files") => (pattern.to_owned(), vec![], UPLOADERS),
        ("head" | "patch" | "delete", "/files/{id}") => (format!("/files/{UPLOAD}"), vec![], UPLOADERS),
        ("get", "/files/{id}/{name}") => (format!("/files/{UPLOAD}/a.png"), vec![], [NOT_THERE; 4]),
        ("get", "/files/{id}/thumbnail") => (format!("/files/{UPLOAD}/thumbnail"), vec![], [NOT_THERE; 4]),
        // Their own: a form without a picture says so.
        ("post", "/settings/avatar") => {
            (pattern.to_owned(), vec![], [Login, Refused(Code::Malformed), Refused(Code::Malformed), Login])
        }
        ("post", "/settings/avatar/remove") => (pattern.to_owned(), vec![], MEMBERS),
        ("get", "/avatars/{id}") => (format!("/avatars/{UPLOAD}"), vec![], [NOT_THERE; 4]),
        // Of themselves only.
        ("get", "/settings") => (pattern.to_owned(), vec![], MEMBERS),
        ("post", "/settings") => (pattern.to_owned(), vec![("display_name", name.to_owned())], MEMBERS),
        _ => panic!("{method} {pattern} has no denial case"),
    }
}

/// A guess at Ana's password; the banned one knows his own.
fn login(outsider: &Outsider) -> Form {
    match outsider.who {
        Who::Banned => account("cyd"),
        _ => vec![("username", "ana".to_owned()), ("password", "wrong horse".to_owned()), ("next", "/".to_owned())],
    }
}

fn account(name: &str) -> Form {
    let (password, next) = ("correct horse".to_owned(), "/".to_owned());
    vec![("username", name.to_owned()), ("password", password), ("next", next)]
}

#[tokio::test]
async fn no_route_lets_an_outsider_in() {
    let scene = Scene::set().await;
    for (method, pattern) in ROUTES {
        for outsider in &scene.outsiders {
            let (path, form, row) = case(method, pattern, outsider);
            let answer = knock(outsider, method, &path, &form).await;
            check(&format!("{method} {path}"), outsider, gets(&row, outsider.who), &answer);
        }
    }
    scene.assert_untouched().await;
}

async fn knock(outsider: &Outsider, method: &str, path: &str, form: &Form) -> Answer {
    let browser = if path == "/logout" { &outsider.spare } else { &outsider.browser };
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    match method {
        "get" => browser.get(path).await,
        // Whoever leaves the version out is told which there are; the files' own tests ask for the rest.
        "options" | "head" | "patch" | "put" | "delete" => {
            browser.send(browser.request(method.to_uppercase().parse().unwrap(), path)).await
        }
        "post" => browser.post(path, &form).await,
        other => panic!("{other} has no denial case"),
    }
}

#[tokio::test]
async fn a_stranger_sees_the_same_as_for_a_room_that_does_not_exist() {
    let scene = Scene::set().await;
    let eve = &scene.outsiders[Who::Stranger as usize].browser;
    let (room, nothing) = (scene.room.to_string(), "987654321".to_owned());
    let pairs = [
        ("get", format!("/r/{room}"), format!("/r/{nothing}")),
        ("get", format!("/r/{room}?before=1"), format!("/r/{nothing}?before=1")),
        ("get", format!("/r/{room}?at=1"), format!("/r/{nothing}?at=1")),
        ("get", format!("/r/{room}/receipts/1"), format!("/r/{nothing}/receipts/1")),
        ("get", format!("/r/{room}/message/1"), format!("/r/{nothing}/message/1")),
        ("post", format!("/r/{room}/message/1/reply"), format!("/r/{nothing}/message/1/reply")),
        ("post", format!("/r/{room}/message/1/edit"), format!("/r/{nothing}/message/1/edit")),
        ("post", format!("/r/{room}/message/1/delete"), format!("/r/{nothing}/message/1/delete")),
        ("post", format!("/r/{room}/message/1/unreact"), format!("/r/{nothing}/message/1/unreact")),
        ("post", format!("/r/{room}/message/1/accept"), format!("/r/{nothing}/message/1/accept")),
        ("post", format!("/r/{room}/message/1/withdraw"), format!("/r/{nothing}/message/1/withdraw")),
        ("get", format!("/r/{room}/bids/new"), format!("/r/{nothing}/bids/new")),
        ("get", format!("/r/{room}/bids/new?counter=1"), format!("/r/{nothing}/bids/new?counter=1")),
        ("post", format!("/r/{room}/bids/new"), format!("/r/{nothing}/bids/new")),
        ("get", format!("/r/{room}/location"), format!("/r/{nothing}/location")),
        ("post", format!("/r/{room}/location"), format!("/r/{nothing}/location")),
        ("get", format!("/search?q=stone&room={room}"), format!("/search?q=stone&room={nothing}")),
        ("post", format!("/r/{room}"), format!("/r/{nothing}")),
        ("post", format!("/r/{room}/read"), format!("/r/{nothing}/read")),
        ("get", "/dm/ben".to_owned(), "/dm/nobody".to_owned()),
        ("get", format!("/r/{room}/details"), format!("/r/{nothing}/details")),
        ("post", format!("/r/{room}/change/level"), format!("/r/{nothing}/change/level")),
    ];
    for (method, there, not_there) in pairs {
        let form = [("content", "Let me in"), ("seq", "1"), ("level", "none"), ("emoji", "👍"), ("amount", "1")];
        let mut seen = Vec::new();
        for path in [&there, &not_there] {
            let answer = if method == "get" { eve.get(path).await } else { eve.post(path, &form).await };
            assert_eq!(answer.status, 404, "{method} {path}");
            seen.push(without_nonce(&answer.body));
        }
        assert_eq!(seen[0], seen[1], "{method} {there}");
    }
}

/// The page without what differs from answer to answer.
fn without_nonce(page: &str) -> String {
    let mut parts = page.split("nonce=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |page, part| page + part.split_once('"').map_or(part, |(_, rest)| rest))
}

#[tokio::test]
async fn no_form_of_another_site_is_carried_out() {
    let scene = Scene::set().await;
    for (method, pattern) in ROUTES.iter().filter(|(method, _)| *method != "get") {
        let ana = Outsider {
            who: Who::Stranger,
            browser: scene.ana.browser.clone(),
            spare: scene.ana.browser.clone(),
            program: Program::new(scene.app.address),
            room: scene.room,
            username: "ben",
        };
        let (path, form, _) = case(method, pattern, &ana);
        for (name, value) in [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")]
        {
            let mut request = ana.browser.request(Method::POST, &path).form(&form).build().unwrap();
            request.headers_mut().insert(name, value.parse().unwrap());
            let answer = ana.browser.send_built(request).await;
            check(&format!("{path} from elsewhere"), &ana, Gets::Refused(Code::ForeignOrigin), &answer);
        }
    }
    scene.assert_untouched().await;
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_at_every_door() {
    let app = TestApp::start().await;
    let (ana, _ben, room) = app.pair().await;
    let content = "x".repeat(FORM_BYTES_MAX + 1);
    for path in ["/login", "/register", "/people/request", &format!("/r/{room}"), "/api/fn/send"] {
        for browser in [app.visitor(), ana.browser.clone()] {
            let answer = browser.post(path, &[("content", &content)]).await;
            assert_eq!(answer.status, Code::TooLarge.status(), "{path}");
        }
    }
}
