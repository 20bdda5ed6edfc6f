//! A throw-away Postgres. Rule: it runs with the settings of production (fsync on), listens on a socket in its own folder
//! only, and is gone when the test process is.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

const START_TIMEOUT: Duration = Duration::from_secs(30);

/// A running server with an empty cluster.
pub struct Postgres {
    folder: tempfile::TempDir,
    server: Child,
}

impl Postgres {
    /// Starts one.
    ///
    /// # Panics
    /// On a machine without Postgres: half of the contract would go untested.
    pub fn start() -> Self {
        let programs = programs().expect("no Postgres here: `scripts/setup test` installs it (package postgresql)");
        let folder = tempfile::Builder::new().prefix("twotick-pg-").tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        let user = other_user(folder.path());
        let mut initdb = user.command(&programs.join("initdb"));
        initdb.args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8"]);
        let made = initdb.arg("--pgdata").arg(&data).stdout(Stdio::null()).status().expect("initdb runs");
        assert!(made.success(), "initdb failed");
        let mut postgres = user.command(&programs.join("postgres"));
        postgres.arg("-D").arg(&data).arg("-k").arg(folder.path());
        postgres.args(["-c", "listen_addresses=", "-c", "max_connections=300", "-c", "shared_buffers=32MB"]);
        let server = postgres.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("postgres starts");
        let mut started = Self { folder, server };
        started.wait();
        started
    }

    /// The URL of the one database.
    pub fn root_url(&self) -> String {
        let folder = self.folder.path().display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{folder}/postgres")
    }

    /// The URL of a schema of that name: as good as a database of its own, and made and removed in a tenth of the time.
    pub fn url(&self, schema: &str) -> String {
        format!("{}?options[search_path]={schema}", self.root_url())
    }

    fn wait(&mut self) {
        let socket = self.folder.path().join(".s.PGSQL.5432");
        let ready = || {
            let pid_file = fs::read_to_string(self.folder.path().join("data/postmaster.pid")).unwrap_or_default();
            socket.exists() && pid_file.lines().nth(7).is_some_and(|state| state.trim() == "ready")
        };
        let started = Instant::now();
        while !ready() {
            assert!(self.server.try_wait().expect("its state").is_none(), "Postgres ended at once");
            assert!(started.elapsed() < START_TIMEOUT, "Postgres did not start");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Postgres {
    /// `SIGQUIT`: at once, without a checkpoint.
    fn drop(&mut self) {
        let pid = self.server.id().to_string();
        let _ = Command::new("kill").args(["-QUIT", &pid]).status();
        let _ = self.server.wait();
    }
}

/// The folder with `initdb` and `postgres`: of the newest version, or of the PATH.
fn programs() -> Option<PathBuf> {
    let packaged = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path());
    let mut packaged: Vec<_> = packaged.collect();
    packaged.sort_by_key(|path| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok()));
    let in_path = env::var_os("PATH").map(|path| env::split_paths(&path).collect::<Vec<_>>()).unwrap_or_default();
    let folders = packaged.into_iter().rev().map(|path| path.join("bin")).chain(in_path);
    folders.into_iter().find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
}

/// Postgres refuses to run as root.
struct User(Option<&'static str>);

fn other_user(folder: &Path) -> User {
    if fs::metadata(folder).expect("its owner").uid() != 0 {
        return User(None);
    }
    let exists = |name: &&&str| Command::new("id").arg(name).output().is_ok_and(|output| output.status.success());
    let name = ["postgres", "nobody"].iter().find(exists).expect("a user who is not root");
    let given = Command::new("chown").arg(name).arg(folder).status().expect("chown runs");
    assert!(given.success(), "chown failed");
    User(Some(name))
}

impl User {
    /// The program as that user, ended by the kernel when this process ends.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "QUIT"]);
        if let Some(name) = self.0 {
            command.args(["--reuid", name, "--regid", "nogroup", "--clear-groups"]);
        }
        command.arg(program).current_dir("/").env("LC_ALL", "C.UTF-8");
        command
    }
}
