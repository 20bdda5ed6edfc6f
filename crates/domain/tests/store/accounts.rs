//! Accounts and sessions. Rule: a token works until its session ends, and an ended session never works again.

use crate::support::world::{Place, account, assert_refused, login, login_by_name, open, register};
use domain::NewAccount;
use futures::future::join_all;
use wire::Code;

pub async fn the_first_account_is_the_operator_and_no_other(place: &Place) {
    let chat = open(place, "operator", |_| {}).await;
    let names = ["ann", "bob", "cid", "dan"];
    let registered = join_all(names.map(|name| register(&chat, name))).await;
    let operators = registered.iter().filter(|signed_in| signed_in.viewer.is_operator).count();
    assert_eq!(operators, 1, "of four who registered at once");
    assert!(!register(&chat, "eve").await.viewer.is_operator);
}

pub async fn a_name_is_taken_whatever_its_case(place: &Place) {
    let chat = open(place, "names", |_| {}).await;
    let viewer = register(&chat, "Alice").await.viewer;
    assert_eq!((viewer.username.as_str(), viewer.display_name.as_str()), ("Alice", "Alice"));
    assert_refused(chat.register(account("aLICE")).await, Code::NameTaken);
    assert_refused(chat.register(account("a")).await, Code::BadUsername);
    let short = NewAccount { password: Some("1234567".to_owned()), ..account("bob") };
    assert_refused(chat.register(short).await, Code::BadPassword);
    assert_refused(chat.register(NewAccount { password: None, ..account("bob") }).await, Code::BadPassword);
    let blank = NewAccount { display_name: Some("a\u{202e}b".to_owned()), ..account("bob") };
    assert_refused(chat.register(blank).await, Code::BadDisplayName);
    let named = NewAccount { display_name: Some(" Bob B. ".to_owned()), ..account("bob") };
    assert_eq!(chat.register(named).await.unwrap().viewer.display_name, "Bob B.");
}

pub async fn only_the_right_password_opens_an_account(place: &Place) {
    let chat = open(place, "passwords", |_| {}).await;
    let alice = register(&chat, "alice").await.viewer;
    let signed_in = chat.log_in(login("ALICE", "password alice")).await.unwrap();
    assert_eq!(signed_in.viewer.user, alice.user);
    assert_ne!(signed_in.viewer.session, alice.session);
    assert_refused(chat.log_in(login("alice", "password bob")).await, Code::WrongLogin);
    assert_refused(chat.log_in(login("nobody", "password nobody")).await, Code::WrongLogin);
    assert_refused(chat.log_in(login_by_name("alice")).await, Code::WrongLogin);
    assert_refused(chat.log_in(login_by_name("nobody")).await, Code::WrongLogin);
    assert_refused(chat.log_in(login("not a name", "password alice")).await, Code::WrongLogin);
    chat.ban("alice").await.unwrap();
    assert_refused(chat.log_in(login("alice", "password alice")).await, Code::Banned);
    assert_refused(chat.log_in(login("alice", "password bob")).await, Code::WrongLogin);
    assert_refused(chat.ban("nobody").await, Code::NoSuchPerson);
}

pub async fn attempts_are_limited_per_account(place: &Place) {
    let chat = open(place, "attempts", |settings| settings.logins_per_window_max = 3).await;
    register(&chat, "alice").await;
    for _ in 0..3 {
        assert_refused(chat.log_in(login("alice", "wrong password")).await, Code::WrongLogin);
    }
    let refused = chat.log_in(login("Alice", "password alice")).await.unwrap_err().refusal();
    assert_eq!(refused.code, Code::TooManyLogins);
    assert!(refused.wait_ms.is_some_and(|wait_ms| wait_ms > 200_000 && wait_ms <= 300_000));
    assert_refused(chat.log_in(login("bob", "wrong password")).await, Code::WrongLogin);
}

pub async fn a_session_lives_until_it_is_ended(place: &Place) {
    let chat = open(place, "sessions", |_| {}).await;
    let first = register(&chat, "alice").await;
    let second = chat.log_in(login("alice", "password alice")).await.unwrap();
    assert_eq!(first.token.len(), 43);
    assert!(!format!("{first:?}").contains(&first.token));
    assert_eq!(chat.viewer(&first.token).await.unwrap(), Some(first.viewer.clone()));
    for bad in ["", "x", &"A".repeat(43), &first.token[..42]] {
        assert_eq!(chat.viewer(bad).await.unwrap(), None);
    }

    chat.log_out(&first.viewer).await.unwrap();
    chat.log_out(&first.viewer).await.unwrap();
    assert_eq!(chat.viewer(&first.token).await.unwrap(), None);
    assert!(chat.viewer(&second.token).await.unwrap().is_some());

    chat.reset_password("Alice", "another password").await.unwrap();
    assert_eq!(chat.viewer(&second.token).await.unwrap(), None);
    assert_refused(chat.log_in(login("alice", "password alice")).await, Code::WrongLogin);
    let third = chat.log_in(login("alice", "another password")).await.unwrap();
    assert_refused(chat.reset_password("alice", "short").await, Code::BadPassword);

    chat.ban("alice").await.unwrap();
    assert_eq!(chat.viewer(&third.token).await.unwrap(), None);
    chat.unban("alice").await.unwrap();
    assert_eq!(chat.viewer(&third.token).await.unwrap(), None, "a ban ends the sessions for good");
    chat.log_in(login("alice", "another password")).await.unwrap();

    let brief = open(place, "brief_sessions", |settings| settings.session_days = 0).await;
    let expired = register(&brief, "alice").await;
    assert_eq!(brief.viewer(&expired.token).await.unwrap(), None);
}

pub async fn a_name_alone_opens_accounts_without_a_password_only(place: &Place) {
    let chat = open(place, "passwordless", |settings| settings.passwordless = true).await;
    let guest = chat.log_in(login_by_name("guest")).await.unwrap().viewer;
    assert!(!guest.is_operator, "nobody could ever open it again");
    assert_eq!(chat.log_in(login_by_name("GUEST")).await.unwrap().viewer.user, guest.user);
    assert_refused(chat.log_in(login("guest", "any password")).await, Code::WrongLogin);
    assert_refused(chat.log_in(login_by_name("not a name")).await, Code::BadUsername);
    register(&chat, "alice").await;
    assert_refused(chat.log_in(login_by_name("alice")).await, Code::WrongLogin);
    chat.ban("guest").await.unwrap();
    assert_refused(chat.log_in(login_by_name("guest")).await, Code::Banned);
}
