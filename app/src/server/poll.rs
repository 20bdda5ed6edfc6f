//! One poll: what a socket would have carried, over HTTP (SPEC 5). Rule: cursors move before anything is read, so that the
//! answer's figures are right; answers end after a megabyte, and a room without one is asked for again.

use super::{told, welcome};
use crate::trouble::Trouble;
use domain::{Chat, Viewer};
use wire::{
    Code, Epoch,
    frame::{ClientFrame, Held, ServerFrame},
    limits::{RESUME_ROOMS_MAX, SOCKET_QUEUE_BYTES_MAX},
};

/// Cursor frames of one poll, two a room.
const CURSORS_MAX: usize = 2 * RESUME_ROOMS_MAX;

/// `welcome`, then the answers.
pub(crate) async fn answer(
    chat: &Chat,
    viewer: &Viewer,
    frames: Vec<ClientFrame>,
) -> Result<Vec<ServerFrame>, Trouble> {
    if frames.len() > CURSORS_MAX + 2 {
        return Err(Code::TooLarge.into());
    }
    let mut answers = Vec::new();
    let mut asked: Option<(Epoch, Vec<Held>)> = None;
    for frame in frames {
        let moved = match frame {
            ClientFrame::MarkAsRead { room, seq } => chat.mark_read(viewer, room, seq).await.map(drop),
            ClientFrame::Delivered { room, seq } => chat.mark_delivered(viewer, room, seq).await,
            ClientFrame::Resume { epoch, rooms } if rooms.len() <= RESUME_ROOMS_MAX => {
                asked = Some((epoch, rooms));
                Ok(())
            }
            ClientFrame::Profiles { since } => match chat.profiles_since(viewer, since).await {
                Ok(frame) => {
                    answers.push(frame);
                    Ok(())
                }
                Err(error) => Err(error),
            },
            ClientFrame::Resume { .. } => return Err(Code::TooLarge.into()),
            _ => return Err(Code::UnknownFrame.into()),
        };
        // A cursor that cannot move must not keep the messages away.
        if let Err(error) = moved {
            answers.push(ServerFrame::Error { refusal: told(error).0 });
        }
    }
    answers.insert(0, welcome(chat, viewer).await?);
    let (epoch, rooms) = asked.unwrap_or_default();
    let mut bytes = 0;
    for held in rooms {
        let answer = chat.catch_up(viewer, &held, &epoch).await.map_err(told)?.into_frame();
        bytes += text_bytes(&answer);
        answers.push(answer);
        if bytes > SOCKET_QUEUE_BYTES_MAX {
            break;
        }
    }
    Ok(answers)
}

/// The texts in an answer, which make it large.
fn text_bytes(frame: &ServerFrame) -> usize {
    let ServerFrame::MessageHistory { page, .. } = frame else { return 0 };
    page.events.iter().filter_map(|event| event.message.as_ref()).map(|message| message.content.len()).sum()
}
