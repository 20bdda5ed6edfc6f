//! Messages with files. Rule: what is told of a file stands with its message; the bytes are elsewhere.

use super::*;
use wire::Attachment;

#[test]
fn a_message_with_files_matches_its_goldens() {
    let photo = Attachment {
        id: cid(),
        name: "lake.jpg".into(),
        size: 2_411_724,
        media_type: "image/jpeg".into(),
        width: Some(4_000),
        height: Some(3_000),
        thumbnail: true,
    };
    let (name, media_type) = ("plan.pdf".into(), "application/pdf".into());
    let plan = Attachment { name, media_type, width: None, height: None, thumbnail: false, ..photo.clone() };
    let files = [photo, plan];
    let mut more = Tree::Nothing;
    more.put("attachments", read::parse(&serde_json::to_string(&files).unwrap()).unwrap());
    more.put("gist", Tree::Text(Attachment::gist(&files)));
    let message = Message { more, ..Message::new(MessageType::File, String::new()) };
    assert_eq!(Parts::of(&message.more).attachments, files);
    assert_eq!(message.gist(), "📎 2 files");
    let event = Event { message: Some(message), ..event() };
    check("server", &[ServerFrame::Event(event)], |_| "event_files");
    let mut named = Tree::Nothing;
    named.put("id", Tree::Text(cid().to_string()));
    let frame = ClientFrame::ChatMessage {
        cid: cid(),
        room: RoomId(7),
        message_type: MessageType::Text,
        content: String::new(),
        reply_to: None,
        attachments: Tree::List(vec![named]),
        location: Tree::Nothing,
    };
    check("client", &[frame], |_| "chat_message_files");
}
