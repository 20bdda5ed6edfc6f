//! From a setting's text to its type. Rule: an error completes the sentence "X is "…", but …" and says what is
//! expected.

use crate::push::VapidKey;
use domain::TokenKey;
use ipnet::IpNet;
use std::{
    fmt::Display,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    str::FromStr,
};

/// Who may start a direct room (SPEC 3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direct {
    /// Two people who are connected both ways.
    #[default]
    Connected,
    /// Any two people.
    Anyone,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Pretty,
    /// One JSON object a line.
    Json,
}

/// The origin under which browsers find the server: `https://chat.example.org`, in lower case, without the default
/// port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// An origin: http or https, a host, perhaps a port, and nothing more than a slash behind it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let expected = "an address such as https://chat.example.org is expected, without a path";
        let uri = axum::http::Uri::from_str(text).map_err(|_| expected.to_owned())?;
        let has_more = uri.path() != "/" || uri.query().is_some() || text.contains(['@', '#']);
        match (uri.scheme_str(), uri.authority()) {
            (Some(scheme @ ("http" | "https")), Some(authority)) if !has_more && !authority.host().is_empty() => {
                Ok(Self(origin_of(scheme, authority.as_str())))
            }
            _ => Err(expected.to_owned()),
        }
    }

    /// The origin as browsers send it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Host and port, without the default port.
    pub fn authority(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, authority)| authority)
    }

    /// Whether it is https.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https:")
    }
}

/// Scheme and authority as browsers write an origin: lower case, default port left out.
pub fn origin_of(scheme: &str, authority: &str) -> String {
    let default_port = if scheme == "https" { ":443" } else { ":80" };
    let authority = authority.to_ascii_lowercase();
    format!("{scheme}://{}", authority.strip_suffix(default_port).unwrap_or(&authority))
}

pub(super) fn socket(text: &str) -> Result<SocketAddr, String> {
    let text = text.replacen("localhost:", "127.0.0.1:", 1);
    text.parse().map_err(|_| "an address with a port such as 127.0.0.1:3000 is expected".to_owned())
}

pub(super) fn folder(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() { Err("a folder is expected".to_owned()) } else { Ok(PathBuf::from(text)) }
}

pub(super) fn flag(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err("true or false is expected".to_owned()),
    }
}

pub(super) fn direct(text: &str) -> Result<Direct, String> {
    match text {
        "connected" => Ok(Direct::Connected),
        "anyone" => Ok(Direct::Anyone),
        _ => Err("connected or anyone is expected".to_owned()),
    }
}

pub(super) fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "pretty" => Ok(LogFormat::Pretty),
        "json" => Ok(LogFormat::Json),
        _ => Err("pretty or json is expected".to_owned()),
    }
}

pub(super) fn trusted(text: &str) -> Result<Vec<IpNet>, String> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let network = |part: &str| match part.parse::<IpAddr>() {
        Ok(address) => Ok(IpNet::from(address.to_canonical())),
        Err(_) => part.parse().map_err(|_| format!("{part} is neither an IP address nor a network such as 10.0.0.0/8")),
    };
    parts.map(network).collect()
}

pub(super) fn origins(text: &str) -> Result<Vec<PublicUrl>, String> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(PublicUrl::parse).collect()
}

pub(super) fn database(text: &str) -> Result<Option<String>, String> {
    let known = ["sqlite:", "postgres://", "postgresql://"];
    match text {
        "" => Ok(None),
        _ if known.iter().any(|scheme| text.starts_with(scheme) && text.len() > scheme.len()) => {
            Ok(Some(text.to_owned()))
        }
        _ => Err("sqlite:FILE or postgres://USER@HOST/NAME is expected".to_owned()),
    }
}

/// Whom somebody else may write to.
pub(super) fn contact(text: &str) -> Result<String, String> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\'));
    let is_long = |scheme: &str| text.strip_prefix(scheme).is_some_and(|rest| rest.contains('.'));
    if is_plain && (is_long("mailto:") || is_long("https://")) {
        return Ok(text.to_owned());
    }
    Err("an address such as mailto:operator@example.org or https://example.org is expected".to_owned())
}

pub(super) fn push_key(text: &str) -> Result<VapidKey, String> {
    VapidKey::parse(text)
}

/// Keys separated by commas, the one that signs first.
pub(super) fn token_keys(text: &str) -> Result<Vec<TokenKey>, String> {
    text.split(',').map(str::trim).filter(|key| !key.is_empty()).map(TokenKey::parse).collect()
}

pub(super) fn count<T: FromStr + PartialOrd + Display>(text: &str, min: T, max: T) -> Result<T, String> {
    match text.replace('_', "").parse::<T>() {
        Ok(number) if number >= min && number <= max => Ok(number),
        _ => Err(format!("a whole number from {min} to {max} is expected")),
    }
}
