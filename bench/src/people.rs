//! People and their sockets, through the same doors as browsers. Rule: a refusal ends the run.

use crate::Failure;
use futures::StreamExt;
use reqwest::{Client, header, redirect::Policy};
use std::net::SocketAddr;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, client::IntoClientRequest, protocol::WebSocketConfig},
};
use wire::RoomId;

/// A socket of a client.
pub type Socket = WebSocketStream<TcpStream>;

/// A signed-in person.
pub struct Person {
    name: String,
    cookie: String,
    address: SocketAddr,
    client: Client,
}

impl Person {
    /// Registers without a password.
    pub async fn register(client: &Client, address: SocketAddr, name: String) -> Result<Self, Failure> {
        let mut person = Self { name, cookie: String::new(), address, client: client.clone() };
        let form = [("username", person.name.as_str()), ("display_name", ""), ("password", ""), ("next", "/")];
        let response = person.post("/register", &form).await?;
        let cookie = response.headers().get(header::SET_COOKIE).ok_or("no cookie")?.to_str()?;
        person.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Ok(person)
    }

    /// Signs in by name alone.
    pub async fn log_in(client: &Client, address: SocketAddr, name: String) -> Result<Self, Failure> {
        let mut person = Self { name, cookie: String::new(), address, client: client.clone() };
        let response = person.post("/login", &[("username", person.name.as_str()), ("next", "/")]).await?;
        let cookie = response.headers().get(header::SET_COOKIE).ok_or("no cookie")?.to_str()?;
        person.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Ok(person)
    }

    /// A page, as its compressed bytes.
    pub async fn page(&self, path: &str) -> Result<Vec<u8>, Failure> {
        let request = self.client.get(format!("http://{}{path}", self.address)).header(header::COOKIE, &self.cookie);
        let response = request.header(header::ACCEPT_ENCODING, "gzip").send().await?;
        match response.status().as_u16() {
            200 => Ok(response.bytes().await?.to_vec()),
            status => Err(format!("{} {path}: HTTP {status}", self.name).into()),
        }
    }

    /// An access token of the API.
    pub async fn token(&self) -> Result<String, Failure> {
        let body = serde_json::json!({ "username": self.name }).to_string();
        let request = self.client.post(format!("http://{}/api/v1/token", self.address));
        let response = request.header(header::CONTENT_TYPE, "application/json").body(body).send().await?;
        let pair: serde_json::Value = serde_json::from_str(&response.error_for_status()?.text().await?)?;
        Ok(pair["access_token"].as_str().ok_or("no access token")?.to_owned())
    }

    /// Connects two people and gives their room.
    pub async fn room_with(&self, other: &Self) -> Result<RoomId, Failure> {
        self.post("/people/request", &[("username", &other.name), ("q", "")]).await?;
        other.post("/people/accept", &[("username", &self.name), ("q", "")]).await?;
        let url = format!("http://{}/dm/{}", self.address, other.name);
        let response = self.client.get(url).header(header::COOKIE, &self.cookie).send().await?;
        let location = response.headers().get(header::LOCATION).ok_or("no room")?.to_str()?;
        Ok(location.trim_start_matches("/r/").parse()?)
    }

    /// A socket that has been welcomed.
    pub async fn socket(&self) -> Result<Socket, Failure> {
        Ok(self.welcome().await?.0)
    }

    /// A socket, and what it was welcomed with.
    pub async fn welcome(&self) -> Result<(Socket, String), Failure> {
        let tcp = TcpStream::connect(self.address).await?;
        tcp.set_nodelay(true)?;
        let mut request = format!("ws://{}/ws", self.address).into_client_request()?;
        request.headers_mut().insert("cookie", self.cookie.parse()?);
        request.headers_mut().insert("origin", format!("http://{}", self.address).parse()?);
        let config = WebSocketConfig::default().read_buffer_size(4 * 1024).write_buffer_size(0);
        let (mut socket, _) = client_async_with_config(request, tcp, Some(config)).await?;
        match socket.next().await {
            Some(Ok(Message::Text(text))) if text.contains(r#""type":"welcome""#) => Ok((socket, text.to_string())),
            other => Err(format!("{} was not welcomed: {other:?}", self.name).into()),
        }
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Result<reqwest::Response, Failure> {
        let origin = format!("http://{}", self.address);
        let request = self.client.post(format!("{origin}{path}")).header(header::ORIGIN, origin).form(form);
        let response = request.header(header::COOKIE, &self.cookie).send().await?;
        match response.status().as_u16() {
            303 => Ok(response),
            status => Err(format!("{} {path}: HTTP {status}", self.name).into()),
        }
    }
}

/// A client that follows no redirects.
pub fn client() -> Result<Client, Failure> {
    Ok(Client::builder().redirect(Policy::none()).no_proxy().build()?)
}
