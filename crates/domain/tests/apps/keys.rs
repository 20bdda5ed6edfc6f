//! Keys. Rule: what a key may do is what it was made for, as long as nobody has revoked it.

use super::{host, host_with};
use crate::support::{
    talk,
    world::{self, Place, assert_refused, open, people},
};
use domain::{AppUserWish, AuditOf, Chat, Clock, Settings};
use wire::admin::{Action, Actor};
use wire::apps::Scope;
use wire::{Code, KeyId};

pub async fn a_key_works_until_it_is_revoked(place: &Place) {
    let mut settings = Settings::new(place.database("keys").await);
    settings.passwordless = true;
    let clock = Clock::manual(1_795_168_799_123);
    let chat = Chat::open_at(settings, clock.clone()).await.unwrap();
    chat.make_app("jobs", "Acme Jobs").await.unwrap();
    for (name, title, code) in [
        ("jobs", "", Code::AppNameTaken),
        ("Jobs!", "", Code::BadAppName),
        ("trips", "a\u{202e}b", Code::BadDisplayName),
        ("trips", &"x".repeat(10_240), Code::BadDisplayName),
    ] {
        assert_refused(chat.make_app(name, title).await, code);
    }
    assert_refused(chat.make_app_key("trips", "", &Scope::EVERY).await, Code::NoSuchApp);
    assert_refused(chat.make_app_key("jobs", "", &[]).await, Code::BadScopes);
    assert_refused(chat.make_app_key("jobs", &"x".repeat(65), &Scope::EVERY).await, Code::BadKeyLabel);

    let key = chat.make_app_key("jobs", "live", &[Scope::Tokens, Scope::Users]).await.unwrap();
    let other = chat.make_app_key("Jobs", "", &[Scope::Notices]).await.unwrap();
    assert!(key.text.starts_with("tt_") && key.text != other.text);
    let listed = async || chat.apps().await.unwrap().remove(0);
    let app = listed().await;
    assert_eq!((app.name.as_str(), app.title.as_str(), app.keys.len()), ("jobs", "Acme Jobs", 2));
    assert_eq!(
        (app.keys[1].label.as_str(), app.keys[1].scopes.as_slice()),
        ("live", [Scope::Users, Scope::Tokens].as_slice())
    );
    assert_eq!((app.keys[1].used_at, app.keys[1].revoked_at), (None, None));

    let host = chat.host(&key.text).await.unwrap().unwrap();
    assert_eq!(host.app(), app.id);
    assert_eq!(host, chat.host(&key.text).await.unwrap().unwrap());
    let used = listed().await.keys[1].used_at.unwrap();
    for (after_ms, is_noted) in [(59_999, false), (60_000, true)] {
        clock.set(1_795_168_799_123 + after_ms);
        chat.host(&key.text).await.unwrap().unwrap();
        assert_eq!(listed().await.keys[1].used_at != Some(used), is_noted, "noted to the minute");
    }
    let cut = &key.text[..45];
    for bad in ["", "tt_", "x", cut, &key.text[3..], &format!("{}A", cut.replace("tt_", "tt-")), &"é".repeat(9_000)] {
        assert_eq!(chat.host(bad).await.unwrap(), None, "{bad:?}");
    }

    let wish = AppUserWish { external_id: "7".to_owned(), ..AppUserWish::default() };
    chat.upsert_app_user(&host, wish.clone()).await.unwrap();
    let narrow = chat.host(&other.text).await.unwrap().unwrap();
    assert_refused(chat.upsert_app_user(&narrow, wish).await, Code::MissingScope);
    assert_refused(chat.mint_tokens(&narrow, "7").await, Code::MissingScope);

    chat.revoke_app_key(key.id).await.unwrap();
    chat.revoke_app_key(key.id).await.unwrap();
    assert_eq!(chat.host(&key.text).await.unwrap(), None);
    assert!(chat.host(&other.text).await.unwrap().is_some(), "another key of the application works on");
    let keys = listed().await.keys;
    assert!(keys[0].id == other.id && keys[1].revoked_at.is_some(), "{keys:?}");
    assert_refused(chat.revoke_app_key(KeyId(999)).await, Code::NoSuchApp);
    chat.close().await;
}

