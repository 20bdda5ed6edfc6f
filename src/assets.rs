//! The files that browsers load. Rule: a file with a hash in its name never changes and may be kept for ever; every
//! other is asked for again by its ETag.

use crate::{offline, state::AppState};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::{
    borrow::Cow,
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};
use wire::Epoch;

/// How cargo-leptos calls the page's files: `pkg/twotick.HASH.js`.
const OUTPUT_NAME: &str = "twotick";
/// Where cargo-leptos puts the finished site.
#[cfg(not(feature = "embed"))]
const FOLDER: &str = "target/site";

/// The finished site (scripts/site), each file with its precompressed forms.
#[derive(Debug)]
pub struct Site {
    files: BTreeMap<String, File>,
    names: Arc<app::Site>,
}

#[derive(Debug)]
struct File {
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
    kind: &'static str,
    tag: HeaderValue,
    is_hashed: bool,
}

impl Site {
    /// The site inside the binary, or the one in `folder`; without either, pages come without script and style.
    pub fn load(folder: Option<&Path>) -> std::io::Result<Self> {
        match folder {
            Some(folder) => Ok(Self::of(read(folder)?)),
            None => Ok(Self::of(embedded()?)),
        }
    }

    /// What the page's head names.
    pub fn names(&self) -> Arc<app::Site> {
        self.names.clone()
    }

    /// What the page's files are, in a word: another word for other files. None where there is no site.
    pub fn build(&self) -> Option<&str> {
        self.names.build.as_deref()
    }

    /// The address of every file.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    fn of(mut all: BTreeMap<String, Cow<'static, [u8]>>) -> Self {
        // The service worker is served with a head of its own (offline.rs).
        all.remove("worker.js");
        let names: Vec<String> = all.keys().filter(|name| !is_form(name)).cloned().collect();
        let mut files = BTreeMap::new();
        for name in names {
            let (brotli, gzip) = (all.remove(&format!("{name}.br")), all.remove(&format!("{name}.gz")));
            if let Some(plain) = all.remove(&name) {
                files.insert(format!("/{name}"), File::new(&name, plain, brotli, gzip));
            }
        }
        let named = |extension: &str| page_file(&files, extension);
        let names = app::Site { js: named("js"), wasm: named("wasm"), css: named("css"), build: None };
        let build = (!files.is_empty()).then(|| build(&files, &names));
        Self { files, names: Arc::new(app::Site { build, ..names }) }
    }
}

impl File {
    fn new(
        name: &str,
        plain: Cow<'static, [u8]>,
        brotli: Option<Cow<'static, [u8]>>,
        gzip: Option<Cow<'static, [u8]>>,
    ) -> Self {
        let digest = URL_SAFE_NO_PAD.encode(&Sha256::digest(&plain)[..16]);
        Self {
            tag: HeaderValue::try_from(format!("W/\"{digest}\"")).expect("base64url is ASCII"),
            kind: kind(name),
            is_hashed: is_hashed(name),
            plain: bytes(plain),
            brotli: brotli.map(bytes),
            gzip: gzip.map(bytes),
        }
    }

    /// The smallest form that the browser takes.
    fn form(&self, accepted: &str) -> (&Bytes, Option<&'static str>) {
        let takes = |coding: &str| {
            accepted.split(',').any(|item| {
                let (name, weight) = item.split_once(';').unwrap_or((item, ""));
                name.trim().eq_ignore_ascii_case(coding)
                    && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
            })
        };
        match (&self.brotli, &self.gzip) {
            (Some(brotli), _) if takes("br") => (brotli, Some("br")),
            (_, Some(gzip)) if takes("gzip") => (gzip, Some("gzip")),
            _ => (&self.plain, None),
        }
    }
}

/// A word for everything that a browser keeps of the site: the files, the shell, and the worker that keeps them.
fn build(files: &BTreeMap<String, File>, names: &app::Site) -> String {
    let shell = app::Shell {
        beside: wire::Beside::default(),
        zone: app::Zone::default(),
        viewer: None,
        is_operator: false,
        epoch: Epoch::default(),
        nonce: String::new(),
        site: Arc::new(names.clone()),
    };
    let mut digest = Sha256::new();
    for (path, file) in files {
        digest.update(path);
        digest.update(&file.tag);
    }
    digest.update(app::render(app::Page::Offline, shell));
    digest.update(offline::WORKER);
    URL_SAFE_NO_PAD.encode(&digest.finalize()[..12])
}

