//! The validated settings. Rule: flags before environment before file before defaults; every bad value is one sentence
//! that names where it stands, and nothing is read from the environment anywhere else.

mod settings;
mod value;

pub use settings::{Flags, SETTINGS, Setting};
pub use value::{Direct, LogFormat, PublicUrl, origin_of};

use crate::{gateway::Pace, patience::Patience, push::VapidKey};
use domain::TokenKey;
use ipnet::IpNet;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};
use value::{
    contact, count, database, direct, flag, folder, log_format, origins, push_key, socket, token_keys, trusted,
};

/// Everything that an operator can set, parsed.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The folder of the database file.
    pub data_dir: PathBuf,
    /// Where browsers find the server; none: whatever Host they name.
    pub public_url: Option<PublicUrl>,
    /// Username alone opens accounts without a password.
    pub passwordless: bool,
    /// Who may start a direct room.
    pub direct: Direct,
    /// The database, as the domain takes it.
    pub database_url: String,
    /// Accepted, and not used yet.
    pub redis_url: Option<String>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The site's folder, in place of what the binary holds.
    pub site_dir: Option<PathBuf>,
    /// The filter of the log.
    pub log: String,
    /// How the log is written.
    pub log_format: LogFormat,
    /// Connections at once.
    pub connections_max: usize,
    /// Connections at once from one foreign address.
    pub connections_per_address_max: usize,
    /// Sockets of one user.
    pub sockets_per_user_max: usize,
    /// Messages of one user in ten seconds.
    pub sends_per_window_max: u32,
    /// Login attempts per account and address in five minutes.
    pub logins_per_window_max: u32,
    /// New accounts from one address in an hour.
    pub registrations_per_hour_max: u32,
    /// Calls of one host application in ten seconds.
    pub host_calls_per_window_max: u32,
    /// Requests to the API from one address in ten seconds.
    pub api_requests_per_address_max: u32,
    /// The same of one user.
    pub api_requests_per_user_max: u32,
    /// The same of one user to one operation.
    pub api_requests_per_route_max: u32,
    /// Pages of other sites that may use the API.
    pub cors_origins: Vec<PublicUrl>,
    /// Life of a session.
    pub session_days: i64,
    /// Life of an access token.
    pub access_token_minutes: i64,
    /// What access tokens are signed with; none: the database has keys.
    pub token_keys: Vec<TokenKey>,
    /// Days after which messages are erased; none: they are kept.
    pub retention_days: Option<i64>,
    /// Grace before a user counts as offline.
    pub offline_grace_ms: u64,
    /// Whether messages are pushed.
    pub push: bool,
    /// Whom push services may write to.
    pub push_contact: Option<String>,
    /// The key by which they know this installation; none: the database has it.
    pub push_key: Option<VapidKey>,
    /// How long a message waits for a reader before it is pushed.
    pub push_delay_ms: i64,
    /// Push services may be anywhere.
    pub push_anywhere: bool,
    /// Webhooks may lead anywhere.
    pub webhooks_anywhere: bool,
    /// How long after the first failure a webhook is sent the same again.
    pub webhook_retry_ms: i64,
    /// Reading database connections.
    pub readers_max: u32,
    /// Bytes of one file of a message.
    pub attachment_bytes_max: i64,
    /// How long a socket may do nothing. Not a setting of operators: tests shorten it.
    pub pace: Pace,
    /// The same for connections and requests.
    pub patience: Patience,
}

/// A setting that cannot be used: one sentence for the operator.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub struct BadSetting(pub String);

impl Config {
    /// The defaults with this data folder, whatever the environment says: for tests and tools.
    pub fn new(data_dir: impl AsRef<Path>) -> Self {
        let flags = Flags([("data_dir", data_dir.as_ref().display().to_string())].into());
        Self::from_sources(&flags, None, &|_| None).expect("the defaults are valid, which a test proves")
    }

    /// The settings of this process. `config_file` is `--config`.
    pub fn load(flags: &Flags, config_file: Option<&Path>) -> Result<Self, BadSetting> {
        Self::from_sources(flags, config_file, &|name| std::env::var(name).ok())
    }

