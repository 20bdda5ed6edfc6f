//! `twotick app` and `twotick key`: host applications and their API keys. Rule: a second process on the database; a running server looks a
//! key up each time, so that a new one works and a revoked one is worth nothing at once.

use super::{Failure, open, say};
use crate::config::Config;
use clap::{Subcommand, builder::PossibleValuesParser};
use domain::Chat;
use wire::{
    KeyId,
    apps::{AppRow, KeyRow, Scope},
};

#[derive(Debug, Subcommand)]
pub(super) enum AppCommand {
    /// Make an application; what it calls its things and users is its own
    Create {
        /// A word for commands and addresses, such as jobs
        name: String,
        /// What people read where it speaks, such as "Acme Jobs"; without it, the name
        #[arg(long, default_value = "")]
        title: String,
    },
    /// List all applications
    List,
}

#[derive(Debug, Subcommand)]
pub(super) enum KeyCommand {
    /// Make an API key of an application, and print it once
    Create {
        /// The application
        app: String,
        /// What it may do; several with commas between, or `all`
        #[arg(long, required = true, value_delimiter = ',', value_parser = scopes())]
        scopes: Vec<String>,
        /// What to know it by, such as production
        #[arg(long, default_value = "")]
        label: String,
    },
    /// List the keys of all applications, or of one
    List {
        /// The application
        app: Option<String>,
    },
    /// End a key, for good
    Revoke {
        /// Its number, as the list has it
        key: i64,
    },
}

const ALL: &str = "all";

fn scopes() -> PossibleValuesParser {
    Scope::EVERY.map(Scope::as_str).into_iter().chain([ALL]).into()
}

pub(super) async fn run(command: AppCommand, config: Config) -> Result<(), Failure> {
    let chat = open(&config).await?;
    let outcome = look_after_apps(command, &chat).await;
    chat.close().await;
    outcome
}

pub(super) async fn run_key(command: KeyCommand, config: Config) -> Result<(), Failure> {
    let chat = open(&config).await?;
    let outcome = look_after_keys(command, &chat).await;
    chat.close().await;
    outcome
}

async fn look_after_apps(command: AppCommand, chat: &Chat) -> Result<(), Failure> {
    match command {
        AppCommand::Create { name, title } => {
            chat.make_app(&name, &title).await?;
            say(&format!("{name} is made. It needs a key: twotick key create {name} --scopes …"));
        }
        AppCommand::List => {
            for app in chat.apps().await? {
                say(&app_line(&app));
            }
        }
    }
    Ok(())
}

async fn look_after_keys(command: KeyCommand, chat: &Chat) -> Result<(), Failure> {
    match command {
        KeyCommand::Create { app, scopes, label } => {
            let scopes: Vec<Scope> = if scopes.iter().any(|word| word == ALL) {
                Scope::EVERY.to_vec()
            } else {
                scopes.iter().map(|word| Scope::of(word)).collect()
            };
            let key = chat.make_app_key(&app, &label, &scopes).await?;
            say(&format!("Key {} of {app} is made. Keep it now: it cannot be shown again.", key.id));
            say(&format!("Key: {}", key.text));
        }
        KeyCommand::List { app: None } => {
            for app in chat.apps().await? {
                app.keys.iter().for_each(|key| say(&key_line(&app.name, key)));
            }
        }
        KeyCommand::List { app: Some(name) } => {
            let apps = chat.apps().await?;
            let found = apps.iter().find(|app| app.name == name).ok_or(wire::Code::NoSuchApp);
            let app = found.map_err(|code| Failure::Refused(code.sentence().to_owned()))?;
            app.keys.iter().for_each(|key| say(&key_line(&app.name, key)));
        }
        KeyCommand::Revoke { key } => {
            chat.revoke_app_key(KeyId(key)).await?;
            say(&format!("Key {key} is revoked."));
        }
    }
    Ok(())
}

fn app_line(app: &AppRow) -> String {
    let working = app.keys.iter().filter(|key| key.revoked_at.is_none()).count();
    format!("{}  {}  since {}  keys: {working}", app.name, app.title, app.made_at)
}

fn key_line(app: &str, key: &KeyRow) -> String {
    let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
    let used = key.used_at.map_or("never used".to_owned(), |at| format!("used {at}"));
    let revoked = key.revoked_at.map(|at| format!("  [revoked {at}]")).unwrap_or_default();
    let label = if key.label.is_empty() { String::new() } else { format!("  “{}”", key.label) };
    format!("{}  {app}{label}  {}  since {}  {used}{revoked}", key.id, scopes.join(","), key.made_at)
}
