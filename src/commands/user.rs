//! `twotick user`: a second process on the database. Rule: a running server hears of it within two seconds (C9).

use super::{Failure, open, say};
use crate::config::Config;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use clap::Subcommand;
use std::io::{BufRead, IsTerminal};
use wire::Time;

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Give an account a new password and end its sessions; without a terminal to ask on, one is made up and printed
    ResetPassword {
        /// The username
        name: String,
        /// Take the password from the first line of standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Lock an account out: its pages and sockets end at once
    Ban {
        /// The username
        name: String,
    },
    /// Let a banned account in again
    Unban {
        /// The username
        name: String,
    },
    /// Delete an account for good: its names, and everything that it wrote
    Delete {
        /// The username
        name: String,
        /// Do not ask for the username again
        #[arg(long)]
        yes: bool,
    },
    /// List all accounts
    List,
}

pub(super) async fn run(command: UserCommand, config: Config) -> Result<(), Failure> {
    let chat = open(&config).await?;
    let outcome = carry_out(command, &chat).await;
    chat.close().await;
    outcome
}

async fn carry_out(command: UserCommand, chat: &domain::Chat) -> Result<(), Failure> {
    match command {
        UserCommand::ResetPassword { name, password_stdin } => {
            let (password, is_made_up) = new_password(password_stdin)?;
            chat.reset_password(&name, &password).await?;
            say(&format!("{name} has a new password and is signed out everywhere."));
            if is_made_up {
                say(&format!("Password: {password}"));
            }
        }
        UserCommand::Ban { name } => {
            chat.ban(&name).await?;
            say(&format!("{name} is banned."));
        }
        UserCommand::Unban { name } => {
            chat.unban(&name).await?;
            say(&format!("{name} may sign in again."));
        }
        UserCommand::Delete { name, yes } => {
            if !yes {
                confirm(&name)?;
            }
            chat.delete_account(&name).await?;
            say(&format!(
                "{name} is deleted and signed out everywhere. What they wrote is erased by the server that runs, or by the next."
            ));
        }
        UserCommand::List => {
            for account in chat.accounts().await? {
                say(&line(&account));
            }
        }
    }
    Ok(())
}

fn new_password(from_stdin: bool) -> Result<(String, bool), Failure> {
    if from_stdin {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line)?;
        return Ok((line.trim_end_matches(['\r', '\n']).to_owned(), false));
    }
    if !std::io::stdin().is_terminal() {
        return Ok((made_up(), true));
    }
    let first = rpassword::prompt_password("New password (empty: make one up): ")?;
    if first.is_empty() {
        return Ok((made_up(), true));
    }
    if rpassword::prompt_password("Once more: ")? != first {
        return Err(Failure::Refused("The two passwords differ; nothing was changed.".to_owned()));
    }
    Ok((first, false))
}

/// Whoever deletes says once more whom.
fn confirm(name: &str) -> Result<(), Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::Refused("Deleting cannot be undone; to do it without being asked, say --yes.".to_owned()));
    }
    eprint!("This cannot be undone. Type the username to delete it: ");
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    if line.trim() == name {
        Ok(())
    } else {
        Err(Failure::Refused("That is another name; nothing was deleted.".to_owned()))
    }
}

/// 96 random bits: 16 characters.
pub(super) fn made_up() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 12]>())
}

fn line(account: &domain::Account) -> String {
    let is_banned = account.banned_at.map(|at: Time| format!("banned {at}"));
    let marks = [
        account.is_operator.then(|| "operator".to_owned()),
        (!account.has_password).then(|| "no password".to_owned()),
        is_banned,
    ];
    let marks: Vec<String> = marks.into_iter().flatten().collect();
    let marks = if marks.is_empty() { String::new() } else { format!("  [{}]", marks.join(", ")) };
    format!("{}  {}  since {}{marks}", account.username, account.display_name, account.created_at)
}
