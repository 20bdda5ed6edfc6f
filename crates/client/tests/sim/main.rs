//! Several tabs, a server and a bad network, in simulated time. Rule: once the faults end, every tab shows the log,
//! whatever happened before. `PROPTEST_CASES` scales it.

#![allow(clippy::unwrap_used)]

mod check;
mod network;
mod screen;
mod server;
mod step;
mod tab;
mod world;

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use world::World;

/// Enough to find each of the mutants that the client was tried with; `PROPTEST_CASES` asks for more.
const CASES: u32 = 300;
const STEPS_MAX: usize = 300;

fn config() -> ProptestConfig {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let config = ProptestConfig { max_shrink_iters: 2_000, ..ProptestConfig::default() };
    if asked { config } else { ProptestConfig { cases: CASES, ..config } }
}

fn run(seed: u64, script: &step::Script) -> World {
    let mut world = World::new(seed);
    script.0.iter().for_each(|step| world.take(step));
    check::heal(&mut world);
    world
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn after_any_faults_every_tab_shows_the_log_and_nothing_is_dropped(seed: u64, script in step::script(STEPS_MAX)) {
        check::converged(&run(seed, &script));
    }
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    let mut runner = TestRunner::deterministic();
    for seed in 0..5 {
        let script = step::script(STEPS_MAX).new_tree(&mut runner).unwrap().current();
        assert_eq!(run(seed, &script).trace(), run(seed, &script).trace());
    }
}

#[test]
fn the_runs_meet_every_kind_of_fault() {
    let mut runner = TestRunner::deterministic();
    let mut met: BTreeMap<&str, u32> = BTreeMap::new();
    for seed in 0..40 {
        let script = step::script(STEPS_MAX).new_tree(&mut runner).unwrap().current();
        for (what, times) in run(seed, &script).met {
            *met.entry(what).or_default() += times;
        }
    }
    for what in [
        "answer lost",
        "carried a request twice",
        "closed a dead socket",
        "cut",
        "discarded",
        "gap",
        "hole",
        "incomplete",
        "poll",
        "refused",
        "retried a refused one",
        "sent over http",
        "slow down",
    ] {
        assert!(met.get(what).copied().unwrap_or_default() >= 10, "{what} is met too seldom: {met:?}");
    }
}
