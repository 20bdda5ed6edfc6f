//! The document around every page. Rule: one inline script, with the answer's nonce, on pages with the chat only; no inline
//! style.

use crate::{
    chat::Chat,
    clock::Clock,
    mount::NOBODY,
    page::{Page, Seed, Shell, Site},
    pages::{
        Admin, BidOf, Details, EmojiOf, LobbyOf, Login, MessageOf, NotFound, Peer, People, PlaceOf, Problem,
        ReceiptsOf, Register, SearchOf, SettingsOf, SubjectOf,
    },
    sprite::Sprite,
    ui::{avatar::face, icon::icon},
};
use leptos::{prelude::*, reactive::owner::Owner};
use std::time::{SystemTime, UNIX_EPOCH};
use wire::{Epoch, Inbox, Person};

/// The whole document.
pub fn render(page: Page, shell: Shell) -> String {
    let owner = Owner::new();
    let html = owner.with(|| document(page, shell).to_html());
    drop(owner);
    "<!DOCTYPE html>".to_owned() + &html
}

fn document(page: Page, mut shell: Shell) -> impl IntoView {
    let title = title(&page);
    // In a room the field to write in comes after all of its messages.
    let main = if matches!(page, Page::Room { .. }) { "#composer" } else { "#main" };
    let kind = match &page {
        Page::Inbox { .. } | Page::Room { .. } | Page::Offline => "chat",
        Page::People(_) => "people",
        Page::Lobby(_) | Page::Subject(_) | Page::Details(_) | Page::Peer(_) => "rooms",
        Page::Receipts(_) | Page::Message(_) | Page::Bid(_) | Page::Place(_) => "rooms",
        Page::Admin(_) => "admin",
        Page::Search(_) => "search",
        Page::Settings(_) => "settings",
        _ => "plain",
    };
    if matches!(page, Page::Offline) {
        shell.viewer = Some(nobody());
    }
    let is_kept = shell.viewer.is_some() || matches!(page, Page::Login(_) | Page::Register(_));
    let keeper = is_kept.then(|| keeper(shell.nonce.clone()));
    let script = (kind == "chat").then(|| module(&shell.site, shell.nonce.clone()));
    view! {
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta
                    name="viewport"
                    content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
                />
                <meta name="color-scheme" content="light dark"/>
                <title>{title}</title>
                <link rel="stylesheet" href=shell.site.css.clone()/>
                <link rel="icon" type="image/svg+xml" href="/favicon.svg"/>
                <link rel="apple-touch-icon" href="/apple-touch-icon.png"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                {theme("light", "#ffffff")}
                {theme("dark", "#17201d")}
                {keeper}
                {script}
            </head>
            <body data-page=kind>
                <a class="skip" href=main>"Skip to the content"</a>
                <Sprite/>
                <TopBar
                    viewer=shell.viewer.clone()
                    is_operator=shell.is_operator
                    page=kind
                    requests=shell.beside.requests
                />
                {body(page, shell)}
            </body>
        </html>
    }
}

/// Loads the module and starts it. Both files are asked for at once; a preload would be a warning where scripts are off.
fn module(site: &Site, nonce: String) -> impl IntoView + use<> {
    let script = format!(
        "const file=fetch({:?}),module=await import({:?});await module.default({{module_or_path:file}});module.start()",
        site.wasm, site.js
    );
    view! { <script type="module" nonce=nonce>{script}</script> }
}

/// Installs the service worker, tells the server the zone, and forgets what is kept at logout. Not in the order of the page's
/// scripts: nothing waits for it.
fn keeper(nonce: String) -> impl IntoView {
    view! { <script type="module" src="/page.js" async=true nonce=nonce></script> }
}

/// What a browser draws around an installed app: the colour of the bar at the top of each page, `--paper` of `style/_tokens.scss`.
fn theme(scheme: &str, color: &'static str) -> impl IntoView + use<> {
    // `view!` does not know that this element has `media`.
    let media = format!("(prefers-color-scheme: {scheme})");
    leptos::html::meta().name("theme-color").content(color).attr("media", media)
}

