//! A server of its own on a free port, with its data in a folder that goes away. Rule: its limits are lifted by settings
//! only, so that what is measured is what ships.

use crate::Failure;
use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    process::Stdio,
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    net::TcpStream,
    process::{Child, Command},
    time::{sleep, timeout},
};

/// The kernel counts CPU time in hundredths of a second (`getconf CLK_TCK`) on every Linux there is.
const TICKS_PER_SECOND: f64 = 100.0;

/// A running server; dropping it ends the process.
pub struct Server {
    pub address: SocketAddr,
    pid: u32,
    _child: Child,
    _data: TempDir,
}

impl Server {
    /// On an empty database.
    pub async fn start(binary: &Path) -> Result<Self, Failure> {
        Self::start_on(binary, tempfile::tempdir()?).await
    }

    /// On the data in a folder, which goes away with it.
    pub async fn start_on(binary: &Path, data: TempDir) -> Result<Self, Failure> {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let child = Command::new(binary)
            .arg("serve")
            .env_remove("DATABASE_URL")
            .env("TWOTICK_LISTEN", address.to_string())
            .env("TWOTICK_DATA_DIR", data.path())
            .env("TWOTICK_PASSWORDLESS", "true")
            .env("TWOTICK_SENDS_PER_WINDOW_MAX", "1000000")
            .env("TWOTICK_API_REQUESTS_PER_ADDRESS_MAX", "1000000")
            .env("TWOTICK_API_REQUESTS_PER_USER_MAX", "1000000")
            .env("TWOTICK_API_REQUESTS_PER_ROUTE_MAX", "1000000")
            .env("TWOTICK_LOGINS_PER_WINDOW_MAX", "1000000")
            .env("TWOTICK_REGISTRATIONS_PER_HOUR_MAX", "1000000")
            .env("TWOTICK_LOG", "warn")
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("{} cannot be started: {error}", binary.display()))?;
        let pid = child.id().ok_or("the server ended at once")?;
        timeout(Duration::from_secs(20), listening(address)).await.map_err(|_| "the server does not listen")?;
        Ok(Self { address, pid, _child: child, _data: data })
    }

    /// Seconds of CPU that the process has used so far, in user and system mode.
    pub fn cpu_s(&self) -> Result<f64, Failure> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid))?;
        // The second field is the name in brackets and may hold anything.
        let fields = stat.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
        let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
        Ok(ticks.sum::<Result<f64, _>>()? / TICKS_PER_SECOND)
    }

    /// Memory in use, in KB of 1,024 bytes.
    pub fn rss_kb(&self) -> Result<f64, Failure> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }
}

async fn listening(address: SocketAddr) {
    while TcpStream::connect(address).await.is_err() {
        sleep(Duration::from_millis(20)).await;
    }
}
