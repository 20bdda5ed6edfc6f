//! Every setting by its name. Rule: this table is the only list; flags, environment, file and help are made from it.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use std::collections::BTreeMap;

/// One setting: `data_dir` is the flag `--data-dir`, the environment's `TWOTICK_DATA_DIR` and the file's `data_dir`.
pub struct Setting {
    /// Its name in the file.
    pub name: &'static str,
    /// Its name in the environment.
    pub environment: &'static str,
    /// What holds when nobody says anything; empty: nothing.
    pub default: &'static str,
    /// One line for `--help`.
    pub help: &'static str,
}

macro_rules! settings {
    ($($name:ident $environment:literal $default:literal $help:literal;)*) => {
        /// All of them.
        pub const SETTINGS: &[Setting] = &[$(Setting {
            name: stringify!($name), environment: $environment, default: $default, help: $help,
        }),*];
    };
}

settings! {
    listen "TWOTICK_LISTEN" "127.0.0.1:3000" "Address and port to listen on; port 0 takes a free one";
    data_dir "TWOTICK_DATA_DIR" "./data" "Folder of the database file, and of the files that people send";
    public_url "TWOTICK_PUBLIC_URL" ""
        "Where browsers find this server, such as https://chat.example.org; without it, the request's Host";
    passwordless "TWOTICK_PASSWORDLESS" "false"
        "Let people enter by username alone (accounts with a password and operators keep theirs)";
    direct "TWOTICK_DIRECT" "connected" "Who may write to whom: `connected` people only, or `anyone`";
    database_url "DATABASE_URL" "" "sqlite:FILE or postgres://…; without it, twotick.db in the data folder";
    redis_url "REDIS_URL" ""
        "For several servers on one database; this version serves from one and does not use it";
    trusted_proxies "TWOTICK_TRUSTED_PROXIES" ""
        "Addresses or networks of reverse proxies whose X-Forwarded-For is believed, separated by commas";
    site_dir "TWOTICK_SITE_DIR" ""
        "Serve the page's files from this folder instead of those inside the binary";
    log "TWOTICK_LOG" "info" "What to log, such as `info` or `twotick=debug,domain=debug`";
    log_format "TWOTICK_LOG_FORMAT" "pretty" "`pretty` or `json`";
    connections_max "TWOTICK_CONNECTIONS_MAX" "20000" "Connections at once";
    connections_per_address_max "TWOTICK_CONNECTIONS_PER_ADDRESS_MAX" "1000"
        "Connections at once from one address that is neither this machine nor a trusted proxy";
    sockets_per_user_max "TWOTICK_SOCKETS_PER_USER_MAX" "50" "Open tabs and devices of one user at once";
    sends_per_window_max "TWOTICK_SENDS_PER_WINDOW_MAX" "20" "Messages of one user in 10 seconds";
    logins_per_window_max "TWOTICK_LOGINS_PER_WINDOW_MAX" "20"
        "Login attempts per account and address in 5 minutes";
    registrations_per_hour_max "TWOTICK_REGISTRATIONS_PER_HOUR_MAX" "100"
        "New accounts from one address in an hour";
    host_calls_per_window_max "TWOTICK_HOST_CALLS_PER_WINDOW_MAX" "1000"
        "Calls of one host application in 10 seconds";
    api_requests_per_address_max "TWOTICK_API_REQUESTS_PER_ADDRESS_MAX" "600"
        "Requests to the API from one address in 10 seconds";
    api_requests_per_user_max "TWOTICK_API_REQUESTS_PER_USER_MAX" "200" "Requests to the API of one user in 10 seconds";
    api_requests_per_route_max "TWOTICK_API_REQUESTS_PER_ROUTE_MAX" "100"
        "Requests of one user to one operation of the API in 10 seconds";
    cors_origins "TWOTICK_CORS_ORIGINS" ""
        "Sites whose pages may use the API, such as https://app.example.org, separated by commas";
    session_days "TWOTICK_SESSION_DAYS" "30" "Days after which a browser must sign in again";
    access_token_minutes "TWOTICK_ACCESS_TOKEN_MINUTES" "10"
        "Minutes after which a program shows its refresh token for another access token";
    token_keys "TWOTICK_TOKEN_KEYS" ""
        "What access tokens are signed with: 32 bytes in base64url, several separated by commas, of which the first signs; \
         without it, keys in the database, which change every 30 days";
    retention_days "TWOTICK_RETENTION_DAYS" ""
        "Days after which messages are erased for good; without it they are kept";
    offline_grace_ms "TWOTICK_OFFLINE_GRACE_MS" "5000"
        "Milliseconds without a socket after which a user is shown as offline";
    push "TWOTICK_PUSH" "true" "Tell people of messages through the push services of their browsers, if they want that";
    push_contact "TWOTICK_PUSH_CONTACT" ""
        "Whom push services may write to, mailto:… or https://…; without it, the public URL";
    push_key "TWOTICK_PUSH_KEY" ""
        "Private VAPID key: 32 bytes in base64url; without it, one that is made at the first start and kept in the database";
    push_delay_ms "TWOTICK_PUSH_DELAY_MS" "5000"
        "Milliseconds that a message waits for somebody to read it before it is pushed";
    push_anywhere "TWOTICK_PUSH_ANYWHERE" "false"
        "Let push services be on http, at any port and any host, also inside this network: for tests";
    webhooks_anywhere "TWOTICK_WEBHOOKS_ANYWHERE" "false"
        "Let webhooks lead to http as well, and to any host: for applications on this machine or in this network";
    webhook_retry_ms "TWOTICK_WEBHOOK_RETRY_MS" "5000"
        "Milliseconds after the first failure until a webhook is sent the same again; then twice as long each time, up to an hour";
    attachment_bytes_max "TWOTICK_ATTACHMENT_BYTES_MAX" "26214400" "Bytes of one file that is sent with a message";
    readers_max "TWOTICK_READERS_MAX" "4" "Database connections that read at the same time";
}

/// What the command line says: by the setting's name.
#[derive(Clone, Debug, Default)]
pub struct Flags(pub BTreeMap<&'static str, String>);

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |setting: &Setting| Some((setting.name, matches.get_one::<String>(setting.name)?.clone()));
        Ok(Self(SETTINGS.iter().filter_map(given).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.extend(Self::from_arg_matches(matches)?.0);
        Ok(())
    }
}

impl Args for Flags {
    fn augment_args(command: Command) -> Command {
        command.next_help_heading("Settings").args(SETTINGS.iter().map(flag))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

fn flag(setting: &Setting) -> Arg {
    let default = match setting.default {
        "" => String::new(),
        text => format!(", default: {text}"),
    };
    let arg = Arg::new(setting.name)
        .long(setting.name.replace('_', "-"))
        .value_name("VALUE")
        .action(ArgAction::Set)
        .global(true)
        .help(format!("{} [{}{default}]", setting.help, setting.environment));
    // `--passwordless` alone says yes.
    if setting.default == "false" {
        arg.num_args(0..=1).require_equals(true).default_missing_value("true")
    } else {
        arg
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_in_the_environment_follows_from_the_setting() {
        for setting in SETTINGS {
            let upper = setting.name.to_uppercase();
            let expected = if upper.ends_with("BASE_URL") || upper.starts_with("REDIS") {
                upper
            } else {
                format!("TWOTICK_{upper}")
            };
            assert_eq!(setting.environment, expected);
        }
    }
}