fn body(page: Page, shell: Shell) -> AnyView {
    let Shell { viewer, epoch, site, zone, beside, .. } = shell;
    provide_context(beside);
    let (build, now_ms) = (site.build.clone(), now_ms());
    let clock = Clock { now_ms, zone };
    let chat = |seed| chat(seed, clock);
    match (page, viewer) {
        (Page::Inbox { inbox }, Some(me)) => chat(Seed::new(me, epoch, inbox, now_ms, build)),
        (Page::Room { inbox, page, draft, around, at, notice }, Some(me)) => {
            let (room, around) = (Some(*page), around.map(|page| *page));
            let seed = Seed::new(me, epoch, inbox, now_ms, build);
            chat(Seed { room, draft: Some(draft), around, at, notice, ..seed })
        }
        (Page::Offline, Some(me)) => chat(Seed::new(me, Epoch::default(), Inbox::default(), 0, build)),
        (Page::Login(form), _) => view! { <Login form/> }.into_any(),
        (Page::Register(form), _) => view! { <Register form/> }.into_any(),
        (Page::People(page), _) => view! { <People page/> }.into_any(),
        (Page::Lobby(page), _) => view! { <LobbyOf page/> }.into_any(),
        (Page::Subject(page), _) => view! { <SubjectOf page/> }.into_any(),
        (Page::Details(page), _) => view! { <Details page=*page clock/> }.into_any(),
        (Page::Admin(page), _) => view! { <Admin page=*page clock/> }.into_any(),
        (Page::Receipts(page), _) => view! { <ReceiptsOf page clock/> }.into_any(),
        (Page::Message(page), _) => view! { <MessageOf page=*page clock/> }.into_any(),
        (Page::Bid(page), _) => view! { <BidOf page=*page clock/> }.into_any(),
        (Page::Place(page), _) => view! { <PlaceOf page/> }.into_any(),
        (Page::Emoji(groups), _) => view! { <EmojiOf groups/> }.into_any(),
        (Page::Search(page), _) => view! { <SearchOf page=*page clock/> }.into_any(),
        (Page::Settings(page), _) => view! { <SettingsOf page=*page/> }.into_any(),
        (Page::Peer(page), _) => view! { <Peer page=*page clock/> }.into_any(),
        (Page::Problem { sentence, .. }, _) => view! { <Problem sentence/> }.into_any(),
        (Page::NotFound | Page::Inbox { .. } | Page::Room { .. } | Page::Offline, _) => {
            view! { <NotFound/> }.into_any()
        }
    }
}

/// Who is signed in on a page for all: the browser finds out.
fn nobody() -> Person {
    Person { id: NOBODY, ..Person::default() }
}

fn now_ms() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_millis()).unwrap_or(i64::MAX)
}

fn chat(seed: Seed, clock: Clock) -> AnyView {
    let json = serde_json::to_string(&seed).expect("strings and numbers are always JSON");
    view! { <div class="seed" data-seed=json><Chat seed clock/></div> }.into_any()
}

#[component]
fn TopBar(viewer: Option<Person>, is_operator: bool, page: &'static str, requests: i64) -> impl IntoView {
    let asking = (requests > 0).then(|| requests.to_string());
    let current = |name| (page == name).then_some("page");
    let admin = is_operator.then(|| {
        view! { <a href="/admin" aria-label="Administration" aria-current=current("admin")>"Admin" <span class="rest">"istration"</span></a> }
    });
    view! {
        <header class="top">
            <a class="brand" href="/" aria-label="Twotick">
                {icon("ticks")}
                <span>"Twotick"</span>
            </a>
            {viewer
                .map(|viewer| {
                    view! {
                        <nav aria-label="Pages">
                            <a href="/" aria-current=current("chat")>"Chats"</a>
                            <a href="/rooms" aria-current=current("rooms")>"Rooms"</a>
                            <a href="/people" aria-current=current("people") data-requests=requests.to_string()>
                                "People" <span class="badge" data-unread=asking.clone()>{asking.clone()}</span>
                            </a>
                            <a
                                href="/search"
                                data-panel=""
                                data-search=""
                                aria-label="Search messages"
                                title="Search messages"
                                aria-current=current("search")
                            >
                                {icon("search")}
                            </a>
                            {admin}
                        </nav>
                        <a
                            class="who"
                            href="/settings"
                            data-panel=""
                            title="Your profile"
                            aria-current=current("settings")
                        >
                            {(viewer.id != NOBODY).then(|| face(&viewer))}
                            <span dir="auto" data-viewer=viewer.username>{viewer.display_name}</span>
                        </a>
                        <form method="post" action="/logout">
                            <button type="submit" title="Log out">{icon("leave")} <span>"Log out"</span></button>
                        </form>
                    }
                })}
        </header>
    }
}

fn title(page: &Page) -> String {
    let name = match page {
        Page::Login(_) => "Log in",
        Page::Register(_) => "Create account",
        Page::Inbox { .. } | Page::Offline => return "Twotick".to_owned(),
        Page::Room { page, .. } => &page.summary.title,
        Page::People(_) => "People",
        Page::Lobby(_) => "Rooms",
        Page::Subject(_) => "New conversation",
        Page::Details(page) => &page.room.title,
        Page::Admin(_) => "Administration",
        Page::Receipts(_) => "Read by",
        Page::Message(_) => "Message",
        Page::Bid(_) => "Bid",
        Page::Place(_) => "Place",
        Page::Emoji(_) => "Emoji",
        Page::Peer(page) => &page.room.title,
        Page::Search(_) => "Search",
        Page::Settings(_) => "Your profile",
        Page::NotFound => "Not found",
        Page::Problem { .. } => "Problem",
    };
    format!("{name} · Twotick")
}
