//! What the server hands over to be drawn. Rule: data only; every form carries what was typed in it, never a password.

mod admin;
mod bid;
mod message;
mod place;
mod search;
mod settings;
mod shell;

pub use admin::{AdminList, AdminPage, Narrowed, NewKey, Typed};
pub use bid::{BidForm, BidPage};
pub use message::{EmojiGroup, Meant, MessagePage};
pub use place::PlacePage;
pub use search::{SearchForm, SearchPage};
pub use settings::SettingsPage;
pub use shell::{Shell, Site};

use serde::Serialize;
use wire::{
    Cid, Code, Epoch, Event, HistoryPage, Inbox, Lobby, Person, PersonRow, Presence, Receipts, Refusal, RoomDetails,
    RoomId, RoomPage, RoomSummary, UserId, readable,
};

/// One page, with everything that is on it.
#[derive(Clone, Debug)]
pub enum Page {
    /// `/login`.
    Login(LoginForm),
    /// `/register`.
    Register(RegisterForm),
    /// `/`.
    Inbox {
        /// The rows.
        inbox: Inbox,
    },
    /// `/r/{room}`.
    Room {
        /// The rows beside it.
        inbox: Inbox,
        /// The room and one page of its history.
        page: Box<RoomPage>,
        /// What stands in the composer.
        draft: Draft,
        /// What surrounds the position that the address names.
        around: Option<Box<HistoryPage>>,
        /// The message there.
        at: Option<Cid>,
        /// What there is to say about it.
        notice: String,
    },
    /// `/people`.
    People(PeoplePage),
    /// `/rooms`.
    Lobby(LobbyPage),
    /// `/subjects`.
    Subject(SubjectPage),
    /// `/r/{room}/details`.
    Details(Box<DetailsPage>),
    /// `/admin` and what is below it.
    Admin(Box<AdminPage>),
    /// `/r/{room}/receipts/{seq}`.
    Receipts(ReceiptsPage),
    /// `/r/{room}/message/{seq}`.
    Message(Box<MessagePage>),
    /// `/r/{room}/bids/new`.
    Bid(Box<BidPage>),
    /// `/r/{room}/location`.
    Place(PlacePage),
    /// `/emoji`.
    Emoji(Vec<EmojiGroup>),
    /// The same of a direct room.
    Peer(Box<PeerPage>),
    /// `/search`.
    Search(Box<SearchPage>),
    /// `/settings`.
    Settings(Box<SettingsPage>),
    /// `/offline`: a page with the chat that knows nobody, the same for all. What it shows, the browser has kept.
    Offline,
    /// Nothing here, or nothing of the viewer's: the two look the same.
    NotFound,
    /// Anything else that went wrong.
    Problem {
        /// The HTTP status.
        status: u16,
        /// What to do.
        sentence: String,
    },
}

impl Page {
    /// The HTTP status of the page: of what was refused on it, else 200.
    pub fn status(&self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::Problem { status, .. } => *status,
            _ => self.refusal().map_or(200, |refusal| refusal.code.status()),
        }
    }

    /// What was refused on it.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Login(form) => form.error.as_ref(),
            Self::Register(form) => form.error.as_ref(),
            Self::Room { draft, .. } => draft.error.as_ref(),
            Self::People(page) => page.error.as_ref(),
            Self::Lobby(page) => page.error.as_ref(),
            Self::Subject(page) => page.error.as_ref(),
            Self::Details(page) => page.error.as_ref(),
            Self::Admin(page) => page.error.as_ref(),
            Self::Peer(page) => page.error.as_ref(),
            Self::Message(page) => page.error.as_ref(),
            Self::Bid(page) => page.error.as_ref(),
            Self::Place(page) => page.error.as_ref(),
            Self::Search(page) => page.error.as_ref(),
            Self::Settings(page) => page.error.as_ref(),
            Self::Inbox { .. } | Self::Receipts(_) | Self::Emoji(_) | Self::Offline => None,
            Self::NotFound | Self::Problem { .. } => None,
        }
    }
}

/// The login form.
#[derive(Clone, Debug, Default)]
pub struct LoginForm {
    /// As typed.
    pub username: String,
    /// The local path to go to afterwards.
    pub next: String,
    /// Whether the password may be left out (SPEC 8).
    pub passwordless: bool,
    /// Why it was refused.
    pub error: Option<Refusal>,
}

/// The registration form.
#[derive(Clone, Debug, Default)]
pub struct RegisterForm {
    /// As typed.
    pub username: String,
    /// As typed; may be empty.
    pub display_name: String,
    /// The local path to go to afterwards.
    pub next: String,
    /// Whether the password may be left out (SPEC 8).
    pub passwordless: bool,
    /// Whether this will be the operator.
    pub first_account: bool,
    /// Why it was refused.
    pub error: Option<Refusal>,
}

/// The composer of a page without JavaScript.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Draft {
    /// The id of what this form will send: sending the form twice sends once (C2).
    pub cid: Cid,
    /// As typed.
    pub content: String,
    /// Why it was refused.
    pub error: Option<Refusal>,
}

readable!(Draft { cid, content, error });

