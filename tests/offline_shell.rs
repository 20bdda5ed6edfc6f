//! What a browser keeps to open the app without a server: the shell, the service worker, and the build that they are of.
//! Rule: the same for everybody; another build is another script.

use crate::support::{TestApp, Visitor};
use reqwest::{Method, header::HeaderMap};
use serde_json::json;
use std::path::Path;
use wire::frame::ServerFrame;

const SCRIPT: &str = "pkg/twotick.abcdefghijklmnopqrst-1.js";
const MODULE: &str = "pkg/twotick.abcdefghijklmnopqrst-2.wasm";
const STYLE: &str = "pkg/twotick.abcdefghijklmnopqrst-3.css";
const WHOLE: &[(&str, &str)] = &[
    (SCRIPT, "export {}"),
    (MODULE, "\0asm"),
    (STYLE, "body {}"),
    ("favicon.svg", "<svg/>"),
    ("chat.js", "1"),
    ("worker.js", "not as it is"),
    ("pkg/twotick.d.abcdefghijklmnopqrst-4.ts", "declare"),
];

/// A server of a site with these files.
async fn serve(files: &[(&str, &str)]) -> TestApp {
    let folder = tempfile::tempdir().unwrap();
    let write = |(name, text): &(&str, &str)| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).unwrap();
        std::fs::write(path, text).unwrap();
    };
    files.iter().for_each(write);
    TestApp::start_with(|config| config.site_dir = Some(folder.path().to_owned())).await
}

