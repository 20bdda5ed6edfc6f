//! People at the doors: requests with or without a session. Rule: what a browser would send, and nothing more.

use super::socket::{self, Socket};
use reqwest::{Client, Method, StatusCode, header, redirect::Policy};
use std::net::SocketAddr;
use wire::{Refusal, RoomId};

/// Everybody's.
const PASSWORD: &str = "correct horse";

/// Somebody at the door, signed in or not.
#[derive(Clone)]
pub struct Visitor {
    /// The server.
    pub address: SocketAddr,
    /// `name=value` of the session cookie.
    pub cookie: Option<String>,
    client: Client,
}

/// A signed-in person.
#[derive(Clone)]
pub struct Member {
    /// The username.
    pub name: String,
    /// The person's browser.
    pub browser: Visitor,
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Where a redirect leads.
    pub location: Option<String>,
    /// The session cookie, if one was set.
    pub cookie: Option<String>,
    /// The body.
    pub body: String,
}

impl Answer {
    /// The refusal in a JSON answer.
    pub fn refusal(&self) -> Refusal {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("no refusal ({error}): {self:?}"))
    }
}

impl Visitor {
    /// Somebody who has not signed in.
    pub fn new(address: SocketAddr) -> Self {
        let client = Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
        Self { address, cookie: None, client }
    }

    /// `GET path`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// A form, posted by a page of ours.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(self.request(Method::POST, path).form(form)).await
    }

    /// A server function, called by a page of ours.
    pub async fn call(&self, path: &str, arguments: &serde_json::Value) -> Answer {
        let json = self.request(Method::POST, path).header(header::CONTENT_TYPE, "application/json");
        self.send(json.header(header::ACCEPT, "application/json").body(arguments.to_string())).await
    }

    /// A request that carries the cookie and this site's origin, to be changed at will.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method, format!("http://{}{path}", self.address));
        let request = request.header(header::ORIGIN, format!("http://{}", self.address));
        match &self.cookie {
            Some(cookie) => request.header(header::COOKIE, cookie),
            None => request,
        }
    }

    /// Sends a request.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        self.send_built(request.build().unwrap()).await
    }

    /// Sends a request with headers of the test's own.
    pub async fn send_built(&self, request: reqwest::Request) -> Answer {
        let response = super::within("an answer", self.client.execute(request)).await.unwrap();
        let text = |name| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
        let (location, cookie) = (text(header::LOCATION), text(header::SET_COOKIE));
        let cookie = cookie.and_then(|cookie| Some(cookie.split(';').next()?.to_owned()));
        Answer { status: response.status().as_u16(), location, cookie, body: response.text().await.unwrap() }
    }

    /// Opens a socket, with whatever session there is.
    pub async fn try_socket(&self) -> Result<Socket, (StatusCode, String)> {
        let origin = format!("http://{}", self.address);
        socket::open(self.address, self.cookie.as_deref(), Some(&origin)).await
    }

    /// Opens a socket that is let in; the caller hears `welcome` first.
    pub async fn socket(&self) -> Socket {
        self.try_socket().await.expect("the socket is upgraded")
    }
}

impl Member {
    /// Registers with the form.
    pub async fn register(address: SocketAddr, name: &str) -> Self {
        let mut browser = Visitor::new(address);
        let form = [("username", name), ("display_name", ""), ("password", PASSWORD), ("next", "/")];
        let answer = browser.post("/register", &form).await;
        assert_eq!(answer.status, 303, "{name} registers: {answer:?}");
        browser.cookie = answer.cookie;
        Self { name: name.to_owned(), browser }
    }

    /// Signs in with the form, in another browser.
    pub async fn log_in_again(&self) -> Self {
        let mut browser = Visitor::new(self.browser.address);
        let form = [("username", self.name.as_str()), ("password", PASSWORD), ("next", "/")];
        let answer = browser.post("/login", &form).await;
        assert_eq!(answer.status, 303, "{} signs in: {answer:?}", self.name);
        browser.cookie = answer.cookie;
        Self { name: self.name.clone(), browser }
    }

    /// Tries to sign in with the password of the beginning.
    pub async fn log_in_fails(&self) -> Answer {
        let form = [("username", self.name.as_str()), ("password", PASSWORD), ("next", "/")];
        let answer = Visitor::new(self.browser.address).post("/login", &form).await;
        assert!(answer.cookie.is_none(), "{} is signed in: {answer:?}", self.name);
        answer
    }

    /// The secret of the session.
    pub fn token(&self) -> &str {
        self.browser.cookie.as_deref().and_then(|cookie| cookie.split_once('=')).expect("a member is signed in").1
    }

    /// Connects with somebody: one asks, the other accepts.
    pub async fn connect(&self, other: &Self) {
        self.people("request", other).await;
        other.people("accept", self).await;
    }

    /// One of the forms on the people page: `request`, `accept`, `decline`, `cancel`, `remove`.
    pub async fn people(&self, action: &str, other: &Self) {
        let form = [("username", other.name.as_str()), ("q", "")];
        let answer = self.browser.post(&format!("/people/{action}"), &form).await;
        assert_eq!(answer.status, 303, "{} {action} {}: {answer:?}", self.name, other.name);
    }

    /// The direct room with somebody connected.
    pub async fn room_with(&self, other: &Self) -> RoomId {
        let answer = self.browser.get(&format!("/dm/{}", other.name)).await;
        let room = answer.location.as_deref().and_then(|location| location.strip_prefix("/r/")?.parse().ok());
        room.unwrap_or_else(|| panic!("{} has no room with {}: {answer:?}", self.name, other.name))
    }

    /// A socket that has been welcomed.
    pub async fn socket(&self) -> Socket {
        let mut socket = self.browser.socket().await;
        socket.welcomed().await;
        socket
    }
}