/// `GET` of one of the site's files.
pub async fn serve(State(state): State<AppState>, uri: Uri, headers: HeaderMap) -> Response {
    let Some(file) = state.site.files.get(uri.path()) else { return StatusCode::NOT_FOUND.into_response() };
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default();
    let caching = if file.is_hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = if text(header::IF_NONE_MATCH).split(',').any(|tag| tag.trim() == file.tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let (bytes, coding) = file.form(text(header::ACCEPT_ENCODING));
        let mut response = Response::new(Body::from(bytes.clone()));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(file.kind));
        if let Some(coding) = coding {
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        response
    };
    let answered = response.headers_mut();
    answered.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    answered.insert(header::ETAG, file.tag.clone());
    answered.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

#[cfg(feature = "embed")]
fn embedded() -> std::io::Result<BTreeMap<String, Cow<'static, [u8]>>> {
    #[derive(rust_embed::RustEmbed)]
    #[folder = "target/site"]
    struct Embedded;
    let file = |name: Cow<'static, str>| Embedded::get(&name).map(|file| (name.into_owned(), file.data));
    Ok(Embedded::iter().filter_map(file).collect())
}

#[cfg(not(feature = "embed"))]
fn embedded() -> std::io::Result<BTreeMap<String, Cow<'static, [u8]>>> {
    match read(Path::new(FOLDER)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            tracing::warn!("there is no {FOLDER}: pages come without script and style until scripts/site has built it");
            Ok(BTreeMap::new())
        }
        outcome => outcome,
    }
}

fn read(folder: &Path) -> std::io::Result<BTreeMap<String, Cow<'static, [u8]>>> {
    let mut all = BTreeMap::new();
    let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Some(name) = path.strip_prefix(folder).ok().and_then(Path::to_str) {
                all.insert(name.to_owned(), Cow::Owned(std::fs::read(&path)?));
            }
        }
    }
    Ok(all)
}

fn bytes(data: Cow<'static, [u8]>) -> Bytes {
    match data {
        Cow::Borrowed(data) => Bytes::from_static(data),
        Cow::Owned(data) => Bytes::from(data),
    }
}

fn is_form(name: &str) -> bool {
    name.ends_with(".br") || name.ends_with(".gz")
}

/// `name.HASH.extension`, with the 22 characters of an MD5 in base64url.
fn is_hashed(name: &str) -> bool {
    let mut parts = name.rsplit('.').skip(1);
    let hash = parts.next().unwrap_or_default();
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    parts.next().is_some() && hash.len() == 22 && hash.bytes().all(is_base64)
}

fn page_file(files: &BTreeMap<String, File>, extension: &str) -> String {
    let plain = format!("/pkg/{OUTPUT_NAME}.{extension}");
    let (prefix, suffix) = (format!("/pkg/{OUTPUT_NAME}."), format!(".{extension}"));
    let is_one = |path: &&String| path.starts_with(&prefix) && path.ends_with(&suffix) && is_hashed(path);
    files.keys().find(is_one).cloned().unwrap_or(plain)
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "abcdefghijklmnopqrst-_";

    fn site(names: &[String]) -> Site {
        Site::of(names.iter().map(|name| (name.clone(), Cow::Owned(name.clone().into_bytes()))).collect())
    }

    #[test]
    fn the_page_names_the_hashed_files_and_falls_back_to_plain_ones() {
        let hashed = format!("pkg/twotick.{HASH}.js");
        let site =
            site(&[hashed.clone(), format!("{hashed}.br"), "pkg/twotick.css".to_owned(), "favicon.svg".to_owned()]);
        assert_eq!(site.names.js, format!("/{hashed}"));
        assert_eq!((site.names.css.as_str(), site.names.wasm.as_str()), ("/pkg/twotick.css", "/pkg/twotick.wasm"));
        assert_eq!(
            site.paths().collect::<Vec<_>>(),
            ["/favicon.svg", "/pkg/twotick.abcdefghijklmnopqrst-_.js", "/pkg/twotick.css"]
        );
        assert!(site.files[&format!("/{hashed}")].is_hashed && !site.files["/pkg/twotick.css"].is_hashed);
    }

    #[test]
    fn the_smallest_form_that_the_browser_takes_is_sent() {
        let site = site(&["a.js".to_owned(), "a.js.br".to_owned(), "a.js.gz".to_owned()]);
        let check = |accepted: &str, expected| assert_eq!(site.files["/a.js"].form(accepted).1, expected, "{accepted}");
        check("gzip, deflate, br, zstd", Some("br"));
        check("gzip;q=1.0, br;q=0", Some("gzip"));
        check("identity", None);
        check("", None);
        check("brotli", None);
    }
}