async fn ask(browser: &Visitor, path: &str) -> (HeaderMap, String) {
    let response = browser.request(Method::GET, path).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    (response.headers().clone(), response.text().await.unwrap())
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

/// The document without its nonce, which the policy names too.
fn without_nonce((headers, text): (HeaderMap, String)) -> String {
    let policy = header(&headers, "content-security-policy");
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
    assert!(text.contains(&format!("nonce=\"{nonce}\"")), "{text}");
    text.replace(nonce, "")
}

/// `const NAME = VALUE;` at the beginning of the worker.
fn constant<T: serde::de::DeserializeOwned>(script: &str, name: &str) -> T {
    let start = format!("const {name} = ");
    let line = script.lines().find_map(|line| line.strip_prefix(&start)).unwrap();
    serde_json::from_str(line.trim_end_matches(';')).unwrap()
}

#[tokio::test]
async fn the_shell_is_the_same_for_everybody_and_tells_of_nobody() {
    let app = serve(WHOLE).await;
    let (ana, ben) = (app.person("anastasia.unmistakable").await, app.person("benjamin.unmistakable").await);
    ana.connect(&ben).await;
    let room = ana.room_with(&ben).await;
    ana.socket().await.say_acked(room, "An unmistakable sentence").await;
    assert!(ana.browser.get("/").await.body.contains("An unmistakable sentence"));
    let shell = without_nonce(ask(&app.visitor(), "/offline").await);
    for browser in [&ana.browser, &ben.browser, &app.visitor()] {
        let answer = ask(browser, "/offline").await;
        assert!(answer.0.get("set-cookie").is_none(), "{answer:?}");
        assert_eq!(without_nonce(answer), shell);
    }
    for word in ["nmistakable", app.epoch().0.as_str()] {
        assert!(!shell.contains(word), "{word} stands in {shell}");
    }
}

#[tokio::test]
async fn the_shell_is_a_whole_page_with_places_for_what_the_browser_knows() {
    let app = serve(WHOLE).await;
    let (headers, shell) = ask(&app.visitor(), "/offline").await;
    assert_eq!(header(&headers, "content-type"), "text/html; charset=utf-8");
    assert_eq!(header(&headers, "cache-control"), "no-store");
    for part in [
        "<a href=\"/\" aria-current=\"page\">Chats</a>",
        "<a href=\"/people\" data-requests=\"0\">People",
        "data-viewer=\"\"",
        "action=\"/logout\"",
        "class=\"chat\"",
        "&quot;id&quot;:0,",
        "&quot;now_ms&quot;:0,",
        "src=\"/page.js\"",
        SCRIPT,
        MODULE,
        STYLE,
    ] {
        assert!(shell.contains(part), "{part} is missing in {shell}");
    }
}

#[tokio::test]
async fn the_worker_keeps_the_files_that_are_there_and_nothing_else() {
    let app = serve(WHOLE).await;
    let (headers, script) = ask(&app.visitor(), "/sw.js").await;
    assert_eq!(header(&headers, "content-type"), "text/javascript; charset=utf-8");
    assert_eq!(header(&headers, "cache-control"), "no-cache");
    assert_eq!(header(&headers, "x-content-type-options"), "nosniff");
    let mut files: Vec<String> = constant(&script, "files");
    files.sort();
    let (js, wasm, css) = (format!("/{SCRIPT}"), format!("/{MODULE}"), format!("/{STYLE}"));
    assert_eq!(files, ["/chat.js", "/favicon.svg", "/offline", &js, &wasm, &css]);
    for path in &files {
        ask(&app.visitor(), path).await;
    }
    assert!(script.contains("addEventListener('fetch'") && !script.contains("not as it is"), "{script}");
    assert_eq!(app.visitor().get("/worker.js").await.status, 404);
}

#[tokio::test]
async fn another_build_is_another_worker_and_the_same_build_the_same() {
    let script = async |files: &[(&str, &str)]| ask(&serve(files).await.visitor(), "/sw.js").await.1;
    let first = script(WHOLE).await;
    assert_eq!(first, script(WHOLE).await);
    for place in 0..WHOLE.len() {
        let (name, _) = WHOLE[place];
        let mut files = WHOLE.to_vec();
        files[place].1 = "changed";
        let second = script(&files).await;
        let [one, other] = [&first, &second].map(|script| constant::<String>(script, "build"));
        assert_eq!(one == other, name == "worker.js", "{name}: its text is the binary's, all others are the site's");
    }
}

#[tokio::test]
async fn every_way_in_names_the_build() {
    let app = serve(WHOLE).await;
    let ana = app.person("ana").await;
    let build: String = constant(&ask(&ana.browser, "/sw.js").await.1, "build");
    assert_eq!(welcome_of_the_socket(&ana.browser).await.as_deref(), Some(build.as_str()));
    assert_eq!(welcome_of_a_poll(&ana.browser).await.as_deref(), Some(build.as_str()));
    for path in ["/", "/offline"] {
        let page = ana.browser.get(path).await.body;
        assert!(page.contains(&format!("&quot;build&quot;:&quot;{build}&quot;")), "{path}: {page}");
    }
}

#[tokio::test]
async fn a_server_without_a_site_names_no_build() {
    let app = serve(&[]).await;
    let ana = app.person("ana").await;
    assert_eq!(welcome_of_the_socket(&ana.browser).await, None);
    assert_eq!(welcome_of_a_poll(&ana.browser).await, None);
    let files: Vec<String> = constant(&ask(&ana.browser, "/sw.js").await.1, "files");
    assert_eq!(files, ["/offline"]);
}

#[tokio::test]
async fn pages_of_members_and_those_before_them_load_what_tells_the_zone_and_forgets_at_logout() {
    let app = serve(WHOLE).await;
    let (ana, _, room) = app.pair().await;
    let loads = async |browser: &Visitor, path: &str| browser.get(path).await.body.contains("src=\"/page.js\"");
    for path in ["/", "/people", "/nowhere", &format!("/r/{room}")] {
        assert!(loads(&ana.browser, path).await, "{path}");
    }
    assert!(loads(&app.visitor(), "/login").await && loads(&app.visitor(), "/register").await);
    assert!(!loads(&app.visitor(), "/nowhere").await);
}

async fn welcome_of_the_socket(browser: &Visitor) -> Option<String> {
    named(browser.socket().await.next().await)
}

async fn welcome_of_a_poll(browser: &Visitor) -> Option<String> {
    let answer = browser.call("/api/fn/poll", &json!({ "frames": [] })).await;
    let mut frames: Vec<ServerFrame> = serde_json::from_str(&answer.body).unwrap();
    named(frames.remove(0))
}

fn named(frame: ServerFrame) -> Option<String> {
    let ServerFrame::Welcome { build, .. } = frame else { panic!("no welcome: {frame:?}") };
    build
}
