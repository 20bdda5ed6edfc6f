//! What a request brings: who calls, the path, the query, the body, the key. Rule: what is taken from a request is described by the same
//! type that reads it, and whatever cannot be read is refused with a reason.

use super::problem::Problem;
use crate::{guard::address, state::AppState};
use aide::{
    OperationInput,
    generate::GenContext,
    openapi::{MediaType, Operation, RequestBody, SchemaObject},
    operation::{ParamLocation, add_parameters, parameters_from_schema, set_body},
};
use axum::{
    body::{BodyDataStream, Bytes},
    extract::{ConnectInfo, FromRequest, FromRequestParts, MatchedPath, Path, Query, Request},
    http::{HeaderMap, header, request::Parts},
};
use domain::{Chat, Viewer};
use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{
    net::{IpAddr, SocketAddr},
    ops::Deref,
};
use wire::{Cid, Code};

/// Bytes of an `Idempotency-Key`.
const KEY_BYTES_MAX: usize = 255;

/// The token of an `Authorization: Bearer`, if there is one.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    // Of two nobody knows which one somebody before us believed.
    let line = lines.next().filter(|_| lines.next().is_none())?;
    let (scheme, token) = line.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Where a request comes from.
pub(super) async fn address_of(parts: &mut Parts, state: &AppState) -> Result<IpAddr, Problem> {
    let peer = ConnectInfo::<SocketAddr>::from_request_parts(parts, state).await.map_err(|_| Code::TryAgain)?;
    Ok(address::client(peer.0.ip(), &parts.headers, &state.config.trusted_proxies))
}

/// The operation that a request asks for, whatever it names in the path.
fn route_of(parts: &Parts) -> String {
    let path = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    format!("{} {path}", parts.method)
}

/// Somebody who is signed in.
pub struct Caller {
    chat: Chat,
    /// Who.
    pub viewer: Viewer,
}

impl Deref for Caller {
    type Target = Chat;

    fn deref(&self) -> &Chat {
        &self.chat
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let address = address_of(parts, state).await?;
        state.chat.admit_address(address).await?;
        let token = bearer(&parts.headers).ok_or(Code::SignedOut)?;
        let viewer = state.chat.bearer(token).await?.ok_or(Code::SignedOut)?;
        state.chat.admit_request(viewer.user, &route_of(parts)).await?;
        Ok(Self { chat: state.chat.clone(), viewer })
    }
}

impl OperationInput for Caller {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        operation.security = vec![[("bearer".to_owned(), Vec::new())].into()];
    }
}

/// The server, for what needs nobody signed in.
pub struct Anybody {
    /// The domain.
    pub chat: Chat,
    /// Where they come from, as the limits count it.
    pub address: IpAddr,
}

impl FromRequestParts<AppState> for Anybody {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let address = address_of(parts, state).await?;
        state.chat.admit_address(address).await?;
        state.chat.admit_request(domain::network_of(address), &route_of(parts)).await?;
        Ok(Self { chat: state.chat.clone(), address })
    }
}

impl OperationInput for Anybody {}

/// What the path names.
pub struct At<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<AppState> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(place)) => Ok(Self(place)),
            Err(_) => Err(Problem::malformed("The address names something that cannot be: ids are whole numbers.")),
        }
    }
}

impl<T: JsonSchema> OperationInput for At<T> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        describe::<T>(ctx, operation, ParamLocation::Path);
    }
}

/// What the query asks for.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<AppState> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Problem> {
        match Query::<T>::try_from_uri(&parts.uri) {
            Ok(Query(asked)) => Ok(Self(asked)),
            Err(error) => Err(Problem::malformed(format!("The query cannot be read: {}.", error.body_text()))),
        }
    }
}

impl<T: JsonSchema> OperationInput for Asked<T> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        describe::<T>(ctx, operation, ParamLocation::Query);
    }
}

/// What the body says, as JSON. An empty one says nothing.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<AppState> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        let is_json = is_json(request.headers());
        let bytes = Bytes::from_request(request, state).await.map_err(|_| Code::Malformed)?;
        // Of what it leaves out serde_json would not look at the letters.
        let Ok(text) = str::from_utf8(if bytes.is_empty() { b"{}" } else { &bytes }) else {
            return Err(Problem::malformed("The body cannot be read: it is no UTF-8."));
        };
        if !is_json && !bytes.is_empty() {
            return Err(Code::UnsupportedType.into());
        }
        // serde takes a list for an object whose fields come in order; nobody means that.
        if !text.trim_ascii_start().starts_with('{') {
            return Err(Problem::malformed("The body cannot be read: it is no JSON object."));
        }
        // serde_json refuses nesting beyond 128 levels.
        let said = serde_json::from_str(text);
        said.map(Self).map_err(|error| Problem::malformed(format!("The body cannot be read: {error}.")))
    }
}

impl<T: JsonSchema> OperationInput for Body<T> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        let schema = Some(SchemaObject { json_schema: schema_of::<T>(), example: None, external_docs: None });
        let media = MediaType { schema, ..MediaType::default() };
        let content = [("application/json".to_owned(), media)].into();
        set_body(ctx, operation, RequestBody { content, required: true, ..RequestBody::default() });
    }
}

