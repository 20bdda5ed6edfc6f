//! The lobby at the doors: what stands below everybody's conversations, and what sockets hear of it. Rule: public rooms are
//! everybody's to find, private ones nobody's, and a request only theirs who were asked.

use crate::support::{Member, Socket, TestApp, socket::fresh_cid};
use wire::{Foyer, frame::ServerFrame};

async fn make(member: &Member, title: &str, is_public: bool) -> String {
    let cid = fresh_cid().to_string();
    let mut form = vec![("cid", cid.as_str()), ("title", title), ("topic", "Beans")];
    if is_public {
        form.push(("public", "on"));
    }
    member.browser.post("/rooms", &form).await.location.expect("a room")
}

async fn lobby(socket: &mut Socket) -> Foyer {
    let pick = |frame: &ServerFrame| if let ServerFrame::Lobby(foyer) = frame { Some(foyer.clone()) } else { None };
    socket.expect("the lobby", pick).await
}

#[tokio::test]
async fn the_list_of_conversations_offers_public_rooms_that_one_is_not_in() {
    let app = TestApp::start().await;
    let (ana, eve) = (app.person("ana").await, app.person("eve").await);
    let empty = eve.browser.get("/").await.body;
    assert!(empty.contains("Make a room") && !empty.contains("data-listed"), "{empty}");
    let garden = make(&ana, "Garden", true).await;
    make(&ana, "Secret plans", false).await;
    for path in ["/".to_owned(), garden.clone()] {
        assert!(!ana.browser.get(&path).await.body.contains("data-listed"), "her own are none to join");
    }
    let offered = eve.browser.get("/").await.body;
    assert!(offered.contains("Garden") && offered.contains("1 member · Beans"), "{offered}");
    assert!(offered.contains(&format!("action=\"{garden}/change/join\"")), "{offered}");
    assert!(!offered.contains("Secret plans"), "{offered}");
    let joined = eve.browser.post(&format!("{garden}/change/join"), &[]).await;
    assert_eq!((joined.status, joined.location.as_deref()), (303, Some(garden.as_str())));
    assert!(!eve.browser.get("/").await.body.contains("data-listed"));
}

#[tokio::test]
async fn a_socket_hears_of_public_rooms_after_its_welcome_and_when_they_change() {
    let app = TestApp::start().await;
    let (ana, eve) = (app.person("ana").await, app.person("eve").await);
    let garden = make(&ana, "Garden", true).await;
    let mut hers = eve.socket().await;
    let first = lobby(&mut hers).await;
    assert_eq!(first.rooms.iter().map(|room| room.title.as_str()).collect::<Vec<_>>(), ["Garden"]);
    make(&ana, "Secret plans", false).await;
    let renamed = ana.browser.post(&format!("{garden}/change/rename"), &[("title", "Orchard")]).await;
    assert_eq!(renamed.status, 303);
    // One telling may be under way still.
    let told = loop {
        let told = lobby(&mut hers).await;
        if told.rev != first.rev {
            break told;
        }
    };
    assert_eq!(told.rooms.iter().map(|room| room.title.as_str()).collect::<Vec<_>>(), ["Orchard"]);
}

#[tokio::test]
async fn a_request_shows_on_every_page_of_whoever_was_asked_and_of_nobody_else() {
    let app = TestApp::start().await;
    let (ana, ben, eve) = (app.person("ana").await, app.person("ben").await, app.person("eve").await);
    let mut hers = ana.socket().await;
    ben.people("request", &ana).await;
    let pick = |frame: &ServerFrame| match frame {
        ServerFrame::People { requests, row: Some(row) } => Some((*requests, row.person.username.clone())),
        _ => None,
    };
    assert_eq!(hers.expect("the request", pick).await, (1, "ben".to_owned()));
    for path in ["/", "/people", "/rooms", "/subjects"] {
        assert!(ana.browser.get(path).await.body.contains("data-requests=\"1\""), "{path}");
        for other in [&ben, &eve] {
            assert!(other.browser.get(path).await.body.contains("data-requests=\"0\""), "{path}");
        }
    }
    assert!(ana.browser.get("/").await.body.contains("1 person wants to connect with you"));
    ana.people("accept", &ben).await;
    assert!(ana.browser.get("/").await.body.contains("data-requests=\"0\""));
}
