//! Why something was refused: a stable code, an HTTP status and a sentence that says what to do (SPEC 10). Rule: a
//! refusal changes nothing, and its code never changes its meaning.

use serde::{Serialize, Serializer};
use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident $code:literal $status:literal $sentence:literal;)*) => {
        /// What was refused, as a stable word.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$doc])* $name,)*
            /// A code of a newer server.
            Unknown,
        }

        impl Code {
            /// Every code that this version knows.
            pub const ALL: &'static [Code] = &[$(Code::$name),*];

            const WORDS: &[&str] = &[$($code,)* "unknown"];

            /// The word on the wire.
            pub fn as_str(self) -> &'static str {
                Self::WORDS[self as usize]
            }

            /// The code of that word.
            pub fn of(word: &str) -> Self {
                Self::ALL.get(crate::read::place(Self::WORDS, word)).copied().unwrap_or(Self::Unknown)
            }

            /// The HTTP status that goes with it.
            pub fn status(self) -> u16 {
                match self { $(Code::$name => $status,)* Code::Unknown => 400 }
            }

            /// The sentence shown to people. Inlined, so that the browser's module holds only those that it says itself.
            #[inline(always)]
            pub fn sentence(self) -> &'static str {
                match self { $(Code::$name => $sentence,)* Code::Unknown => "That was refused." }
            }
        }
    };
}