/// An image, as it is. The domain bounds it while it comes.
pub struct Picture(pub BodyDataStream);

impl FromRequest<AppState> for Picture {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &AppState) -> Result<Self, Problem> {
        Ok(Self(request.into_body().into_data_stream()))
    }
}

impl OperationInput for Picture {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        let content = [("application/octet-stream".to_owned(), MediaType::default())].into();
        set_body(ctx, operation, RequestBody { content, required: true, ..RequestBody::default() });
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json"
}

/// Adds a parameter for each field. In an address nothing is null: what is not there is absent.
fn describe<T: JsonSchema>(ctx: &mut GenContext, operation: &mut Operation, place: ParamLocation) {
    let mut schema = schema_of::<T>();
    let fields = schema.ensure_object().get_mut("properties").and_then(Value::as_object_mut);
    for field in fields.into_iter().flat_map(|fields| fields.values_mut()) {
        if let Some(Value::Array(kinds)) = field.get_mut("type") {
            kinds.retain(|kind| kind != "null");
            if let [only] = &kinds[..] {
                field["type"] = only.clone();
            }
        }
    }
    let parameters = parameters_from_schema(ctx, schema, place);
    add_parameters(ctx, operation, parameters);
}

/// Requests are described where they are sent, as they are read.
fn schema_of<T: JsonSchema>() -> Schema {
    let inline = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut schema = inline.into_generator().into_root_schema_for::<T>();
    schema.remove("$schema");
    schema.remove("title");
    schema
}

/// The id of what is to be stored, in a header: any word that its sender does not use twice. A UUID is taken as the cid that it is.
pub struct Key(Option<Cid>);

#[derive(Deserialize, JsonSchema)]
struct KeyHeader {
    /// What is sent again with the same key is done once, and gets the same answer. A UUID is the same as that `cid`.
    #[serde(rename = "Idempotency-Key")]
    #[schemars(length(min = 1, max = 255), regex(pattern = "^[!-~]+$"))]
    #[allow(dead_code, reason = "it describes what is read below")]
    key: Option<String>,
}

impl FromRequestParts<AppState> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get("idempotency-key") else { return Ok(Self(None)) };
        let bytes = value.as_bytes();
        let is_key = (1..=KEY_BYTES_MAX).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic);
        match value.to_str() {
            Ok(text) if is_key => Ok(Self(Some(text.parse().unwrap_or_else(|_| named(bytes))))),
            _ => Err(Problem::malformed("An Idempotency-Key has 1 to 255 visible ASCII characters.")),
        }
    }
}

impl OperationInput for Key {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        describe::<KeyHeader>(ctx, operation, ParamLocation::Header);
    }
}

impl Key {
    /// What a request calls its act: in the body, or in the header. Without either no retry is safe, and the server calls it something.
    pub fn cid(self, said: Option<Cid>) -> Result<Cid, Problem> {
        match (self.0, said) {
            (Some(key), Some(cid)) if key != cid => {
                Err(Problem::malformed("cid and Idempotency-Key name different things. Send one of them."))
            }
            (key, said) => Ok(key.or(said).unwrap_or_else(crate::pages::visit::fresh_cid)),
        }
    }
}

/// A UUID (version 8) of a word.
fn named(key: &[u8]) -> Cid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(key)[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    Cid::from_bytes(bytes)
}

/// How many rows are asked for: what is beyond the limit is refused, not cut, so that nobody takes a part for the whole.
pub fn limit(asked: Option<i64>, default: usize, most: usize) -> Result<usize, Problem> {
    match asked.map(usize::try_from) {
        None => Ok(default),
        Some(Ok(limit)) if (1..=most).contains(&limit) => Ok(limit),
        _ => Err(Problem::malformed(format!("limit is a whole number from 1 to {most}."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_names_the_same_thing_each_time_and_a_uuid_names_itself() {
        let uuid = "019a9f3c-5d00-7abc-8def-0123456789ab";
        assert_eq!(named(b"order-17"), named(b"order-17"));
        assert_ne!(named(b"order-17"), named(b"order-18"));
        assert!(named(b"order-17").to_string()[14..].starts_with('8'));
        let key = || Key(Some(uuid.parse().unwrap()));
        assert_eq!(key().cid(None).unwrap().to_string(), uuid);
        assert_eq!(key().cid(Some(uuid.parse().unwrap())).unwrap().to_string(), uuid);
        assert!(key().cid(Some(named(b"another"))).is_err());
    }

    #[test]
    fn a_limit_beyond_the_limit_is_refused() {
        assert_eq!(limit(None, 50, 200).unwrap(), 50);
        assert_eq!(limit(Some(200), 50, 200).unwrap(), 200);
        for bad in [0, -1, 201, 1_000_000_000, i64::MAX, i64::MIN] {
            assert!(limit(Some(bad), 50, 200).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_bearer_is_a_token() {
        let token = |line: &str| {
            let headers = [(header::AUTHORIZATION, line.parse().unwrap())].into_iter().collect();
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(token("Bearer abc"), Some("abc".to_owned()));
        assert_eq!(token("bearer  abc"), Some("abc".to_owned()));
        assert_eq!((token("Basic abc"), token("abc"), token("")), (None, None, None));
    }
}
