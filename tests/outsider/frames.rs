//! The frames. Rule: the list cannot be compiled without a case for every variant.

use super::{Outsider, SECRET, Scene, Who};
use crate::support::{Socket, socket::fresh_cid};
use wire::{
    Code, Decision, Epoch, MessageType, Seq,
    frame::{ClientFrame, Held, RoomChange, ServerFrame, close},
    read::Tree,
};

/// What a signed-in outsider hears.
enum Hears {
    /// This code, in `error` or `refused`.
    Code(Code),
    /// "That room is not yours."
    Removed,
    /// The past, of which nothing was taken from them.
    History,
    /// Nothing that is not about themselves.
    Nothing,
}

/// The frame after this one, with what it concerns; the first when there is none before.
fn next(before: Option<&ClientFrame>, outsider: &Outsider, epoch: &Epoch) -> Option<ClientFrame> {
    let (room, seq) = (outsider.room, Seq(1));
    match before {
        None => {
            let content = "Let me in".to_owned();
            let (cid, message_type, reply_to) = (fresh_cid(), MessageType::Text, Some(seq));
            let (attachments, location) = (Tree::Nothing, Tree::Nothing);
            Some(ClientFrame::ChatMessage { cid, room, message_type, content, reply_to, attachments, location })
        }
        Some(ClientFrame::ChatMessage { .. }) => {
            let content = "I was never here".to_owned();
            Some(ClientFrame::EditMessage { cid: fresh_cid(), room, target: seq, content })
        }
        Some(ClientFrame::EditMessage { .. }) => {
            Some(ClientFrame::DeleteMessage { cid: fresh_cid(), room, target: seq })
        }
        Some(ClientFrame::DeleteMessage { .. }) => {
            Some(ClientFrame::Reaction { cid: fresh_cid(), room, target: seq, emoji: "👍".to_owned(), on: true })
        }
        Some(ClientFrame::Reaction { .. }) => {
            let (cid, decision, offer) = (fresh_cid(), Decision::Accept, None);
            Some(ClientFrame::BidDecision { cid, room, target: seq, decision, offer })
        }
        Some(ClientFrame::BidDecision { .. }) => Some(ClientFrame::Typing { room, is_typing: true }),
        Some(ClientFrame::Typing { .. }) => Some(ClientFrame::Delivered { room, seq }),
        Some(ClientFrame::Delivered { .. }) => Some(ClientFrame::MarkAsRead { room, seq }),
        Some(ClientFrame::MarkAsRead { .. }) => {
            let rooms = vec![Held { room, after: Some(Seq(0)) }];
            Some(ClientFrame::Resume { epoch: epoch.clone(), rooms })
        }
        Some(ClientFrame::Resume { .. }) => Some(ClientFrame::Profiles { since: wire::Time::default() }),
        Some(ClientFrame::Profiles { .. }) => Some(ClientFrame::Ping { n: 0 }),
        Some(ClientFrame::Ping { .. }) => Some(ClientFrame::Unknown),
        Some(ClientFrame::Unknown) => None,
    }
}

fn case(frame: &ClientFrame, who: Who) -> Hears {
    let is_former = who == Who::NotConnected;
    match frame {
        ClientFrame::ChatMessage { .. }
        | ClientFrame::EditMessage { .. }
        | ClientFrame::Reaction { .. }
        | ClientFrame::BidDecision { .. }
        | ClientFrame::Typing { .. }
            if is_former =>
        {
            Hears::Code(Code::NotConnected)
        }
        // Their own they may take away, and this is Ana's.
        ClientFrame::DeleteMessage { .. } if is_former => Hears::Code(Code::NotAuthor),
        ClientFrame::Delivered { .. } | ClientFrame::MarkAsRead { .. } if is_former => Hears::Nothing,
        ClientFrame::Resume { .. } if is_former => Hears::History,
        ClientFrame::ChatMessage { .. }
        | ClientFrame::EditMessage { .. }
        | ClientFrame::DeleteMessage { .. }
        | ClientFrame::Reaction { .. }
        | ClientFrame::BidDecision { .. }
        | ClientFrame::Typing { .. }
        | ClientFrame::Delivered { .. }
        | ClientFrame::MarkAsRead { .. } => Hears::Code(Code::NotFound),
        ClientFrame::Resume { .. } => Hears::Removed,
        // Of themselves, and of whom they see; the secret is of neither.
        ClientFrame::Profiles { .. } | ClientFrame::Ping { .. } => Hears::Nothing,
        ClientFrame::Unknown => Hears::Code(Code::UnknownFrame),
    }
}

#[tokio::test]
async fn no_frame_lets_an_outsider_in() {
    let scene = Scene::set().await;
    let epoch = scene.app.epoch();
    for outsider in &scene.outsiders {
        let mut socket = outsider.browser.socket().await;
        if matches!(outsider.who, Who::SignedOut | Who::Banned) {
            assert_sent_away(&mut socket, outsider, &epoch).await;
            continue;
        }
        socket.welcomed().await;
        let mut before = None;
        while let Some(frame) = next(before.as_ref(), outsider, &epoch) {
            socket.send(&frame).await;
            let heard = socket.hush().await;
            assert!(!format!("{heard:?}").contains(SECRET), "{frame:?} tells {:?} the secret", outsider.who);
            let is_right = match case(&frame, outsider.who) {
                Hears::Code(code) => codes(&heard) == [code],
                Hears::Removed => heard.contains(&ServerFrame::Room(RoomChange::Removed { room: outsider.room })),
                Hears::History => heard.iter().any(|frame| matches!(frame, ServerFrame::MessageHistory { .. })),
                Hears::Nothing => codes(&heard).is_empty(),
            };
            assert!(is_right, "{frame:?}, {:?}: {heard:?}", outsider.who);
            before = Some(frame);
        }
    }
    scene.assert_untouched().await;
}

/// Whatever they send, they hear one `error` and the close.
async fn assert_sent_away(socket: &mut Socket, outsider: &Outsider, epoch: &Epoch) {
    let mut before = None;
    while let Some(frame) = next(before.as_ref(), outsider, epoch) {
        let text = serde_json::to_string(&frame).unwrap();
        socket.try_send_message(tokio_tungstenite::tungstenite::Message::text(text)).await;
        before = Some(frame);
    }
    let closed = socket.closed().await;
    assert_eq!((closed.code, closed.error()), (Some(close::SIGNED_OUT), Some(Code::SignedOut)));
    assert_eq!(closed.frames.len(), 1, "{:?}", closed.frames);
}

fn codes(heard: &[ServerFrame]) -> Vec<Code> {
    let code = |frame: &ServerFrame| match frame {
        ServerFrame::Error { refusal } | ServerFrame::Refused { refusal, .. } => Some(refusal.code),
        ServerFrame::SlowDown { .. } => Some(Code::SlowDown),
        _ => None,
    };
    heard.iter().filter_map(code).collect()
}
