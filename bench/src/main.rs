//! Load on the binary that ships: `bench [SERVER] pairs|idle|api|scale|crowd`; `bench fill DATABASE` makes data to look at, `bench
//! search DATABASE` looks for something in it. Rule:
//! figures are printed, never asserted; what is measured is the server's own CPU time and memory, since wall-clock rates
//! hold on no shared machine.

mod api;
mod crowd;
mod fill;
mod idle;
mod pairs;
mod people;
mod scale;
mod search;
mod server;

use server::Server;
use std::{env, path::PathBuf, process::ExitCode};

/// What a step that fails leaves to say.
type Failure = Box<dyn std::error::Error + Send + Sync>;

const USAGE: &str = "usage: bench [path of the twotick binary] [pairs|idle|api|scale|crowd]...
       bench fill|search FILE|postgres://... [PEOPLE [ROOMS [EVENTS [SEED]]]]";

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "fill") {
        return ended("fill", fill::command(&arguments[1..]).await);
    }
    if arguments.first().is_some_and(|first| first == "search") {
        return ended("search", search::command(&arguments[1..]).await);
    }
    let named = arguments.first().is_some_and(|first| first.contains('/'));
    let binary = if named { PathBuf::from(arguments.remove(0)) } else { beside_this_one() };
    if arguments.is_empty() {
        arguments = vec!["idle".to_owned(), "pairs".to_owned()];
    }
    for name in arguments {
        if let Err(failure) = run(&name, &binary).await {
            return ended(&name, Err(failure));
        }
    }
    ExitCode::SUCCESS
}

fn ended(name: &str, result: Result<(), Failure>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("bench {name}: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(name: &str, binary: &std::path::Path) -> Result<(), Failure> {
    match name {
        "pairs" => pairs::run(&Server::start(binary).await?).await,
        "api" => api::run(&Server::start(binary).await?).await,
        "scale" => scale::run(binary).await,
        "crowd" => crowd::run(binary).await,
        "idle" => idle::run(&Server::start(binary).await?).await,
        _ => Err(USAGE.into()),
    }
}

/// Both are built into the same folder.
fn beside_this_one() -> PathBuf {
    let own = env::current_exe().unwrap_or_default();
    own.with_file_name("twotick")
}
