//! `twotick`: the binary. Rule: nothing happens here but reading the command line.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    twotick::commands::run(twotick::commands::Cli::parse())
}
