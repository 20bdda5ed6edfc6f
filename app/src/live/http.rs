//! What goes over HTTP. Rule: only what is about the message itself refuses it (C3); everything else waits.

use super::Live;
use crate::{api, trouble::Trouble};
use client::{HttpTrouble, Input, Part, Waiting};
use js_sys::{Array, Promise};
use leptos::{prelude::WithValue, server_fn::ServerFn, task::spawn_local};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wire::{
    Cid, Code, MessageType, RoomId, UserId,
    frame::{ClientFrame, ServerFrame},
    read::{Read, Tree},
    writable,
    write::{Write, json},
};

writable!(api::Poll { user, frames });
writable!(api::History { room, before, after });
writable!(api::AmendMessage { user, cid, room, target, amendment });
writable!(api::SendMessage { user, cid, room, message_type, content, reply_to, more });

#[wasm_bindgen(raw_module = "/chat.js")]
extern "C" {
    /// Whether it was answered with success, and the text of the answer.
    fn post(path: &str, body: String) -> Promise;
}

/// Calls a server function. By its type, so that path and arguments are the server's; the request that Leptos would make
/// of it costs the module 13 KB before compression.
async fn call<F>(function: F) -> Result<F::Output, Trouble>
where
    F: ServerFn<Error = Trouble> + Write,
    F::Output: Read,
{
    F::Output::read(ask(F::PATH, json(&function)).await?).ok_or(Code::TryAgain.into())
}

async fn ask(path: &str, body: String) -> Result<Tree, Trouble> {
    read(JsFuture::from(post(path, body)).await)
}

fn read(answer: Result<JsValue, JsValue>) -> Result<Tree, Trouble> {
    let answer = Array::from(&answer.map_err(|_| Code::TryAgain)?);
    let tree = answer.get(1).as_string().and_then(|text| wire::read::parse(&text)).unwrap_or_default();
    if answer.get(0).is_truthy() { Ok(tree) } else { Err(Trouble::read(tree).unwrap_or(Code::TryAgain.into())) }
}

impl Live {
    pub(super) fn me(self) -> Option<UserId> {
        Some(self.core.with_value(|core| core.me().id))
    }

    pub(super) fn poll(self, frames: Vec<ClientFrame>) {
        spawn_local(async move {
            self.hear(match call(api::Poll { user: self.me(), frames }).await {
                Ok(answers) => Input::PollAnswered(answers),
                Err(trouble) => Input::PollFailed(http_trouble(&trouble)),
            });
        });
    }

    pub(super) fn send(self, waiting: Waiting) {
        spawn_local(async move {
            let Waiting { cid, room, content, act, target, more, .. } = waiting;
            let (user, message_type) = (self.me(), MessageType::Text);
            // One request for both kinds: each that is awaited costs the module two kilobytes.
            let (path, body) = match act.amendment(content.clone()).zip(target) {
                Some((amendment, target)) => {
                    (api::AmendMessage::PATH, json(&api::AmendMessage { user, cid, room, target, amendment }))
                }
                None => {
                    let reply_to = target;
                    let message = api::SendMessage { user, cid, room, message_type, content, reply_to, more };
                    (api::SendMessage::PATH, json(&message))
                }
            };
            let answer =
                match ask(path, body).await.and_then(|tree| ServerFrame::read(tree).ok_or(Code::TryAgain.into())) {
                    Ok(frame) => Ok(frame),
                    Err(trouble) => refused(cid, trouble),
                };
            self.hear(Input::SendAnswered { cid, answer });
        });
    }

    pub(super) fn fetch(self, room: RoomId, part: Part) {
        spawn_local(async move {
            let (before, after) = match part {
                Part::Before(seq) => (Some(seq), None),
                Part::After(seq) => (None, Some(seq)),
            };
            self.hear(match call(api::History { room, before, after }).await {
                Ok(api::Leaf { epoch, page }) => Input::HistoryLoaded { room, part, epoch, page },
                Err(trouble) => Input::HistoryFailed { room, part, trouble: http_trouble(&trouble) },
            });
        });
    }
}

fn http_trouble(trouble: &Trouble) -> HttpTrouble {
    match trouble.0.code {
        Code::SignedOut => HttpTrouble::SignedOut,
        Code::Banned => HttpTrouble::Forbidden,
        _ => HttpTrouble::Unreachable,
    }
}

fn refused(cid: Cid, trouble: Trouble) -> Result<ServerFrame, HttpTrouble> {
    match trouble.0.code {
        Code::SlowDown => Ok(ServerFrame::SlowDown { cid, wait_ms: trouble.0.wait_ms.unwrap_or(1_000) }),
        Code::EmptyMessage
        | Code::MessageTooLong
        | Code::UnknownType
        | Code::TooLarge
        | Code::NotFound
        | Code::NotAllowed
        | Code::NotConnected
        | Code::Muted
        | Code::RoomClosed
        | Code::NoSuchMessage
        | Code::NotAuthor
        | Code::MessageDeleted
        | Code::Unchanged
        | Code::BadEmoji
        | Code::TooManyReactions
        | Code::CidConflict => Ok(ServerFrame::Refused { cid, refusal: trouble.0 }),
        _ => Err(http_trouble(&trouble)),
    }
}