/// What the chat starts from, on both sides.
#[derive(Clone, Debug, Serialize)]
pub struct Seed {
    /// Who is signed in.
    pub me: Person,
    /// The life of the database that all of this was read from.
    pub epoch: Epoch,
    /// The rows.
    pub inbox: Inbox,
    /// The open room.
    pub room: Option<RoomPage>,
    /// What stands in its composer.
    pub draft: Option<Draft>,
    /// Another page of its log, which surrounds the message at which it opens.
    pub around: Option<HistoryPage>,
    /// That message.
    pub at: Option<Cid>,
    /// Something to be said at once; may be empty.
    pub notice: String,
    /// The server's time.
    pub now_ms: i64,
    /// The site that this page is made of, as in `welcome`.
    pub build: Option<String>,
}

readable!(Seed { me, epoch, inbox, room, draft, around, at, notice, now_ms, build });

impl Seed {
    /// Of a chat without a room.
    pub fn new(me: Person, epoch: Epoch, inbox: Inbox, now_ms: i64, build: Option<String>) -> Self {
        let (room, draft, around, at, notice) = (None, None, None, None, String::new());
        Self { me, epoch, inbox, room, draft, around, at, notice, now_ms, build }
    }
}

/// The people page.
#[derive(Clone, Debug, Default)]
pub struct PeoplePage {
    /// What was searched for; empty: nothing was.
    pub query: String,
    /// Who was found.
    pub found: Vec<PersonRow>,
    /// Everybody with a record either way.
    pub people: Vec<PersonRow>,
    /// Whom the viewer has blocked.
    pub blocked: Vec<Person>,
    /// Why something was refused.
    pub error: Option<Refusal>,
}

/// The page of public rooms.
#[derive(Clone, Debug)]
pub struct LobbyPage {
    /// A page of them.
    pub lobby: Lobby,
    /// Whether it is the first.
    pub is_first: bool,
    /// A new room.
    pub form: NewRoomForm,
    /// Why it was refused.
    pub error: Option<Refusal>,
}

/// The form of a new room.
#[derive(Clone, Debug)]
pub struct NewRoomForm {
    /// The id of what this form will make: sending the form twice makes one room (C2).
    pub cid: Cid,
    /// As typed.
    pub title: String,
    /// As typed; may be empty.
    pub topic: String,
    /// Whether it is listed and anybody may join.
    pub is_public: bool,
}

/// The page that opens a conversation about something outside.
#[derive(Clone, Debug)]
pub struct SubjectPage {
    /// What stands in its form.
    pub form: SubjectForm,
    /// Who may be brought in.
    pub connected: Vec<Person>,
    /// Why it was refused.
    pub error: Option<Refusal>,
    /// What is wrong with each of the people, if anything is.
    pub wrong: Vec<Option<Code>>,
}

/// The form of a conversation about something; all as typed.
#[derive(Clone, Debug)]
pub struct SubjectForm {
    /// The id of what this form will open: sending the form twice opens one room (C2).
    pub cid: Cid,
    /// "job", "trip", any other word.
    pub kind: String,
    /// What the thing is called.
    pub title: String,
    /// What its owner calls it; may be empty.
    pub id: String,
    /// Tells several conversations about it apart; may be empty.
    pub thread: String,
    /// Where it is; may be empty.
    pub link: String,
    /// What the viewer is to it; may be empty.
    pub part: String,
    /// The first message; may be empty.
    pub notice: String,
    /// The others: username, and what they are to it. Empty lines are there to be filled in.
    pub people: Vec<(String, String)>,
}

/// What a form of a room's details carried that was refused.
#[derive(Clone, Debug, Default)]
pub struct Tried {
    /// Which change.
    pub change: String,
    /// As typed.
    pub username: String,
    /// As typed.
    pub title: String,
    /// As typed.
    pub topic: String,
    /// As typed.
    pub part: String,
    /// As typed.
    pub notice: String,
    /// As checked.
    pub with_history: bool,
}

/// A group beside its conversation.
#[derive(Clone, Debug)]
pub struct DetailsPage {
    /// Its row.
    pub room: RoomSummary,
    /// The rest, with a page of its members.
    pub details: RoomDetails,
    /// Who may be brought in.
    pub connected: Vec<Person>,
    /// What was refused.
    pub tried: Tried,
    /// How many members come before those.
    pub skip: usize,
    /// The viewer, who is offered nothing about themselves.
    pub me: UserId,
    /// Whom the viewer has blocked.
    pub blocked: Vec<UserId>,
    /// The id of what one of the forms will send.
    pub cid: Cid,
    /// Why something was refused.
    pub error: Option<Refusal>,
}

/// A direct room beside its conversation.
#[derive(Clone, Debug)]
pub struct PeerPage {
    /// Its row.
    pub room: RoomSummary,
    /// Whether the other is here, if the viewer may know.
    pub presence: Option<Presence>,
    /// The id of what the form will send.
    pub cid: Cid,
    /// Why something was refused.
    pub error: Option<Refusal>,
}

/// Who has read a message.
#[derive(Clone, Debug)]
pub struct ReceiptsPage {
    /// The room.
    pub room: RoomId,
    /// The message.
    pub message: Event,
    /// Who.
    pub receipts: Receipts,
}