    /// The same with an environment of the caller's.
    pub fn from_sources(
        flags: &Flags,
        config_file: Option<&Path>,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, BadSetting> {
        let mut sources = Sources { flags, environment, file: None };
        let named = config_file.map(Path::to_owned).or_else(|| environment("TWOTICK_CONFIG").map(PathBuf::from));
        sources.file = match named {
            Some(path) => Some(read_file(path)?),
            None => beside_the_data(&sources.take("data_dir", folder)?)?,
        };
        sources.config()
    }

    /// What of it concerns the domain.
    pub fn domain(&self) -> domain::Settings {
        domain::Settings {
            passwordless: self.passwordless,
            direct_anyone: self.direct == Direct::Anyone,
            sends_per_window_max: self.sends_per_window_max,
            sockets_per_user_max: self.sockets_per_user_max,
            logins_per_window_max: self.logins_per_window_max,
            host_calls_per_window_max: self.host_calls_per_window_max,
            registrations_per_hour_max: self.registrations_per_hour_max,
            api_requests_per_address_max: self.api_requests_per_address_max,
            api_requests_per_user_max: self.api_requests_per_user_max,
            api_requests_per_route_max: self.api_requests_per_route_max,
            session_days: self.session_days,
            access_token_minutes: self.access_token_minutes,
            token_keys: self.token_keys.clone(),
            retention_days: self.retention_days,
            offline_grace_ms: self.offline_grace_ms,
            push_delay_ms: self.push_delay_ms,
            push_anywhere: self.push_anywhere,
            webhooks_anywhere: self.webhooks_anywhere,
            webhook_retry_ms: self.webhook_retry_ms,
            readers_max: self.readers_max,
            attachment_bytes_max: self.attachment_bytes_max,
            files_dir: self.data_dir.join("files"),
            ..domain::Settings::new(&self.database_url)
        }
    }

    /// Whether browsers reach the server over https, so that cookies are `Secure` and `__Host-`.
    pub fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(PublicUrl::is_https)
    }
}

type File = (PathBuf, toml::Table);

/// Without `--config`, `twotick.toml` in the data folder, if there is one. It cannot move the folder that it lies in.
fn beside_the_data(data_dir: &Path) -> Result<Option<File>, BadSetting> {
    let path = data_dir.join("twotick.toml");
    if !path.exists() {
        return Ok(None);
    }
    let file = read_file(path)?;
    if file.1.contains_key("data_dir") {
        let path = file.0.display();
        return Err(BadSetting(format!(
            "{path} lies in the data folder and cannot say where that is: remove data_dir there."
        )));
    }
    Ok(Some(file))
}

fn read_file(path: PathBuf) -> Result<File, BadSetting> {
    let shown = path.display();
    let text =
        std::fs::read_to_string(&path).map_err(|error| BadSetting(format!("{shown} cannot be read: {error}.")))?;
    let table = text.parse::<toml::Table>().map_err(|error| {
        let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].lines().count().max(1));
        BadSetting(format!("{shown}, line {line}: this is not TOML: {}.", error.message().trim_end_matches('.')))
    })?;
    for key in table.keys() {
        if !SETTINGS.iter().any(|setting| setting.name == key) {
            return Err(BadSetting(format!(
                "{shown}: there is no setting {key}; `twotick help serve` lists them all."
            )));
        }
    }
    Ok((path, table))
}

struct Sources<'a> {
    flags: &'a Flags,
    environment: &'a dyn Fn(&str) -> Option<String>,
    file: Option<File>,
}

