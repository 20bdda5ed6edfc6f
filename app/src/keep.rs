//! What the browser keeps, by `public/keep.js`. Rule: everything lies there as JSON under its account, and only that account
//! reads it again.

use client::Waiting;
use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wire::{
    Act, Cid, Epoch, Person, Refusal, RoomId, RoomPage, Seq, Time, UserId, read::Tree, readable, writable, write::json,
};

#[wasm_bindgen(raw_module = "/chat.js")]
extern "C" {
    fn outbox(account: &str) -> Promise;
    fn enqueue(account: &str, cid: &str, text: &str, room: &str, old: &str) -> Promise;
    fn change(account: &str, cid: &str, text: &str) -> Promise;
    fn remove(account: &str, cid: &str, room: &str, draft: &str) -> Promise;
    fn read(store: &str, account: &str) -> Promise;
    fn write(store: &str, account: &str, pairs: Array) -> Promise;
    fn owner() -> Promise;
    fn r#become(account: &str, text: &str) -> Promise;
    fn hide(account: &str) -> Promise;
}

/// What goes wrong: storage is full, blocked or broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// There is no room.
    Full,
    /// Anything else.
    Unusable,
}

impl Failure {
    /// What to say when a message could not be kept.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Full => {
                "This browser cannot keep your message: its storage is full. Nothing was sent; make some room and send \
                 it again."
            }
            Self::Unusable => {
                "This browser cannot keep your message: its storage is blocked. Nothing was sent; allow this site to \
                 keep data and send it again."
            }
        }
    }
}

/// Lists with names.
#[derive(Clone, Copy, Debug)]
pub enum Store {
    /// What is written and not sent, by room.
    Drafts,
    /// What was on screen: "inbox", and rooms.
    Pages,
}

impl Store {
    fn name(self) -> &'static str {
        match self {
            Self::Drafts => "drafts",
            Self::Pages => "pages",
        }
    }
}

/// [`Waiting`] as it lies there.
struct Kept {
    cid: Cid,
    user: UserId,
    room: RoomId,
    content: String,
    at: Time,
    tried: bool,
    refusal: Option<Refusal>,
    act: Act,
    target: Option<Seq>,
    more: Tree,
}

// What was written before there were the last ones is a message of words alone.
readable!(Kept { cid, user, room, content, at, tried, refusal, target, [act, more] });
writable!(Kept { cid, user, room, content, at, tried, refusal, target, act, more });

/// A room as it was shown last.
pub struct KeptPage {
    /// The life of the database that it is of.
    pub epoch: Epoch,
    /// Its row and the end of its log.
    pub page: RoomPage,
    /// The user had read up to here; the server may not know yet.
    pub read: Seq,
}

readable!(KeptPage { epoch, page, read });
writable!(KeptPage { epoch, page, read });

/// Who was signed in last in this browser.
pub struct Owner {
    /// Who.
    pub me: Person,
    /// In which life of the database.
    pub epoch: Epoch,
}

readable!(Owner { me, epoch });
writable!(Owner { me, epoch });

/// One account's share of what is kept.
#[derive(Clone, Debug)]
pub struct Keep {
    account: String,
}

impl Keep {
    /// The share of this user: the name too, since a new database gives the numbers again.
    pub fn of(user: &Person) -> Self {
        Self { account: user.id.to_string() + " " + &user.username }
    }

    /// What the account is called here and between tabs.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// Everything that waits, in its order.
    pub async fn outbox(&self) -> Result<Vec<Waiting>, Failure> {
        let texts = list(settled(outbox(&self.account)).await?);
        let kept = texts.iter().filter_map(|text| wire::read::json::<Kept>(text));
        // What only a later version can do waits for that one.
        let known = kept.filter(|kept| kept.act != Act::Unknown);
        let waiting = |Kept { cid, user, room, content, at, tried, refusal, act, target, more }| Waiting {
            cid,
            user,
            room,
            content,
            act,
            target,
            more,
            at,
            tried,
            refusal,
        };
        Ok(known.map(waiting).collect())
    }

    /// Adds a message; `draft`: of which room it was the draft.
    pub fn add(&self, waiting: Waiting, draft: Option<RoomId>) -> impl Future<Output = Result<(), Failure>> + use<> {
        let draft = draft.map(|room| room.to_string()).unwrap_or_default();
        done(enqueue(&self.account, &waiting.cid.to_string(), &text(waiting), &draft, ""))
    }

    /// Adds a message in place of another one.
    pub fn replace(&self, old: Cid, new: Waiting) -> impl Future<Output = Result<(), Failure>> + use<> {
        done(enqueue(&self.account, &new.cid.to_string(), &text(new), "", &old.to_string()))
    }

    /// Replaces one that waits.
    pub fn change(&self, waiting: Waiting) -> impl Future<Output = Result<(), Failure>> + use<> {
        done(change(&self.account, &waiting.cid.to_string(), &text(waiting)))
    }

    /// Takes one out; `draft`: the room and what its composer holds from now on.
    pub fn remove(
        &self,
        cid: Cid,
        draft: Option<(RoomId, String)>,
    ) -> impl Future<Output = Result<(), Failure>> + use<> {
        let (room, draft) = draft.map(|(room, draft)| (room.to_string(), draft)).unwrap_or_default();
        done(remove(&self.account, &cid.to_string(), &room, &draft))
    }

    /// Names and texts of a list.
    pub async fn read(&self, store: Store) -> Vec<(String, String)> {
        let mut flat = settled(read(store.name(), &self.account)).await.map(list).unwrap_or_default().into_iter();
        let mut pairs = Vec::new();
        while let (Some(name), Some(text)) = (flat.next(), flat.next()) {
            pairs.push((name, text));
        }
        pairs
    }

    /// Writes into a list; an empty text removes. What cannot be written is not there offline, no more.
    pub fn write(&self, store: Store, pairs: Vec<(String, String)>) {
        let flat = Array::new();
        for (name, text) in pairs {
            flat.push(&name.into());
            flat.push(&text.into());
        }
        forget(write(store.name(), &self.account, flat));
    }

    /// This account is signed in.
    pub fn sign_in(&self, owner: &Owner) {
        forget(r#become(&self.account, &json(owner)));
    }

    /// It is not any more.
    pub fn hide(&self) {
        forget(hide(&self.account));
    }
}

/// Who was signed in last.
pub async fn last_owner() -> Option<Owner> {
    wire::read::json(&settled(owner()).await.ok()?.as_string()?)
}

fn text(Waiting { cid, user, room, content, act, target, more, at, tried, refusal }: Waiting) -> String {
    json(&Kept { cid, user, room, content, at, tried, refusal, act, target, more })
}

fn list(value: JsValue) -> Vec<String> {
    Array::from(&value).iter().filter_map(|text| text.as_string()).collect()
}

async fn settled(promise: Promise) -> Result<JsValue, Failure> {
    JsFuture::from(promise).await.map_err(|error| {
        let name = js_sys::Reflect::get(&error, &"name".into()).ok().and_then(|name| name.as_string());
        if name.as_deref() == Some("QuotaExceededError") { Failure::Full } else { Failure::Unusable }
    })
}

async fn done(promise: Promise) -> Result<(), Failure> {
    settled(promise).await.map(drop)
}

fn forget(promise: Promise) {
    leptos::task::spawn_local(async move { _ = settled(promise).await });
}