pub async fn who_makes_keys_is_an_operator_and_is_written_down(place: &Place) {
    let chat = open(place, "key_makers", |_| {}).await;
    let [ann, bob] = people(&chat, ["ann", "bob"]).await;
    assert_refused(chat.make_app_as(&bob, "jobs", "").await, Code::NotFound);
    assert_refused(chat.apps_as(&bob).await, Code::NotFound);
    chat.make_app_as(&ann, "jobs", "Acme Jobs").await.unwrap();
    assert_refused(chat.make_app_key_as(&bob, "jobs", "", &Scope::EVERY).await, Code::NotFound);
    let key = chat.make_app_key_as(&ann, "jobs", "live", &Scope::EVERY).await.unwrap();
    assert_refused(chat.revoke_app_key_as(&bob, key.id, "jobs").await, Code::NotFound);
    assert!(chat.host(&key.text).await.unwrap().is_some());
    assert_refused(chat.revoke_app_key_as(&ann, key.id, "trips").await, Code::NotConfirmed);
    assert!(chat.host(&key.text).await.unwrap().is_some());
    chat.revoke_app_key_as(&ann, key.id, " Jobs ").await.unwrap();
    chat.make_app_key("jobs", "", &[Scope::Users]).await.unwrap();
    assert_eq!(chat.apps_as(&ann).await.unwrap()[0].keys.len(), 2);
    let rows = chat.admin_audit(&ann, AuditOf::All, None).await.unwrap().rows;
    let told: Vec<_> = rows.iter().map(|row| (row.action, row.detail.as_str())).collect();
    let expected = [
        (Action::KeyMade, "jobs, key 2"),
        (Action::KeyRevoked, "jobs, key 1 “live”"),
        (Action::KeyMade, "jobs, key 1 “live”"),
        (Action::AppMade, "jobs"),
    ];
    assert_eq!(told, expected);
    assert_eq!(rows[0].actor, Actor::CommandLine);
    assert_eq!(rows[1].actor, Actor::Person(ann.person()));
    chat.close().await;
}

pub async fn an_application_itself_is_nobody_to_people(place: &Place) {
    let chat = open(place, "itself", |settings| (settings.passwordless, settings.direct_anyone) = (true, true)).await;
    host(&chat, "jobs").await;
    assert!(!chat.has_accounts().await.unwrap(), "whoever registers first is still the operator");
    let ann = world::register(&chat, "ann").await.viewer;
    assert!(ann.is_operator);
    let name = "~app-jobs";
    assert_refused(chat.direct_room(&ann, name).await, Code::NotFound);
    assert!(chat.request_connection(&ann, name).await.is_err());
    assert_eq!(chat.find_people(&ann, "jobs").await.unwrap(), []);
    assert_eq!(chat.admin_accounts(&ann, "", "").await.unwrap().rows.len(), 1);
    assert_eq!(chat.accounts().await.unwrap().len(), 1);
    assert_refused(chat.log_in(world::login_by_name(name)).await, Code::BadUsername);
    for refused in [chat.ban(name).await, chat.unban(name).await, chat.delete_account(name).await] {
        assert_refused(refused, Code::NoSuchPerson);
    }
    assert_refused(chat.reset_password(name, "a new password").await, Code::NoSuchPerson);
    let bob = talk::person(&chat, "bob").await;
    let group = chat.create_group(&bob, talk::cid(1), super::group("Tea")).await.unwrap();
    let invite = domain::Change::Invite { username: name.to_owned(), with_history: false, part: String::new() };
    assert_refused(chat.change_room(&bob, talk::cid(2), group, invite).await, Code::NotInvitable);
    chat.close().await;
}

pub async fn calls_of_an_application_are_limited(place: &Place) {
    let chat = open(place, "calls", |settings| settings.host_calls_per_window_max = 3).await;
    let (jobs, trips) = (host(&chat, "jobs").await, host(&chat, "trips").await);
    let again = host_with(&chat, "jobs", &[Scope::Users]).await;
    let wish = |id: &str| AppUserWish { external_id: id.to_owned(), ..AppUserWish::default() };
    for id in ["1", "2", "3"] {
        chat.upsert_app_user(&jobs, wish(id)).await.unwrap();
    }
    for busy in [&jobs, &again] {
        let refused = chat.upsert_app_user(busy, wish("4")).await.unwrap_err().refusal();
        assert!(refused.code == Code::SlowDown && refused.wait_ms.is_some_and(|wait_ms| wait_ms <= 10_000));
    }
    chat.upsert_app_user(&trips, wish("1")).await.unwrap();
    chat.close().await;
}
