//! An application's users. Rule: an external id is one account, whoever asks and however many at once, and nobody else's account is ever
//! one.

use super::host;
use crate::support::{
    talk,
    world::{self, Place, account, assert_refused, login, login_by_name, open, people},
};
use domain::{AppUserWish, Chat, Host, Settings};
use futures::future::join_all;
use std::collections::BTreeSet;
use wire::{Code, UserId};

fn wish(external_id: &str, username: Option<&str>, display_name: Option<&str>) -> AppUserWish {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    AppUserWish { external_id: external_id.to_owned(), username: owned(username), display_name: owned(display_name) }
}

async fn made(chat: &Chat, host: &Host, external_id: &str, username: &str) -> (UserId, String) {
    let user = chat.upsert_app_user(host, wish(external_id, Some(username), None)).await.unwrap();
    (user.person.id, user.person.username)
}

pub async fn one_external_id_is_one_account_however_many_ask(place: &Place) {
    let one = open(place, "upserts", |_| {}).await;
    let (jobs, trips) = (host(&one, "jobs").await, host(&one, "trips").await);
    let two = Chat::open(Settings::new(talk::url(place, "upserts"))).await.unwrap();
    let asked = (0..24).map(|number: usize| {
        let chat = if number.is_multiple_of(2) { &one } else { &two };
        made(chat, &jobs, if number < 12 { "7" } else { "8" }, "ana")
    });
    let found = join_all(asked).await;
    let accounts: BTreeSet<_> = found.iter().map(|(id, name)| (*id, name.as_str())).collect();
    let names: BTreeSet<_> = accounts.iter().map(|(_, name)| *name).collect();
    assert_eq!((accounts.len(), names), (2, ["ana", "ana-2"].into()), "{accounts:?}");
    assert!(found[..12].iter().all(|one| *one == found[0]) && found[12..].iter().all(|one| *one == found[12]));

    let (_, other) = made(&one, &trips, "7", "ana").await;
    assert_eq!(other, "ana-3", "another application's 7 is somebody else");
    let changed = one.upsert_app_user(&jobs, wish(" 7 ", Some("zoe"), Some("Ana Novak"))).await.unwrap();
    assert!(!changed.is_new && !changed.is_banned);
    assert_eq!((changed.person.id, &changed.person.username), (found[0].0, &found[0].1), "a name stays what it is");
    let kept = one.upsert_app_user(&jobs, wish("7", None, None)).await.unwrap();
    assert_eq!(kept.person.display_name, "Ana Novak");
    let unnamed = one.upsert_app_user(&jobs, wish("Ben@Example", None, None)).await.unwrap();
    assert!(unnamed.is_new);
    assert_eq!((unnamed.person.username.as_str(), unnamed.person.display_name.as_str()), ("benexample", "benexample"));
    for (bad, code) in [
        (wish("", None, None), Code::BadExternalId),
        (wish("a\nb", None, None), Code::BadExternalId),
        (wish(&"x".repeat(10_240), None, None), Code::BadExternalId),
        (wish("9", Some("~app-jobs"), None), Code::BadUsername),
        (wish("9", Some(&"x".repeat(10_240)), None), Code::BadUsername),
        (wish("9", None, Some("\u{200b}")), Code::BadDisplayName),
        (wish("9", None, Some(&"x".repeat(10_240))), Code::BadDisplayName),
    ] {
        assert_refused(one.upsert_app_user(&jobs, bad).await, code);
    }
    assert_refused(one.mint_tokens(&jobs, "9").await, Code::NoSuchPerson);
    two.close().await;
    one.close().await;
}

