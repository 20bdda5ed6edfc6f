//! How often somebody may do something. Rule: two servers on one database count together.

use crate::support::{
    talk::{cid, draft, pair, say},
    world::{self, Place, assert_refused, change, login},
};
use domain::{Chat, Clock, Settings};
use futures::future::join_all;
use std::net::{IpAddr, Ipv4Addr};
use wire::Code;

const NOW_MS: i64 = 1_795_168_799_123;

/// So many servers on one database, with one clock.
async fn servers<const N: usize>(
    place: &Place,
    name: &str,
    adjust: impl Fn(&mut Settings),
) -> ([Chat; N], Clock, String) {
    let (url, clock) = (place.database(name).await, Clock::manual(NOW_MS));
    let mut servers = Vec::new();
    for _ in 0..N {
        let mut settings = Settings::new(&url);
        settings.passwordless = true;
        adjust(&mut settings);
        servers.push(Chat::open_at(settings, clock.clone()).await.unwrap());
    }
    (servers.try_into().unwrap_or_else(|_| unreachable!()), clock, url)
}

/// Counts messages, not attempts.
async fn a_message_counts_once(place: &Place) {
    let ([chat], ..) = servers(place, "once", |settings| settings.sends_per_window_max = 2).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    let send = async |number: u8| chat.append(&ann, draft(cid(number), room, "hello")).await;
    let first = send(1).await.unwrap();
    send(2).await.unwrap();
    let refused = send(3).await.unwrap_err();
    assert_eq!(refused.code(), Code::SlowDown);
    assert!(refused.refusal().wait_ms.is_some_and(|wait_ms| (1..=10_000).contains(&wait_ms)), "{refused:?}");
    assert_eq!(send(1).await.unwrap(), first, "the same again is no other message");
    say(&chat, bob, room, "hello").await.unwrap();
    chat.close().await;
}

/// Whoever waits as long as they were told goes on. (A server that has the database to itself counts by a clock that nobody sets.)
async fn a_window_ends(place: &Place) {
    let ([chat], clock, _) = servers(place, "window_ends", |settings| settings.sends_per_window_max = 2).await;
    let (room, ann, _) = pair(&chat, "ann", "bob").await;
    let send = async |number: u8| chat.append(&ann, draft(cid(number), room, "hello")).await;
    send(1).await.unwrap();
    send(2).await.unwrap();
    assert_eq!(send(3).await.unwrap_err().refusal().wait_ms, Some(10_000));
    clock.set(NOW_MS + 9_999);
    assert_eq!(send(3).await.unwrap_err().refusal().wait_ms, Some(1));
    clock.set(NOW_MS + 10_000);
    send(3).await.unwrap();
    // A clock that is set back makes nobody wait longer than a window.
    clock.set(NOW_MS - 3_600_000);
    send(4).await.unwrap();
    assert_eq!(send(5).await.unwrap_err().refusal().wait_ms, Some(10_000));
    // What was refused for good counts again.
    assert_refused(chat.append(&ann, draft(cid(3), room, "another")).await, Code::CidConflict);
    chat.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_contract_holds_on_sqlite() {
    a_message_counts_once(&Place::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_contract_holds_on_postgres() {
    let place = Place::postgres();
    a_message_counts_once(&place).await;
    a_window_ends(&place).await;
    however_many_come_at_once_to_two_servers_so_many_pass(&place).await;
    a_login_that_failed_here_counts_there(&place).await;
    without_the_count_of_all_each_server_counts_by_itself(&place).await;
}

async fn however_many_come_at_once_to_two_servers_so_many_pass(place: &Place) {
    let adjust = |settings: &mut Settings| {
        (settings.sends_per_window_max, settings.api_requests_per_address_max) = (20, 300);
    };
    let (servers, clock, _): ([Chat; 2], _, _) = servers(place, "two", adjust).await;
    let (room, ann, _) = pair(&servers[0], "ann", "bob").await;
    for round in 0..3 {
        let sends = (0..60).map(|number| say(&servers[number % 2], ann.clone(), room, "hello"));
        let passed = join_all(sends).await.iter().filter(|sent| sent.is_ok()).count();
        assert_eq!(passed, 20, "round {round}");
        clock.set(NOW_MS + (round + 1) * 10_000);
    }
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let asked = (0..900).map(|number| servers[number % 2].admit_address(address));
    assert_eq!(join_all(asked).await.iter().filter(|asked| asked.is_ok()).count(), 300);
    for chat in servers {
        chat.close().await;
    }
}

async fn a_login_that_failed_here_counts_there(place: &Place) {
    let ([here, there], ..) = servers(place, "logins", |settings| settings.logins_per_window_max = 3).await;
    world::register(&here, "ann").await;
    for chat in [&here, &there, &here] {
        assert_refused(chat.log_in(login("ann", "wrong horse")).await, Code::WrongLogin);
    }
    for chat in [&here, &there] {
        assert_refused(chat.log_in(login("ann", "password ann")).await, Code::TooManyLogins);
    }
    here.close().await;
    there.close().await;
}

async fn without_the_count_of_all_each_server_counts_by_itself(place: &Place) {
    let adjust = |settings: &mut Settings| settings.api_requests_per_address_max = 5;
    let ([here, there], _, url) = servers(place, "alone", adjust).await;
    change(&url, "drop table rates").await;
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    for chat in [&here, &there] {
        for _ in 0..5 {
            chat.admit_address(address).await.unwrap();
        }
        assert_refused(chat.admit_address(address).await, Code::SlowDown);
    }
    here.close().await;
    there.close().await;
}