codes! {
    /// Nothing left after trimming.
    EmptyMessage "empty_message" 422 "Write something first.";
    /// More than 10,000 characters.
    MessageTooLong "message_too_long" 422 "A message has at most 10,000 characters. Shorten it or send it in parts.";
    /// Not a type that people may send.
    UnknownType "unknown_type" 422 "This type of message does not exist.";
    /// Not JSON, or not a frame.
    Malformed "malformed" 400 "That could not be read. Reload the page and try again.";
    /// A frame type that this server does not know.
    UnknownFrame "unknown_frame" 400 "This server does not know that kind of frame.";
    /// The address is there, and not for this method.
    WrongMethod "wrong_method" 405 "This address does not answer that. Go back and try again.";
    /// The body is not JSON.
    UnsupportedType "unsupported_type" 415 "Send JSON, as application/json.";
    /// Frame or form too large.
    TooLarge "too_large" 413 "That is too large.";
    /// No such room, or not one of mine: the two are not told apart.
    NotFound "not_found" 404 "There is no such room, or it is not yours.";
    /// Not signed in, or the session has ended.
    SignedOut "signed_out" 401 "Sign in again. What you wrote is kept.";
    /// The account is banned.
    Banned "banned" 403 "This account is banned. Ask the operator of this server.";
    /// Reserved to operators.
    NotAllowed "not_allowed" 403 "You may not do that.";
    /// The two are not connected both ways.
    NotConnected "not_connected" 403 "You can write to each other once you are connected.";
    /// The request came from another site.
    ForeignOrigin "foreign_origin" 403 "That request came from another site and was not carried out.";
    /// The id was used for other content or another room.
    CidConflict "cid_conflict" 409 "This message id was already used for something else.";
    /// A position beyond the room's last event.
    SeqBeyondHead "seq_beyond_head" 422 "That position does not exist in this room yet.";
    /// Too many requests; wait and try again.
    SlowDown "slow_down" 429 "That was too fast. Wait a moment.";
    /// Too many login attempts.
    TooManyLogins "too_many_logins" 429 "Too many attempts. Wait five minutes and try again.";
    /// Too many sockets of one user.
    TooManySockets "too_many_sockets" 429 "Too many open tabs. Close some and try again.";
    /// Wrong username or password.
    WrongLogin "wrong_login" 401 "Username and password do not match.";
    /// The username is taken.
    NameTaken "name_taken" 409 "This username is taken. Choose another.";
    /// The username is not allowed.
    BadUsername "bad_username" 422 "A username has 2 to 32 letters a-z, digits, dots, dashes or underscores, and begins with a letter or digit.";
    /// The display name is not allowed.
    BadDisplayName "bad_display_name" 422 "A display name has 1 to 64 visible characters.";
    /// What somebody says of themselves is not allowed.
    BadStatus "bad_status" 422 "A status has at most 100 characters on one line. Shorten it, or leave it empty.";
    /// No image that a page shows, or one that cannot be opened.
    BadImage "bad_image" 422 "That is no image that can be opened. Choose a JPEG, PNG, GIF or WebP.";
    /// An image with too many bytes or pixels.
    ImageTooLarge "image_too_large" 413 "This image is too large. Choose one of at most 10 MB, or save it smaller.";
    /// The password is not allowed.
    BadPassword "bad_password" 422 "A password has at least 8 characters.";
    /// The request to connect does not exist (any more).
    NoRequest "no_request" 409 "There is no such request any more.";
    /// Nobody connects with themselves.
    Yourself "yourself" 422 "That is you.";
    /// The viewer has blocked the person.
    Blocked "blocked" 409 "You have blocked this person. Lift the block first.";
    /// No such person.
    NoSuchPerson "no_such_person" 404 "There is nobody of that name.";
    /// A public room has this name, or one that looks the same.
    RoomNameTaken "room_name_taken" 409 "A public room has this name already. Choose another.";
    /// The name of a room is not allowed.
    BadRoomName "bad_room_name" 422 "A room's name has 1 to 64 visible characters on one line.";
    /// More than 500 characters.
    TopicTooLong "topic_too_long" 422 "A topic has at most 500 characters. Shorten it.";
    /// The room is archived.
    RoomClosed "room_closed" 403 "This room is closed: it can be read, but nothing can be changed or sent. An owner can reopen it.";
    /// The member may read and not write.
    Muted "muted" 403 "You are muted in this room and can only read. Ask one of its admins.";
    /// The person may not come into this room.
    BannedFromRoom "banned_from_room" 403 "Whoever is banned from this room cannot come in. An admin of the room can lift the ban.";
    /// Not connected with the person, or one of the two has blocked the other: the two are not told apart.
    NotInvitable "not_invitable" 403 "You cannot invite this person. Connect with each other first.";
    /// The person has left, or never was in the room.
    NotAMember "not_a_member" 409 "This person is not in the room.";
    /// For owners, or for admins towards members.
    RoleTooLow "role_too_low" 403 "Your role in this room does not allow that. Ask one of its owners.";
    /// Nobody would own an occupied room.
    LastOwner "last_owner" 409 "You are the only owner. Make somebody else an owner first.";
    /// Not a role of rooms.
    UnknownRole "unknown_role" 422 "There is no such role. Choose owner, admin or member.";
    /// What a subject is, is not allowed.
    BadKind "bad_kind" 422 "A kind is a word or two, such as job or trip: 1 to 32 characters on one line.";
    /// The id of a subject is not allowed.
    BadSubjectId "bad_subject_id" 422 "An id has at most 128 characters on one line.";
    /// The thread of a subject is not allowed.
    BadThread "bad_thread" 422 "What tells conversations about one thing apart has at most 128 characters on one line.";
    /// The link of a subject is not allowed.
    BadLink "bad_link" 422 "A link begins with https:// or http:// and has at most 1,000 characters, none of them a space.";
    /// More people than a subject begins with.
    TooManyPeople "too_many_people" 422 "At most 50 others take part from the beginning. Bring more in afterwards.";
    /// Not a level of notifications.
    UnknownLevel "unknown_level" 422 "There is no such level. Choose all, mentions or none.";
    /// What somebody is to a subject is not allowed.
    BadPart "bad_part" 422 "What somebody is to the subject has at most 32 characters on one line.";
    /// As many members as a room can have.
    RoomFull "room_full" 409 "This room is full. Somebody has to leave first.";
    /// From this address nobody may register or sign in.
    AddressBanned "address_banned" 403 "Nobody can register or sign in from this address. Ask the operator of this server.";
    /// An operator would be locked out.
    AddressShared "address_shared" 409 "An operator signs in from the same address. Ban the account without its address.";
    /// Nobody would run the server.
    LastOperator "last_operator" 409 "This is the only operator. There must be another one first.";
    /// What was typed is not the name of what is to be deleted.
    NotConfirmed "not_confirmed" 422 "That is not the name. Type it exactly as it stands there.";
    /// More than 200 characters.
    ReasonTooLong "reason_too_long" 422 "A reason has at most 200 characters on one line.";
    /// No message stands at that position, or not one that the user may see: the two are not told apart.
    NoSuchMessage "no_such_message" 404 "There is no such message in this room.";
    /// Somebody else's message.
    NotAuthor "not_author" 403 "Only who wrote a message can change it, and only they or an admin can delete it.";
    /// The message is deleted.
    MessageDeleted "message_deleted" 409 "This message has been deleted.";
    /// Already said, reacted or taken back so: nothing is to be done.
    Unchanged "unchanged" 409 "That is so already.";
    /// Not one emoji.
    BadEmoji "bad_emoji" 422 "A reaction is one emoji.";
    /// As many reactions as a message can have.
    TooManyReactions "too_many_reactions" 409 "This message has as many reactions as it can hold. Use one that is there.";
    /// Not an amount of this currency, or out of bounds.
    BadAmount "bad_amount" 422 "An amount is above 0, such as 120.50, with no more decimals than its currency has.";
    /// No currency of ISO 4217 that is money.
    BadCurrency "bad_currency" 422 "There is no such currency. Choose one by its three letters, such as EUR.";
    /// More than 500 characters.
    NoteTooLong "note_too_long" 422 "A note has at most 500 characters. Shorten it.";
    /// In the past, or too far ahead.
    BadExpiry "bad_expiry" 422 "A bid expires in the future, within a year. Choose another time, or none.";
    /// A group.
    NoBidsHere "no_bids_here" 403 "Bids are made between two people, or in a conversation about something.";
    /// Neither its author nor whom it was made to, or the wrong one of the two.
    NotYourBid "not_your_bid" 403 "Only whom a bid is made to can accept, decline or counter it, and only who made it can withdraw it.";
    /// It was accepted, declined, withdrawn or countered.
    BidSettled "bid_settled" 409 "This bid is settled already.";
    /// Nobody decided in time.
    BidExpired "bid_expired" 409 "This bid has expired. Make another one.";
    /// In a conversation about something at most one bid is ever accepted.
    BidTaken "bid_taken" 409 "A bid has been accepted here already, and there can be only one.";
    /// Not on the globe, or no number.
    BadPosition "bad_position" 422 "A place has a latitude from -90 to 90 and a longitude from -180 to 180 degrees, such as 52.52 and 13.405.";
    /// More than 100 characters, or several lines.
    BadLabel "bad_label" 422 "What a place is called has at most 100 characters on one line.";
    /// A bid, or a place.
    NotEditable "not_editable" 409 "This stays as it was sent. Delete it and send another one.";
    /// More than 200 characters, or more than 16 words.
    SearchTooLong "search_too_long" 422 "Look for at most 200 characters and 16 words.";
    /// Not the address of a push service.
    BadPushAddress "bad_push_address" 422 "Messages cannot be pushed to this browser: its push service has no public https address.";
    /// The browser's push service did not take it.
    NotPushed "not_pushed" 502 "The push service of this browser did not take that. Turn it off and on again.";
    /// A webhook cannot lead there.
    BadWebhookUrl "bad_webhook_url" 422 "A webhook leads to https at a public name, such as https://jobs.example.org/hook; the operator of this server can allow others (webhooks_anywhere).";
    /// Not of these topics.
    BadTopics "bad_topics" 422 "A webhook is told of at least one of messages, bids and members.";
    /// No such webhook, or another application's: the two are not told apart.
    NoSuchWebhook "no_such_webhook" 404 "There is no such webhook.";
    /// An application has so many.
    TooManyWebhooks "too_many_webhooks" 409 "An application has at most 10 webhooks. Remove one first.";
    /// No such upload, or not one of the user's for that room, or sent already: they are not told apart.
    NoSuchUpload "no_such_upload" 404 "This file is not here, or not any more. Attach it again.";
    /// Not all of it has come.
    UploadUnfinished "upload_unfinished" 409 "This file has not been uploaded to its end yet. Wait for it, or remove it.";
    /// What comes does not begin where the upload was left.
    UploadOffset "upload_offset" 409 "The upload was left at another place. Ask where, and go on from there.";
    /// Two requests send one file at the same time.
    UploadBusy "upload_busy" 423 "Another request is sending this file. Try again when it has ended.";
    /// More bytes than a file may have, or than were announced.
    FileTooLarge "file_too_large" 413 "This file is too large for this server. Send a smaller one, or a link to it.";
    /// Nothing in it.
    EmptyFile "empty_file" 422 "This file is empty. Choose another.";
    /// As many unsent files as a user can have.
    TooManyUploads "too_many_uploads" 409 "Too many files are waiting to be sent. Send or remove some of them first.";
    /// More than 10.
    TooManyAttachments "too_many_attachments" 422 "A message has at most 10 files. Send the others with another message.";
    /// No key, or one that is unknown or revoked: they are not told apart.
    BadKey "bad_key" 401 "This API key is not known here, or it has been revoked. Ask the operator of this server for another.";
    /// The key has no scope for this.
    MissingScope "missing_scope" 403 "This API key may not do that. Use one with the scope for it.";
    /// What an application calls somebody is not allowed.
    BadExternalId "bad_external_id" 422 "An external id has 1 to 128 characters on one line.";
    /// The name of an application is not allowed.
    BadAppName "bad_app_name" 422 "An application's name has 2 to 32 letters a-z, digits or dashes, and begins with a letter.";
    /// An application has this name.
    AppNameTaken "app_name_taken" 409 "There is an application of this name already. Choose another.";
    /// No such application, or no such key.
    NoSuchApp "no_such_app" 404 "There is no such application or key.";
    /// What a key is known by is not allowed.
    BadKeyLabel "bad_key_label" 422 "What a key is known by has at most 64 characters on one line.";
    /// A key without scopes, or with one that there is not.
    BadScopes "bad_scopes" 422 "A key has at least one scope of users, tokens, subjects, notices and webhooks.";
    /// It is not known whether it was stored: try again with the same id (C3).
    TryAgain "try_again" 503 "The server could not finish that. It will be tried again.";
    /// The server is full.
    Overloaded "overloaded" 503 "The server is busy. Try again in a moment.";
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

crate::readable!(@serde Code);

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// A refusal as it travels: the code for programs, the sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// What was refused.
    pub code: Code,
    /// What to do about it.
    pub message: String,
    /// For [`Code::SlowDown`]: milliseconds to wait before trying the same thing again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_ms: Option<i64>,
}

crate::readable!(Refusal { code, message, wait_ms });
crate::writable!(Refusal { code, message, wait_ms });

impl Refusal {
    /// "Wait this long": the only refusal after which the same thing is sent again by itself.
    pub fn slow_down(wait_ms: i64) -> Self {
        Self { wait_ms: Some(wait_ms), ..Code::SlowDown.into() }
    }
}

impl From<Code> for Refusal {
    #[inline(always)]
    fn from(code: Code) -> Self {
        Self { code, message: code.sentence().to_owned(), wait_ms: None }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}
