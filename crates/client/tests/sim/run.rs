//! One run from a seed, and what a failure says of itself. Rule: a failure prints the seed and the shortest script found
//! that still fails.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use crate::check;
use crate::random::Random;
use crate::size::Size;
use crate::step::Script;
use crate::world::World;

/// Scripts tried while shrinking.
const SHRINKS_MAX: usize = 1_500;

/// What to run: the size by its name, and the seed.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    pub short: bool,
    pub seed: u64,
}

thread_local! {
    /// What the run that failed last said, if this thread is inside a run: hundreds of them fail while a script is shrunk.
    static LAST_WORDS: RefCell<Option<String>> = const { RefCell::new(None) };
}

fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let heard = LAST_WORDS.with_borrow_mut(|words| words.as_mut().map(|words| *words = info.to_string()));
            if heard.is_none() {
                before(info);
            }
        }));
    });
}

impl Case {
    fn size(self) -> Size {
        let random = &mut Random::new(self.seed);
        if self.short { Size::short(random) } else { Size::long(random) }
    }

    pub fn script(self) -> Script {
        Script::new(&mut Random::new(!self.seed), &self.size())
    }

    pub fn world(self) -> World {
        World::new(self.seed, &self.size())
    }

    /// Runs it; a failure is shrunk and told.
    pub fn run(self) -> World {
        match self.try_script(&self.script()) {
            Ok(world) => world,
            Err(_) => panic!("{}", self.tell()),
        }
    }

    fn try_script(self, script: &Script) -> Result<World, String> {
        listen();
        LAST_WORDS.set(Some(String::new()));
        let held = panic::catch_unwind(AssertUnwindSafe(|| run(self.world(), script)));
        let words = LAST_WORDS.take().unwrap_or_default();
        held.map_err(|_| words)
    }

    /// A line of proptest-regressions/sim.txt: size and seed, and what it found.
    pub fn parse(line: &str) -> Option<Self> {
        let mut words = line.split('#').next()?.split_whitespace();
        let short = words.next()? == "short";
        Some(Self { short, seed: words.next()?.parse().ok()? })
    }

    /// Prints everything that goes in and comes out.
    fn speak(self, script: &Script) {
        let mut world = self.world();
        world.speaks = true;
        LAST_WORDS.set(Some(String::new()));
        _ = panic::catch_unwind(AssertUnwindSafe(|| run(world, script)));
        LAST_WORDS.take();
    }

    fn tell(self) -> String {
        let name = if self.short { "short" } else { "long" };
        let (mut script, mut why) = (self.script(), String::new());
        let mut tries = 0;
        let mut chunk = script.0.len().div_ceil(2);
        while chunk > 0 && tries < SHRINKS_MAX {
            let (mut at, mut shorter) = (0, false);
            while at < script.0.len() && tries < SHRINKS_MAX {
                let mut less = script.clone();
                less.0.drain(at..(at + chunk).min(script.0.len()));
                tries += 1;
                match self.try_script(&less) {
                    Err(cause) => (script, why, shorter) = (less, cause, true),
                    Ok(_) => at += chunk,
                }
            }
            if !shorter || chunk > 1 {
                chunk /= 2;
            }
        }
        if let Err(cause) = self.try_script(&script) {
            why = cause;
        }
        if std::env::var_os("SIM_SPEAK").is_some() {
            self.speak(&script);
        }
        format!("{name} {}\n{why}\nwith\n{script:?}add the first line to proptest-regressions/sim.txt", self.seed)
    }
}

/// The steps, then the end of all faults, then what must be so.
pub fn run(mut world: World, script: &Script) -> World {
    for step in &script.0 {
        if world.speaks {
            println!("{step:?}");
        }
        world.take(step);
    }
    check::heal(&mut world);
    check::converged(&world);
    check::reach_unread(&mut world);
    check::converged(&world);
    check::close_gaps(&mut world);
    check::converged(&world);
    world
}
