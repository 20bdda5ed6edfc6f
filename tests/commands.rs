//! The binary at the command line. Rule: what cannot be done is one sentence on stderr and a non-zero exit; nothing is
//! left behind.

use crate::support::{TestApp, process::Process, within};
use std::{
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Output, Stdio},
};
use tokio::{io::AsyncWriteExt, process::Command};

async fn run(data_dir: &Path, arguments: &[&str], environment: &[(&str, &str)], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_twotick"))
        .args(arguments)
        .env("TWOTICK_DATA_DIR", data_dir)
        .env("TWOTICK_LOG", "error")
        .envs(environment.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command that does not read its input may be gone already.
    drop(stdin.write_all(input.as_bytes()).await);
    drop(stdin);
    within("a command", child.wait_with_output()).await.unwrap()
}

/// It fails with this exit code and one sentence that contains `part`.
fn fails(output: &Output, code: i32, part: &str) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{told}");
    assert!(told.starts_with("twotick: ") && told.contains(part), "{told}");
    assert_eq!(told.trim_end().lines().count(), 1, "{told}");
    assert!(!told.contains("panicked"), "{told}");
}

#[tokio::test]
async fn a_port_in_use_is_one_sentence_and_touches_no_database() {
    let app = TestApp::start().await;
    let data = tempfile::tempdir().unwrap();
    let output = run(data.path(), &["serve", "--listen", &app.address.to_string()], &[], "").await;
    fails(&output, 1, &format!("{} is in use", app.address));
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_data_folder_that_cannot_be_used_is_one_sentence() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("file");
    std::fs::write(&file, "not a folder").unwrap();
    for folder in [file.clone(), file.join("below")] {
        for command in ["serve", "migrate"] {
            let output = run(&folder, &[command, "--listen", "127.0.0.1:0"], &[], "").await;
            fails(&output, 1, "cannot be used");
        }
    }
    let locked = data.path().join("locked");
    std::fs::create_dir(&locked).unwrap();
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o500)).unwrap();
    // The administrator may write everywhere.
    if std::fs::write(locked.join("probe"), "").is_err() {
        fails(&run(&locked, &["serve", "--listen", "127.0.0.1:0"], &[], "").await, 1, "cannot be used");
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_one_sentence_and_stays_as_it_is() {
    let data = tempfile::tempdir().unwrap();
    let path = data.path().join("twotick.db");
    let text = "This is a diary and not a database. ".repeat(100);
    std::fs::write(&path, &text).unwrap();
    fails(&run(data.path(), &["serve", "--listen", "127.0.0.1:0"], &[], "").await, 1, "database");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn two_servers_on_one_folder_are_refused() {
    let app = TestApp::start().await;
    let output = run(app.data_dir(), &["serve", "--listen", "127.0.0.1:0"], &[], "").await;
    fails(&output, 1, "Another Twotick serves from");
}

#[tokio::test]
async fn a_wrong_setting_is_one_sentence_with_exit_code_two() {
    let data = tempfile::tempdir().unwrap();
    let check = async |arguments: &[&str], environment: &[(&str, &str)], part: &str| {
        fails(&run(data.path(), arguments, environment, "").await, 2, part);
    };
    check(&["serve", "--listen", "here"], &[], "--listen is \"here\"").await;
    check(&["migrate"], &[("TWOTICK_SESSION_DAYS", "soon")], "TWOTICK_SESSION_DAYS is \"soon\"").await;
    check(&["serve"], &[("DATABASE_URL", "mysql://u:secret@h/d")], "DATABASE_URL").await;
    check(&["user", "list"], &[("TWOTICK_LOG", "a=b=c")], "TWOTICK_LOG").await;
    check(&["serve", "--config", "/nowhere.toml"], &[], "/nowhere.toml cannot be read").await;
    std::fs::write(data.path().join("twotick.toml"), "lisen = 5\n").unwrap();
    check(&["serve"], &[], "there is no setting lisen").await;
    assert!(!data.path().join("twotick.db").exists());
}

#[tokio::test]
async fn the_file_in_the_data_folder_is_used() {
    let data = tempfile::tempdir().unwrap();
    std::fs::write(data.path().join("twotick.toml"), "passwordless = true\n").unwrap();
    let server = Process::serve(data.path(), 0).await;
    let answer = crate::support::Visitor::new(server.address).post("/login", &[("username", "ana")]).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    server.kill().await;
}

#[tokio::test]
async fn an_unreachable_database_is_one_sentence_without_its_password() {
    let data = tempfile::tempdir().unwrap();
    let url = "postgres://ana:secret-word@127.0.0.1:1/chat";
    let output = run(data.path(), &["migrate"], &[("DATABASE_URL", url)], "").await;
    fails(&output, 1, "Postgres cannot be reached");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("secret-word"));
}

#[tokio::test]
async fn accounts_are_looked_after_beside_a_running_server() {
    let app = TestApp::start().await;
    let (ana, ben) = (app.person("ana").await, app.person("ben").await);
    let user =
        async |arguments: &[&str], input: &str| run(app.data_dir(), &[&["user"], arguments].concat(), &[], input).await;
    let listed = String::from_utf8(user(&["list"], "").await.stdout).unwrap();
    assert!(listed.contains("ana") && listed.contains("[operator]") && listed.lines().count() == 2, "{listed}");
    assert!(user(&["ban", "BEN"], "").await.status.success());
    assert_eq!(ben.browser.get("/").await.status, 303, "the next page is not shown any more");
    assert!(String::from_utf8(user(&["list"], "").await.stdout).unwrap().contains("banned 20"));
    assert!(user(&["unban", "ben"], "").await.status.success());
    assert!(user(&["reset-password", "ana", "--password-stdin"], "a new password\n").await.status.success());
    assert_eq!(ana.browser.get("/").await.status, 303, "every session has ended");
    let enter = async |name: &str, password: &str| {
        app.visitor().post("/login", &[("username", name), ("password", password), ("next", "/")]).await.status
    };
    assert_eq!(enter("ana", "correct horse").await, 401);
    assert_eq!(enter("ana", "a new password").await, 303);
    let made_up = String::from_utf8(user(&["reset-password", "ben"], "").await.stdout).unwrap();
    let password = made_up.lines().find_map(|line| line.strip_prefix("Password: ")).unwrap();
    assert_eq!(enter("ben", password).await, 303);
    fails(&user(&["ban", "nobody"], "").await, 1, "nobody of that name");
    fails(&user(&["reset-password", "ben", "--password-stdin"], "short\n").await, 1, "at least 8");
}

#[tokio::test]
async fn the_demo_fills_a_folder_of_its_own_and_people_enter_by_name() {
    let data = tempfile::tempdir().unwrap();
    for round in 0..2 {
        let server = Process::start("demo", data.path(), 0).await;
        let mut ana = crate::support::Visitor::new(server.address);
        let answer = ana.post("/login", &[("username", "ana"), ("next", "/")]).await;
        assert_eq!(answer.status, 303, "{round}: {answer:?}");
        ana.cookie = answer.cookie;
        let inbox = ana.get("/").await.body;
        for title in ["Ben Okafor", "Cleo Lindqvist", "Allotment garden", "Paint the fence", "Three days in Porto"] {
            assert!(inbox.contains(title), "{title}: {inbox}");
        }
        let shown = [
            ("Allotment garden", ["🎉 2", "<i>small"]),
            ("Paint the fence", ["€240.00", "🫖 1"]),
            ("Three days in Porto", ["Our flat by the river", "😍 1"]),
        ];
        for (title, all) in shown {
            let mut rooms = Vec::new();
            for room in 1..12 {
                rooms.push(ana.get(&format!("/r/{room}")).await.body);
            }
            let room = rooms.iter().find(|room| room.contains(&format!("<title>{title}"))).unwrap();
            for words in all {
                assert!(room.contains(words), "{title}: {words}: {room}");
            }
        }
        server.kill().await;
    }
    assert!(!data.path().join("twotick.db").exists());
}

#[tokio::test]
async fn applications_and_their_keys_are_looked_after_beside_a_running_server() {
    let app = TestApp::start().await;
    let command = async |arguments: &[&str]| run(app.data_dir(), arguments, &[], "").await;
    let told = async |arguments: &[&str]| {
        let output = command(arguments).await;
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    told(&["app", "create", "jobs", "--title", "Acme Jobs"]).await;
    let listed = told(&["app", "list"]).await;
    assert!(listed.contains("jobs  Acme Jobs  since 20") && listed.contains("keys: 0"), "{listed}");
    let made = told(&["key", "create", "jobs", "--label", "live", "--scopes", "users,tokens"]).await;
    let key = made.lines().find_map(|line| line.strip_prefix("Key: ")).unwrap();
    assert!(key.starts_with("tt_"), "{made}");
    assert!(app.chat().host(key).await.unwrap().is_some(), "the running server takes it");
    let listed = told(&["key", "list"]).await;
    assert!(listed.contains("jobs  “live”  users,tokens") && listed.contains("used 20"), "{listed}");
    assert!(!listed.contains(key) && !listed.contains("revoked"), "{listed}");
    assert_eq!(listed, told(&["key", "list", "jobs"]).await);
    let number = listed.split_whitespace().next().unwrap();
    told(&["key", "revoke", number]).await;
    assert!(app.chat().host(key).await.unwrap().is_none(), "and not any more");
    assert!(told(&["key", "list"]).await.contains("[revoked 20"));
    let all = told(&["key", "create", "jobs", "--scopes", "all"]).await;
    assert!(all.contains("Key: tt_"), "{all}");

    fails(&command(&["app", "create", "jobs"]).await, 1, "already");
    fails(&command(&["app", "create", "Jobs!"]).await, 1, "begins with a letter");
    fails(&command(&["key", "create", "trips", "--scopes", "all"]).await, 1, "no such application");
    fails(&command(&["key", "list", "trips"]).await, 1, "no such application");
    fails(&command(&["key", "revoke", "99"]).await, 1, "no such application or key");
    for wrong in [&["key", "create", "jobs"][..], &["key", "create", "jobs", "--scopes", "everything"]] {
        let output = command(wrong).await;
        assert_eq!(output.status.code(), Some(2), "{output:?}");
    }
}
