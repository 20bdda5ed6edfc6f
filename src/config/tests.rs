//! What the settings promise to operators. Rule: no test reads the machine's own environment.

use super::*;
use ipnet::IpNet;
use std::collections::BTreeMap;
use tempfile::NamedTempFile;

fn load(flags: &[(&'static str, &str)], environment: &[(&str, &str)], file: Option<&Path>) -> Result<Config, String> {
    let flags = Flags(flags.iter().map(|(name, text)| (*name, (*text).to_owned())).collect());
    let environment: BTreeMap<_, _> = environment.iter().copied().collect();
    Config::from_sources(&flags, file, &|name| environment.get(name).map(|text| (*text).to_owned()))
        .map_err(|bad| bad.0)
}

fn file(text: &str) -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

#[test]
fn without_anything_the_defaults_hold() {
    let config = load(&[], &[], None).unwrap();
    assert_eq!(config.listen, "127.0.0.1:3000".parse().unwrap());
    assert_eq!(config.database_url, "sqlite:./data/twotick.db");
    assert_eq!(config.sends_per_window_max, wire::limits::SENDS_PER_WINDOW_MAX);
    assert_eq!(config.sockets_per_user_max, wire::limits::SOCKETS_PER_USER_MAX);
    assert_eq!(config.logins_per_window_max, wire::limits::LOGINS_PER_WINDOW_MAX);
    assert_eq!(config.offline_grace_ms, wire::limits::OFFLINE_GRACE_MS);
    assert!(!config.passwordless && !config.is_https());
    assert!(config.push && !config.push_anywhere && config.push_key.is_none());
    assert_eq!(config.push_delay_ms, wire::limits::PUSH_DELAY_MS);
    assert_eq!(config.retention_days, None, "nothing is erased unless somebody has said so");
    assert_eq!(load(&[("retention_days", "30")], &[], None).unwrap().domain().retention_days, Some(30));
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let path =
        file("session_days = 1\nreaders_max = 2\nlog = \"debug\"\ntrusted_proxies = [\"10.0.0.1\", \"fd00::/8\"]");
    let environment = [("TWOTICK_SESSION_DAYS", "3"), ("TWOTICK_READERS_MAX", "5"), ("TWOTICK_PASSWORDLESS", "")];
    let config = load(&[("session_days", "7")], &environment, Some(path.path())).unwrap();
    assert_eq!((config.session_days, config.readers_max, config.log.as_str()), (7, 5, "debug"));
    assert_eq!(config.trusted_proxies, ["10.0.0.1/32".parse::<IpNet>().unwrap(), "fd00::/8".parse().unwrap()]);
}

#[test]
fn a_bad_value_is_one_sentence_that_names_its_place() {
    let check = |environment: (&str, &str), expected: &str| {
        assert_eq!(load(&[], &[environment], None).unwrap_err(), expected);
    };
    check(
        ("TWOTICK_LISTEN", "here"),
        "TWOTICK_LISTEN is \"here\", but an address with a port such as 127.0.0.1:3000 is expected.",
    );
    check(("TWOTICK_PASSWORDLESS", "maybe"), "TWOTICK_PASSWORDLESS is \"maybe\", but true or false is expected.");
    check(
        ("TWOTICK_SESSION_DAYS", "-1"),
        "TWOTICK_SESSION_DAYS is \"-1\", but a whole number from 1 to 3650 is expected.",
    );
    let expected = "32 bytes of a P-256 key in base64url are expected";
    check(("TWOTICK_PUSH_KEY", "secret"), &format!("TWOTICK_PUSH_KEY is \"…\", but {expected}."));
    let expected = "32 bytes in base64url are expected for each key";
    check(("TWOTICK_TOKEN_KEYS", "secret"), &format!("TWOTICK_TOKEN_KEYS is \"…\", but {expected}."));
    for bad in ["operator", "mailto:operator", "http://example.org", "mailto:a@example.org\"", "https://é.org"] {
        let expected = "an address such as mailto:operator@example.org or https://example.org is expected";
        check(("TWOTICK_PUSH_CONTACT", bad), &format!("TWOTICK_PUSH_CONTACT is \"{bad}\", but {expected}."));
    }
    for bad in ["0", "-1", "soon", "40000"] {
        let expected = format!("TWOTICK_RETENTION_DAYS is \"{bad}\", but a whole number from 1 to 36500 is expected.");
        check(("TWOTICK_RETENTION_DAYS", bad), &expected);
    }
    check(
        ("TWOTICK_TRUSTED_PROXIES", "::1, x"),
        "TWOTICK_TRUSTED_PROXIES is \"::1, x\", but x is neither an IP address nor a network such as 10.0.0.0/8.",
    );
    let url = "an address such as https://chat.example.org is expected, without a path";
    for text in ["chat.example.org", "ftp://x", "https://x/chat", "https://u@x", "https://"] {
        check(("TWOTICK_PUBLIC_URL", text), &format!("TWOTICK_PUBLIC_URL is \"{text}\", but {url}."));
    }
    let error = load(&[("direct", "nobody")], &[], None).unwrap_err();
    assert_eq!(error, "--direct is \"nobody\", but connected or anyone is expected.");
}

#[test]
fn a_bad_database_address_is_refused_without_printing_its_password() {
    let error = load(&[], &[("DATABASE_URL", "mysql://ana:secret@db/chat")], None).unwrap_err();
    assert_eq!(error, "DATABASE_URL is \"mysql\", but sqlite:FILE or postgres://USER@HOST/NAME is expected.");
}

#[test]
fn a_bad_file_is_one_sentence() {
    let check = |text: &str, expected: &str| {
        let error = load(&[], &[], Some(file(text).path())).unwrap_err();
        assert!(error.contains(expected) && !error.contains('\n'), "{error}");
    };
    check("listen = \"127.0.0.1:1\"\nx = = 1", "line 2: this is not TOML");
    check("lisen = \"127.0.0.1:1\"", "there is no setting lisen");
    check("readers_max = \"many\"", "readers_max in ");
    let error = load(&[], &[], Some(Path::new("/nowhere/twotick.toml"))).unwrap_err();
    assert!(error.starts_with("/nowhere/twotick.toml cannot be read"), "{error}");
}

#[test]
fn a_public_url_is_kept_as_browsers_write_an_origin() {
    let check = |text: &str, origin: &str, is_https: bool| {
        let url = PublicUrl::parse(text).unwrap();
        assert_eq!((url.as_str(), url.is_https()), (origin, is_https));
    };
    check("https://Chat.Example.org:443/", "https://chat.example.org", true);
    check("http://[::1]:3000", "http://[::1]:3000", false);
    check("http://host:80", "http://host", false);
}
