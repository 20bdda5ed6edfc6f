//! Tabs, browsers, a server and a bad network, in simulated time. Rule: once the faults end, every tab shows the log, whatever
//! happened before.
//!
//! A case is a seed and one of two sizes: short ones, a few dozen steps in two browsers, and long ones, hundreds of steps in
//! three or four. `SIM_CASES` asks for so many short ones and a fiftieth of it long ones, `SIM_FROM` for seeds from there on;
//! `make test-all` runs a million. Both are spread over several tests, so that they run at the same time.

#![allow(clippy::unwrap_used, reason = "clippy knows tests by their attribute, not the helpers beside them")]

mod browser;
mod check;
mod log;
mod network;
mod random;
mod run;
mod screen;
mod server;
mod size;
mod step;
mod tab;
mod user;
mod world;

use run::Case;
use world::Met;

/// Short cases, unless `SIM_CASES` says otherwise.
const CASES: u64 = 320;
/// Of so many short cases one more is a long one.
const LONG_ONE_IN: u64 = 10;
const LONG_ONE_IN_MANY: u64 = 50;
const SHARDS: u64 = 4;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn run_shard(short: bool, shard: u64) {
    let asked = number("SIM_CASES");
    let long = asked.unwrap_or(CASES) / if asked.is_some() { LONG_ONE_IN_MANY } else { LONG_ONE_IN };
    let (cases, from) = (if short { asked.unwrap_or(CASES) } else { long }, number("SIM_FROM").unwrap_or_default());
    for seed in (from + shard..from + cases).step_by(SHARDS as usize) {
        Case { short, seed }.run();
    }
}

macro_rules! shard {
    ($($name:ident: $shard:literal,)*) => {$(
        mod $name {
            #[test]
            fn after_a_few_faults_every_tab_shows_the_log_and_nothing_is_dropped() {
                super::run_shard(true, $shard);
            }

            #[test]
            fn after_any_faults_every_tab_shows_the_log_and_nothing_is_dropped() {
                super::run_shard(false, $shard);
            }
        }
    )*};
}

shard!(first: 0, second: 1, third: 2, fourth: 3,);

#[test]
fn what_once_failed_does_not_fail_again() {
    let kept = include_str!("../proptest-regressions/sim.txt").lines();
    for line in kept.filter(|line| !line.starts_with('#') && !line.is_empty()) {
        Case::parse(line).unwrap_or_else(|| panic!("{line:?} is no case")).run();
    }
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    for seed in 0..5 {
        let case = Case { short: false, seed };
        let trace = || run::run(case.world().with_trace(), &case.script()).trace();
        assert!(trace().is_some() && trace() == trace());
    }
}

#[test]
fn the_runs_meet_every_kind_of_fault_and_of_recovery() {
    let mut met = Met::new();
    for seed in 0..150 {
        for (what, times) in (Case { short: false, seed }).run().met {
            *met.entry(what).or_default() += times;
        }
    }
    for what in [
        "another account",
        "answer lost",
        "carried a request twice",
        "closed a dead socket",
        "cut",
        "deleted",
        "edited",
        "froze",
        "gap",
        "gap seen",
        "hole",
        "incomplete",
        "kept pages",
        "killed",
        "lead lost",
        "lead stolen",
        "newer page",
        "not signed in",
        "notification withdrawn",
        "notified",
        "older page",
        "opened from what was kept",
        "poll",
        "reacted",
        "reaction taken back",
        "read elsewhere",
        "read the outbox again",
        "refused",
        "replied",
        "restored",
        "retried a refused one",
        "returned to the composer",
        "sent over http",
        "settled elsewhere",
        "signed in",
        "signed out",
        "slow down",
        "somebody's message deleted",
        "storage full",
        "taken back",
        "thawed",
        "two lead",
        "went to what was unread",
        "word lost",
        "write died with its tab",
    ] {
        assert!(met.get(what).copied().unwrap_or_default() >= 5, "{what} is met too seldom: {met:?}");
    }
    for what in ["came back to send", "gap closed"] {
        assert!(met.contains_key(what), "{what} is not met: {met:?}");
    }
}
