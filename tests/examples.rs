//! What stands in `examples/`. Rule: each is run as its reader would run it, against a real server.

use crate::support::{Program, Socket, TestApp, process::twotick, within};
use std::{path::PathBuf, process::Stdio};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};
use wire::{Event, RoomId, Seq};

/// An example that cargo has built beside this test.
fn built(name: &str) -> Command {
    let beside = std::env::current_exe().unwrap();
    let folder: PathBuf = beside.parent().and_then(|deps| deps.parent()).unwrap().join("examples");
    let mut command = Command::new(folder.join(name));
    command.env_clear().kill_on_drop(true).stdin(Stdio::null());
    command
}

async fn bot(app: &TestApp) -> Child {
    let mut command = built("bot");
    command.env("TWOTICK_URL", format!("http://{}", app.address));
    command.env("BOT_USERNAME", "ben").env("BOT_PASSWORD", "correct horse").stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(within("the bot", lines.next_line()).await.unwrap().as_deref(), Some("ben listens"));
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    child
}

/// The next answer of the bot's that somebody hears.
async fn answer(socket: &mut Socket, room: RoomId) -> (Seq, String, Option<Seq>) {
    loop {
        let Event { seq, author, message, .. } = socket.event(room).await;
        if let Some(said) = message.filter(|_| author.username == "ben") {
            return (seq, said.content, said.reply_to.map(|quote| quote.seq));
        }
    }
}

#[tokio::test]
async fn the_bot_answers_each_question_once_also_after_it_was_killed() {
    let app = TestApp::start_with(|config| config.sends_per_window_max = 1_000).await;
    let (ana, _ben, room) = app.pair().await;
    let mut hers = ana.socket().await;
    let asked = async |hers: &mut Socket, text: &str| hers.say_acked(room, text).await.1;
    // What was asked before it came, and is not for it.
    let before = asked(&mut hers, "!echo one").await;
    asked(&mut hers, "Good morning").await;
    let mut running = bot(&app).await;
    assert_eq!(answer(&mut hers, room).await, (Seq(3), "one".to_owned(), Some(before)));
    let seq = asked(&mut hers, "!echo two").await;
    assert_eq!(answer(&mut hers, room).await, (Seq(5), "two".to_owned(), Some(seq)));
    // Killed at some moment of many answers, it goes on where it was.
    let mut questions = Vec::new();
    for number in 0..30 {
        questions.push((asked(&mut hers, &format!("!echo {number}")).await, number.to_string()));
        if number == 20 {
            running.kill().await.unwrap();
        }
    }
    running = bot(&app).await;
    let mut answers = Vec::new();
    for _ in 0..questions.len() {
        let (_, said, asked) = answer(&mut hers, room).await;
        answers.push((asked.unwrap(), said));
    }
    answers.sort();
    assert_eq!(answers, questions, "each once");
    let last = asked(&mut hers, "!echo and nothing more").await;
    assert_eq!(answer(&mut hers, room).await.2, Some(last));
    running.kill().await.unwrap();
    app.stop().await;
}

#[tokio::test]
async fn the_script_sends_once_however_often_it_is_run() {
    let app = TestApp::start().await;
    let (_ana, ben, room) = app.pair().await;
    let text = "Good \"morning\" \\ all,\nand 上海";
    for _ in 0..2 {
        let mut script = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/send.sh"));
        script.args(["ben", text]).env("TWOTICK_URL", format!("http://{}", app.address));
        let script = script.env("TWOTICK_USER", "ana").env("TWOTICK_PASSWORD", "correct horse").output();
        let output = within("the script", script).await.unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.starts_with("Stored at position 1.\n{"), "{output:?}");
    }
    let ben = app.program(&ben.name).await;
    let events = ben.get(&format!("/rooms/{room}/messages")).await.ok()["events"].clone();
    assert_eq!((events.as_array().map(Vec::len), events[0]["message"]["content"].as_str()), (Some(1), Some(text)));
    app.stop().await;
}

#[tokio::test]
async fn the_host_application_opens_a_job_and_hears_what_is_said_in_it() {
    let app = TestApp::start_with(|config| config.webhooks_anywhere = true).await;
    app.person("operator").await;
    twotick(app.data_dir(), &["app", "create", "board", "--title", "Job board"]).await;
    let made = twotick(app.data_dir(), &["key", "create", "board", "--scopes", "all"]).await;
    let key = made.split_whitespace().find(|word| word.starts_with("tt_")).unwrap().to_owned();
    let mut host = built("host");
    host.env("TWOTICK_URL", format!("http://{}", app.address)).env("TWOTICK_KEY", key).stdout(Stdio::piped());
    let mut host = host.spawn().unwrap();
    let mut lines = BufReader::new(host.stdout.take().unwrap()).lines();
    let mut line = async || within("the host", lines.next_line()).await.unwrap().unwrap();
    let opened = loop {
        // What the host says itself may be heard before or after.
        let line = line().await;
        if line.starts_with("job 42 is room ") {
            break line;
        }
    };
    let (room, access) =
        opened.strip_prefix("job 42 is room ").and_then(|rest| rest.split_once("; Walter's token: ")).unwrap();
    let walter = Program::new(app.address).with_access(access);
    let said = serde_json::json!({ "content": "Which colour?" });
    walter.call("POST", &format!("/rooms/{room}/messages"), said).await.ok();
    within("what Walter said", async {
        while line().await != "message_created in job \"42\": Walter: Which colour?" {}
    })
    .await;
    host.kill().await.unwrap();
    app.stop().await;
}
