//! The schedule of reconnecting, row by row, with a clock that the walk moves. Rule: each wait is the one of the table,
//! shortened by at most a quarter.

use client::{Input, Link, Output};
use wire::frame::ServerFrame;

use crate::page::{Page, welcome};
use crate::table::rows;

/// What the table says of each loss, in milliseconds; none: failed.
fn schedule() -> Vec<Option<i64>> {
    let rows = rows("Link", &["loss", "then"]);
    let wait = |then: &str| Some(then.strip_suffix(" s")?.parse::<i64>().unwrap() * 1_000);
    rows.iter().enumerate().for_each(|(at, row)| assert_eq!(row[0], (at + 1).to_string()));
    rows.iter().map(|row| wait(&row[1]).or_else(|| (row[1] != "failed").then(|| panic!("{row:?}")))).collect()
}

#[test]
fn the_table_is_the_schedule_of_the_specification() {
    let seconds = [3, 6, 12, 24, 48].map(|wait| Some(wait * 1_000));
    assert_eq!(schedule(), [&seconds[..], &[None]].concat());
}

#[test]
fn every_loss_is_followed_by_its_wait_and_the_last_by_failed() {
    let mut spread = std::collections::BTreeSet::new();
    for seed in 0..50 {
        let mut page = Page::started(seed);
        for wait_ms in schedule() {
            page.lose(1006);
            let Some(full_ms) = wait_ms else {
                assert_eq!(page.client.link().link, Link::Failed);
                continue;
            };
            let waited_ms = page.wait_for_connect();
            assert!((full_ms * 3 / 4..=full_ms).contains(&waited_ms), "{waited_ms} of {full_ms}");
            spread.insert((full_ms, waited_ms));
        }
    }
    assert!(spread.len() > 100, "not everybody comes back at once");
}

#[test]
fn thirty_stable_seconds_start_it_anew_and_less_does_not() {
    let first_ms = schedule()[0].unwrap();
    for (stable_ms, losses_before) in [(30_000, 0), (29_999, 2)] {
        let mut page = Page::started(1);
        for _ in 0..2 {
            page.lose(1006);
            page.wait_for_connect();
        }
        page.greet(welcome(3));
        // The server is heard all the while.
        page.wait(stable_ms / 2);
        page.frame(ServerFrame::Unknown);
        page.wait(stable_ms - stable_ms / 2);
        page.lose(1006);
        let (waited_ms, full_ms) = (page.wait_for_connect(), first_ms << losses_before);
        assert!((full_ms * 3 / 4..=full_ms).contains(&waited_ms), "{waited_ms} after {stable_ms}");
    }
}

#[test]
fn some_things_try_at_once_whatever_is_left_of_the_wait() {
    for input in [Input::Online, Input::Visible(true), Input::TryNow] {
        for losses in 1..=schedule().len() {
            let mut page = Page::started(1);
            for _ in 1..losses {
                page.lose(1006);
                page.wait_for_connect();
            }
            page.lose(1006);
            page.out.clear();
            page.hand(input.clone());
            assert_eq!(
                page.out.iter().filter(|output| **output == Output::Connect).count(),
                1,
                "after {losses} losses"
            );
        }
    }
}
