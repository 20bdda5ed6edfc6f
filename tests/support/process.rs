//! The binary itself. Rule: it is found by the name that cargo gives it, and killed when the test ends.

use super::within;
use std::{net::SocketAddr, path::Path, process::Stdio};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// A served folder.
pub struct Process {
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
}

impl Process {
    /// `twotick serve` on a folder; port 0 takes a free one.
    pub async fn serve(data_dir: &Path, port: u16) -> Self {
        Self::start("serve", data_dir, port).await
    }

    /// `twotick serve` or `demo`.
    pub async fn start(word: &str, data_dir: &Path, port: u16) -> Self {
        let mut child = command(data_dir)
            .args([word, "--listen", &format!("127.0.0.1:{port}"), "--sends-per-window-max", "1000000"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = within("the server to be ready", async {
            while let Some(line) = lines.next_line().await.unwrap() {
                if let Some((_, address)) = line.split_once("ready on http://") {
                    return address.trim().parse().unwrap();
                }
            }
            panic!("the server ended before it was ready")
        })
        .await;
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self { address, child }
    }

    /// SIGKILL.
    pub async fn kill(mut self) {
        within("the process to die", self.child.kill()).await.unwrap();
    }
}

/// Runs a command of the binary to its end; what it says on stdout. A failure fails the test.
pub async fn twotick(data_dir: &Path, arguments: &[&str]) -> String {
    let output = command(data_dir).args(arguments).stdin(Stdio::null()).output();
    let output = within("a command", output).await.unwrap();
    assert!(output.status.success(), "twotick {arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn command(data_dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twotick"));
    command.env("TWOTICK_DATA_DIR", data_dir).env("TWOTICK_LOG", "warn").kill_on_drop(true);
    command
}