impl Sources<'_> {
    fn config(&self) -> Result<Config, BadSetting> {
        let data_dir = self.take("data_dir", folder)?;
        let database_url = match self.take("database_url", database)? {
            Some(url) => url,
            None => format!("sqlite:{}", data_dir.join("twotick.db").display()),
        };
        Ok(Config {
            listen: self.take("listen", socket)?,
            public_url: self.optional("public_url", PublicUrl::parse)?,
            passwordless: self.take("passwordless", flag)?,
            direct: self.take("direct", direct)?,
            redis_url: self.optional("redis_url", |text| Ok(text.to_owned()))?,
            trusted_proxies: self.take("trusted_proxies", trusted)?,
            site_dir: self.optional("site_dir", folder)?,
            log: self.take("log", |text| Ok(text.to_owned()))?,
            log_format: self.take("log_format", log_format)?,
            connections_max: self.take("connections_max", |text| count(text, 1, 1_000_000))?,
            connections_per_address_max: self.take("connections_per_address_max", |text| count(text, 1, 1_000_000))?,
            sockets_per_user_max: self.take("sockets_per_user_max", |text| count(text, 1, 10_000))?,
            sends_per_window_max: self.take("sends_per_window_max", |text| count(text, 1, 1_000_000))?,
            logins_per_window_max: self.take("logins_per_window_max", |text| count(text, 1, 1_000_000))?,
            host_calls_per_window_max: self.take("host_calls_per_window_max", |text| count(text, 1, 1_000_000))?,
            registrations_per_hour_max: self.take("registrations_per_hour_max", |text| count(text, 1, 1_000_000))?,
            api_requests_per_address_max: self
                .take("api_requests_per_address_max", |text| count(text, 1, 1_000_000))?,
            api_requests_per_user_max: self.take("api_requests_per_user_max", |text| count(text, 1, 1_000_000))?,
            api_requests_per_route_max: self.take("api_requests_per_route_max", |text| count(text, 1, 1_000_000))?,
            cors_origins: self.take("cors_origins", origins)?,
            session_days: self.take("session_days", |text| count(text, 1, 3_650))?,
            access_token_minutes: self.take("access_token_minutes", |text| count(text, 1, 1_440))?,
            token_keys: self.take("token_keys", token_keys)?,
            retention_days: self.optional("retention_days", |text| count(text, 1, 36_500))?,
            offline_grace_ms: self.take("offline_grace_ms", |text| count(text, 0, 60_000))?,
            push: self.take("push", flag)?,
            push_contact: self.optional("push_contact", contact)?,
            push_key: self.optional("push_key", push_key)?,
            push_delay_ms: self.take("push_delay_ms", |text| count(text, 1, 600_000))?,
            push_anywhere: self.take("push_anywhere", flag)?,
            webhooks_anywhere: self.take("webhooks_anywhere", flag)?,
            webhook_retry_ms: self.take("webhook_retry_ms", |text| count(text, 1, 600_000))?,
            readers_max: self.take("readers_max", |text| count(text, 1, 64))?,
            attachment_bytes_max: self.take("attachment_bytes_max", |text| count(text, 1, 1 << 40))?,
            data_dir,
            database_url,
            pace: Pace::default(),
            patience: Patience::default(),
        })
    }

    /// The first value that somebody gave, and how that place is called; an empty one in the environment is none.
    fn find(&self, setting: &Setting) -> Option<(String, String)> {
        if let Some(text) = self.flags.0.get(setting.name) {
            return Some((text.clone(), format!("--{}", setting.name.replace('_', "-"))));
        }
        if let Some(text) = (self.environment)(setting.environment).filter(|text| !text.is_empty()) {
            return Some((text, setting.environment.to_owned()));
        }
        let (path, table) = self.file.as_ref()?;
        let value = table.get(setting.name)?;
        Some((in_one_line(value), format!("{} in {}", setting.name, path.display())))
    }

    fn take<T>(&self, name: &str, parse: impl Fn(&str) -> Result<T, String>) -> Result<T, BadSetting> {
        let setting = SETTINGS.iter().find(|setting| setting.name == name).expect("callers name settings of the table");
        let (text, place) =
            self.find(setting).unwrap_or_else(|| (setting.default.to_owned(), setting.environment.to_owned()));
        parse(text.trim())
            .map_err(|expected| BadSetting(format!("{place} is \"{}\", but {expected}.", hidden(name, &text))))
    }

    fn optional<T>(&self, name: &str, parse: impl Fn(&str) -> Result<T, String>) -> Result<Option<T>, BadSetting> {
        self.take(name, |text| if text.is_empty() { Ok(None) } else { parse(text).map(Some) })
    }
}

/// Addresses of databases hold passwords, keys are secret, and what is printed here ends in logs.
fn hidden<'a>(name: &str, text: &'a str) -> &'a str {
    match name {
        "database_url" | "redis_url" => text.split("://").next().unwrap_or("…"),
        "push_key" | "token_keys" => "…",
        _ => text,
    }
}

fn in_one_line(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Array(values) => values.iter().map(in_one_line).collect::<Vec<_>>().join(","),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Boolean(is_so) => is_so.to_string(),
        other => format!("a {}", other.type_str()),
    }
}

#[cfg(test)]
mod tests;