pub async fn a_taken_name_is_left_to_whoever_has_it(place: &Place) {
    let chat = open(place, "taken", |_| {}).await;
    let [ann, bob] = people(&chat, ["ann", "bob"]).await;
    let jobs = host(&chat, "jobs").await;
    let before = chat.profile(&bob).await.unwrap();
    for name in ["bob", "BOB", "Bob"] {
        let user = chat.upsert_app_user(&jobs, wish("b", Some(name), Some("Robert"))).await.unwrap();
        assert_ne!(user.person.id, bob.user);
        assert_eq!(user.person.username, "bob-2");
    }
    assert_eq!(chat.profile(&bob).await.unwrap(), before, "nothing of it has changed");
    let user = chat.upsert_app_user(&jobs, wish("bob", None, None)).await.unwrap();
    assert_eq!(user.person.username, "bob-3");
    for external_id in ["ann", "1", "", &ann.user.to_string()] {
        assert!(chat.mint_tokens(&jobs, external_id).await.is_err(), "{external_id:?} is no user of it");
    }
    for number in 0..12 {
        let (_, name) = made(&chat, &jobs, &format!("crowd {number}"), "ann").await;
        assert!(name.starts_with("ann-"), "{name}");
    }
    assert_refused(chat.register(account("bob-2")).await, Code::NameTaken);
    chat.close().await;
}

pub async fn tokens_are_minted_for_the_application_s_own(place: &Place) {
    let chat = open(place, "minting", |_| {}).await;
    people(&chat, ["ann"]).await;
    let (jobs, trips) = (host(&chat, "jobs").await, host(&chat, "trips").await);
    let (user, _) = made(&chat, &jobs, "7", "bob").await;
    let tokens = chat.mint_tokens(&jobs, "7").await.unwrap();
    let viewer = chat.bearer(&tokens.access).await.unwrap().unwrap();
    assert_eq!((viewer.user, viewer.is_operator), (user, false));
    let next = chat.refresh(&tokens.refresh).await.unwrap();
    assert_eq!(next.viewer.session, viewer.session, "a family like any other");
    let second = chat.mint_tokens(&jobs, "7").await.unwrap();
    assert_ne!(second.viewer.session, viewer.session);
    chat.log_out(&viewer).await.unwrap();
    assert!(chat.bearer(&next.access).await.unwrap().is_none());
    assert!(chat.bearer(&second.access).await.unwrap().is_some());
    assert_refused(chat.mint_tokens(&trips, "7").await, Code::NoSuchPerson);

    chat.ban("bob").await.unwrap();
    assert!(chat.bearer(&second.access).await.unwrap().is_none());
    assert_refused(chat.mint_tokens(&jobs, "7").await, Code::Banned);
    let found = chat.upsert_app_user(&jobs, wish("7", None, None)).await.unwrap();
    assert!(found.is_banned && !found.is_new);
    chat.unban("bob").await.unwrap();
    chat.mint_tokens(&jobs, "7").await.unwrap();
    chat.close().await;

    let url = talk::url(place, "minting");
    world::change(&url, "update users set is_operator = true where username_key = 'bob'").await;
    let chat = Chat::open(Settings::new(url)).await.unwrap();
    assert_refused(chat.mint_tokens(&jobs, "7").await, Code::NotAllowed);
    chat.close().await;
}

pub async fn an_application_s_account_is_opened_by_no_name(place: &Place) {
    let chat = open(place, "no_name", |settings| settings.passwordless = true).await;
    let jobs = host(&chat, "jobs").await;
    made(&chat, &jobs, "7", "bob").await;
    assert_refused(chat.log_in(login_by_name("bob")).await, Code::WrongLogin);
    assert_refused(chat.log_in(login("bob", "password bob")).await, Code::WrongLogin);
    let ann = world::register(&chat, "ann").await.viewer;
    assert!(ann.is_operator, "an application's users are nobody's operators");
    chat.reset_password("bob", "a new password").await.unwrap();
    chat.log_in(login("bob", "a new password")).await.unwrap();
    chat.mint_tokens(&jobs, "7").await.unwrap();
    chat.close().await;
}

pub async fn a_deleted_user_is_somebody_new(place: &Place) {
    let chat = open(place, "deleted_user", |_| {}).await;
    let jobs = host(&chat, "jobs").await;
    let (before, _) = made(&chat, &jobs, "7", "bob").await;
    let tokens = chat.mint_tokens(&jobs, "7").await.unwrap();
    chat.delete_account("bob").await.unwrap();
    assert!(chat.bearer(&tokens.access).await.unwrap().is_none());
    assert_refused(chat.mint_tokens(&jobs, "7").await, Code::NoSuchPerson);
    let (after, name) = made(&chat, &jobs, "7", "bob").await;
    assert!(after != before && name == "bob", "{name}");
    chat.close().await;
}
