//! Programs at the API. Rule: what a client without a browser sends, and nothing more: no cookie, no Origin.

use super::{Socket, TestApp, socket, within};
use reqwest::{Client, Method, StatusCode, header::HeaderMap};
use serde_json::{Value, json};
use std::net::SocketAddr;
use wire::{Code, apps::Scope};

/// Everybody's, as in [`super::people`].
const PASSWORD: &str = "correct horse";

/// A client of the API, signed in or not.
#[derive(Clone)]
pub struct Program {
    /// The server.
    pub address: SocketAddr,
    /// For `Authorization: Bearer`.
    pub access: Option<String>,
    /// Gets the next pair.
    pub refresh: String,
    client: Client,
}

/// What the API answered.
#[derive(Debug)]
pub struct Said {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; null where there is none, or no JSON.
    pub json: Value,
}

impl Said {
    /// It is a problem of this code, in every place where one says so.
    pub fn is_problem(&self, code: Code) {
        self.has_status(code.status());
        assert_eq!(self.headers["content-type"], "application/problem+json", "{self:?}");
        assert_eq!(
            (self.json["code"].as_str(), self.json["status"].as_u64()),
            (Some(code.as_str()), Some(self.status.into()))
        );
        assert_eq!(self.json["type"], format!("/api/v1/docs#{code}"), "{self:?}");
        for field in ["title", "detail"] {
            assert!(self.json[field].as_str().is_some_and(|text| !text.is_empty()), "{self:?}");
        }
    }

    /// It has this status.
    pub fn has_status(&self, status: u16) {
        assert_eq!(self.status, status, "{self:?}");
    }

    /// It went well.
    pub fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{self:?}");
        self.json
    }
}

impl Program {
    /// One that is not signed in.
    pub fn new(address: SocketAddr) -> Self {
        let client = Client::builder().no_proxy().build().unwrap();
        Self { address, access: None, refresh: String::new(), client }
    }

    /// One that signs in with everybody's password.
    pub async fn sign_in(address: SocketAddr, name: &str) -> Self {
        let mut program = Self::new(address);
        let said = program.call("POST", "/token", json!({ "username": name, "password": PASSWORD })).await;
        program.keep(&said.ok());
        program
    }

    /// Keeps a pair of tokens.
    pub fn keep(&mut self, pair: &Value) {
        self.access = Some(pair["access_token"].as_str().unwrap().to_owned());
        self.refresh = pair["refresh_token"].as_str().unwrap().to_owned();
    }

    /// The same with another access token.
    pub fn with_access(&self, access: &str) -> Self {
        Self { access: Some(access.to_owned()), ..self.clone() }
    }

    /// `GET` below `/api/v1`.
    pub async fn get(&self, path: &str) -> Said {
        self.send(self.request("GET", path)).await
    }

    /// JSON, by any method.
    pub async fn call(&self, method: &str, path: &str, body: Value) -> Said {
        let request = self.request(method, path).header("content-type", "application/json");
        self.send(request.body(body.to_string())).await
    }

    /// A request to be changed at will.
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method: Method = method.to_uppercase().parse().unwrap();
        let request = self.client.request(method, format!("http://{}/api/v1{path}", self.address));
        match &self.access {
            Some(access) => request.bearer_auth(access),
            None => request,
        }
    }

    /// Sends a request.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Said {
        let response = within("an answer", request.send()).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let json = serde_json::from_str(&response.text().await.unwrap()).unwrap_or_default();
        Said { status, headers, json }
    }

    /// A socket by the access token.
    pub async fn socket(&self) -> Result<Socket, (StatusCode, String)> {
        let bearer = self.access.as_ref().map(|access| format!("Bearer {access}"));
        socket::open_at(self.address, "/ws", &[("authorization", bearer.as_deref())]).await
    }

    /// A ticket for a socket.
    pub async fn ticket(&self) -> String {
        self.call("POST", "/ws-ticket", json!({})).await.ok()["ticket"].as_str().unwrap().to_owned()
    }
}

impl TestApp {
    /// A program of a new application, with a key of these scopes.
    pub async fn host(&self, name: &str, scopes: &[Scope]) -> Program {
        self.chat().make_app(name, "").await.unwrap();
        let key = self.chat().make_app_key(name, "", scopes).await.unwrap();
        Program::new(self.address).with_access(&key.text)
    }

    /// A program of somebody who has an account.
    pub async fn program(&self, name: &str) -> Program {
        Program::sign_in(self.address, name).await
    }
}
