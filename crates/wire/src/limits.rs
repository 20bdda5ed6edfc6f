//! Every limit, once, with its unit in its name (SPEC 10). Rule: client and server read the same figure.

/// Characters (Unicode scalar values) of a message after trimming.
pub const BODY_CHARS_MAX: usize = 10_000;
/// Formatted parts of a message: words in bold, links, items of lists. What comes after them is shown as it was typed.
pub const TEXT_SPANS_MAX: usize = 1_000;
/// Formatted parts inside each other.
pub const TEXT_DEPTH_MAX: usize = 8;
/// Earlier texts of an edited message that are shown.
pub const EARLIER_TEXTS_MAX: usize = 50;
/// Characters of a message that another one quotes.
pub const QUOTE_CHARS_MAX: usize = 140;
/// Bytes of an emoji; the longest that exist, families and flags of regions, have fewer than 40.
pub const EMOJI_BYTES_MAX: usize = 64;
/// Different emoji under one message.
pub const REACTIONS_KINDS_MAX: usize = 20;
/// Reactions under one message, over all its emoji.
pub const REACTIONS_MAX: usize = 1_000;
/// The largest amount of a bid, in the currency's smallest unit: a browser still tells each one from the next.
pub const BID_AMOUNT_MAX: i64 = 999_999_999_999_999;
/// Characters of what is said about a bid.
pub const BID_NOTE_CHARS_MAX: usize = 500;
/// How far ahead a bid may expire.
pub const BID_LIFE_MS_MAX: i64 = 366 * 24 * 60 * 60 * 1_000;
/// Characters of what a place is called.
pub const PLACE_LABEL_CHARS_MAX: usize = 100;
/// Metres by which a place may be wrong: half around the globe.
pub const ACCURACY_METRES_MAX: i64 = 20_100_000;
/// From one look for bids that have expired to the next.
pub const BID_EXPIRY_MS: u64 = 1_000;
/// Bids that one such look takes up.
pub const BIDS_EXPIRED_MAX: i64 = 100;
/// Bytes of one frame from a client. 10,000 characters of four bytes, each byte escaped at worst twice, still fit.
pub const FRAME_BYTES_MAX: usize = 64 * 1024;
/// Bytes waiting for one socket; beyond, it is closed with 4008 and comes back to resume (C11).
pub const SOCKET_QUEUE_BYTES_MAX: usize = 1024 * 1024;
/// Frames a second that one socket may send, on average over ten seconds; beyond, it is closed with 4029.
pub const SOCKET_FRAMES_PER_SECOND_MAX: u32 = 50;
/// Sockets of one user.
pub const SOCKETS_PER_USER_MAX: usize = 50;
/// Messages a user may send in [`SEND_WINDOW_MS`].
pub const SENDS_PER_WINDOW_MAX: u32 = 20;
/// The window of [`SENDS_PER_WINDOW_MAX`].
pub const SEND_WINDOW_MS: i64 = 10_000;
/// Login attempts per account and address in [`LOGIN_WINDOW_MS`].
pub const LOGINS_PER_WINDOW_MAX: u32 = 20;
/// The window of [`LOGINS_PER_WINDOW_MAX`].
pub const LOGIN_WINDOW_MS: i64 = 5 * 60_000;
/// New accounts from one address in [`REGISTRATION_WINDOW_MS`].
pub const REGISTRATIONS_PER_HOUR_MAX: u32 = 100;
/// The window of [`REGISTRATIONS_PER_HOUR_MAX`].
pub const REGISTRATION_WINDOW_MS: i64 = 60 * 60 * 1_000;
/// Requests to the API from one address in [`API_WINDOW_MS`].
pub const API_REQUESTS_PER_ADDRESS_MAX: u32 = 600;
/// Requests to the API of one user in [`API_WINDOW_MS`].
pub const API_REQUESTS_PER_USER_MAX: u32 = 200;
/// Requests of one user to one operation of the API in [`API_WINDOW_MS`].
pub const API_REQUESTS_PER_ROUTE_MAX: u32 = 100;
/// The window of the three.
pub const API_WINDOW_MS: i64 = 10_000;
/// Minutes that an access token holds.
pub const ACCESS_TOKEN_MINUTES: i64 = 10;
/// How long a refresh token that was just shown still gets the answer that it got: two processes may show it at once, and an answer
/// may be lost.
pub const REFRESH_GRACE_MS: i64 = 10_000;
/// How long a ticket waits for its socket.
pub const SOCKET_TICKET_LIFE_MS: i64 = 30_000;
/// Age of a key after which another one signs access tokens.
pub const TOKEN_KEY_LIFE_MS: i64 = 30 * 24 * 60 * 60 * 1_000;
/// Shortest time between two looks for a key that this server does not know.
pub const TOKEN_KEYS_READ_MS: i64 = 1_000;
/// Bytes of an access token.
pub const ACCESS_TOKEN_BYTES_MAX: usize = 1_024;
/// Characters of an application's name.
pub const APP_NAME_CHARS_MAX: usize = 32;
/// Characters of what a key is known by.
pub const KEY_LABEL_CHARS_MAX: usize = 64;
/// Applications, and keys of each, that are listed.
pub const APPS_LISTED_MAX: i64 = 200;
/// How exactly it is kept when a key was last used, so that a busy one does not write all the time.
pub const KEY_USE_MS: i64 = 60_000;
/// Characters of what an application calls one of its users.
pub const EXTERNAL_ID_CHARS_MAX: usize = 128;
/// Calls of one application in [`HOST_WINDOW_MS`].
pub const HOST_CALLS_PER_WINDOW_MAX: u32 = 1_000;
/// The window of [`HOST_CALLS_PER_WINDOW_MAX`].
pub const HOST_WINDOW_MS: i64 = 10_000;
/// Events in one page of history or one answer to `resume`.
pub const PAGE_EVENTS_MAX: usize = 200;
/// Bytes of the events in one page, as JSON; a single larger event is still sent alone.
pub const PAGE_BYTES_MAX: usize = 256 * 1024;
/// Events in a room's first page (S4).
pub const FIRST_PAGE_EVENTS: usize = 50;
/// Rooms in one `resume`.
pub const RESUME_ROOMS_MAX: usize = 50;
/// Missed events of one room that a client fetches one after the other; beyond, it gets `gap` and starts from the end.
pub const CATCH_UP_EVENTS_MAX: i64 = 5_000;
/// Shortest time between two `typing: true` of one user in one room.
pub const TYPING_INTERVAL_MS: i64 = 1_000;
/// Without input for this long a client says that its user stopped typing.
pub const TYPING_PAUSE_MS: i64 = 2_000;
/// A receiver forgets a typing person after this long.
pub const TYPING_TTL_MS: i64 = 5_000;
/// People online in a room beyond which nobody's typing is told.
pub const TYPING_ONLINE_MAX: usize = 100;
/// Shortest time between two cursor frames of one client in one room.
pub const CURSOR_INTERVAL_MS: i64 = 250;
/// Members of a room up to which each hears of everybody's cursors; beyond, of the least of them.
pub const CURSORS_MEMBERS_MAX: usize = 64;
/// Shortest time between two tellings of the least cursors of one room.
pub const RECEIPTS_INTERVAL_MS: u64 = 1_000;
/// A server that has heard nothing on a socket for this long sends a WebSocket ping.
pub const SERVER_PING_MS: u64 = 25_000;
/// A server that has heard nothing at all on a socket for this long cuts it.
pub const SOCKET_IDLE_MS: u64 = 60_000;
/// A client that has heard nothing for this long sends `ping` …
pub const CLIENT_PING_MS: i64 = 20_000;
/// … and takes the socket for dead when no frame follows within this long.
pub const CLIENT_PONG_MS: i64 = 10_000;
/// How long a user's last socket must be gone before others hear that the user is offline.
pub const OFFLINE_GRACE_MS: u64 = 5_000;
/// Shortest time between two tellings of who came and who went: in between, they are collected.
pub const PRESENCE_INTERVAL_MS: u64 = 250;
/// People in one answer to who is here: those with whom one may talk alone first, then members of common rooms.
pub const PRESENCES_MAX: usize = 1_000;
/// Characters of a username.
pub const USERNAME_CHARS_MIN: usize = 2;
/// Characters of a username.
pub const USERNAME_CHARS_MAX: usize = 32;
/// Characters of a display name.
pub const DISPLAY_NAME_CHARS_MAX: usize = 64;
/// Characters of what somebody says of themselves.
pub const STATUS_CHARS_MAX: usize = 100;
/// Bytes of a picture of oneself, as it is uploaded.
pub const AVATAR_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Its pixels.
pub const AVATAR_PIXELS_MAX: u64 = 50_000_000;
/// The side of it as it is kept, in pixels: twice of the largest that is shown, for dense screens.
pub const AVATAR_SIDE_MAX: u32 = 192;
/// People whose profile has changed of whom somebody is told at once: beyond, those who changed last in the whole installation.
pub const PROFILES_TOLD_MAX: usize = 1_000;
/// Changes of one profile in [`PROFILE_WINDOW_MS`].
pub const PROFILE_CHANGES_MAX: u32 = 20;
/// The window of [`PROFILE_CHANGES_MAX`].
pub const PROFILE_WINDOW_MS: i64 = 60_000;
/// Characters of a password.
pub const PASSWORD_CHARS_MIN: usize = 8;
/// Bytes of a password (argon2 hashes any length; the limit bounds the work of reading it).
pub const PASSWORD_BYTES_MAX: usize = 1_024;
/// Bytes of a form or of a server function's arguments.
pub const FORM_BYTES_MAX: usize = 128 * 1024;
/// Bytes of one file that belongs to a message.
pub const ATTACHMENT_BYTES_MAX: i64 = 25 * 1024 * 1024;
/// Files of one message.
pub const ATTACHMENTS_MAX: usize = 10;
/// Characters of a file's name; of a longer one the middle is left out.
pub const FILE_NAME_CHARS_MAX: usize = 120;
/// Files of one user that are uploaded, or on their way, and belong to no message yet.
pub const UPLOADS_PENDING_MAX: i64 = 50;
/// Their bytes.
pub const UPLOADS_PENDING_BYTES_MAX: i64 = 256 * 1024 * 1024;
/// How long a file waits, from the last byte that came, for its message.
pub const UPLOAD_LIFE_MS: i64 = 14 * 24 * 60 * 60 * 1_000;
/// Bytes of a file after which it is noted that they are safe, while more of them come.
pub const UPLOAD_STEP_BYTES: i64 = 4 * 1024 * 1024;
/// From one look for files that belong to nothing to the next.
pub const FILES_SWEEP_INTERVAL_MS: i64 = 6 * 60 * 60 * 1_000;
/// Files that are removed, or looked up, at once.
pub const FILES_SWEPT_MAX: usize = 100;
/// The longer side of a small form of an image, in pixels: twice of what is shown, for dense screens.
pub const THUMBNAIL_SIDE_MAX: u32 = 640;
/// Unread events are counted up to this; beyond, "99+".
pub const UNREAD_COUNT_MAX: i64 = 99;
/// People in one answer to a search.
pub const PEOPLE_FOUND_MAX: usize = 50;
/// Characters of what is looked for.
pub const SEARCH_CHARS_MAX: usize = 200;
/// Words of it.
pub const SEARCH_WORDS_MAX: usize = 16;
/// Messages in one answer to a search.
pub const SEARCH_HITS_MAX: usize = 20;
/// Messages that are looked at for one answer; beyond, it says from where to go on.
pub const SEARCH_CANDIDATES_MAX: usize = 2_000;
/// Rooms that are offered to look in.
pub const SEARCH_ROOMS_MAX: i64 = 200;
/// Messages that the index takes up in one transaction, so that nobody waits long for the writer.
pub const SEARCH_PART_MAX: i64 = 256;
/// Bytes of their texts after which no more are taken up in the same transaction.
pub const SEARCH_PART_BYTES_MAX: usize = 64 * 1024;
/// From one look for messages that the index does not hold to the next.
pub const SEARCH_INDEX_MS: u64 = 250;
/// Characters of a room's title.
pub const ROOM_TITLE_CHARS_MAX: usize = 64;
/// Characters of a room's topic.
pub const TOPIC_CHARS_MAX: usize = 500;
/// Members of one room.
pub const ROOM_MEMBERS_MAX: i64 = 10_000;
/// Names after an "@" that are looked at in one message; further ones stay text.
pub const MENTIONS_MAX: usize = 20;
/// Members that are offered for a name that is being typed.
pub const MEMBERS_FOUND_MAX: usize = 8;
/// Rooms in one page of the lobby.
pub const LOBBY_ROOMS_MAX: usize = 50;
/// Public rooms beside everybody's conversations.
pub const FOYER_ROOMS_MAX: usize = 12;
/// Of those, how many of which the viewer is no member are shown.
pub const FOYER_ROOMS_SHOWN: usize = 5;
/// Public rooms, by title, among which the last active ones are looked for.
pub const FOYER_ROOMS_SEARCHED_MAX: i64 = 1_000;
/// Characters of a topic there.
pub const FOYER_TOPIC_CHARS_MAX: usize = 80;
/// Shortest time between two tellings of what is there.
pub const FOYER_INTERVAL_MS: u64 = 1_000;
/// How long it is shown as it was read, if nothing is known to have changed.
pub const FOYER_AGE_MS: i64 = 5_000;
/// People in one page of a room's members.
pub const MEMBERS_PAGE_MAX: usize = 200;
/// Characters of a subject's kind.
pub const SUBJECT_KIND_CHARS_MAX: usize = 32;
/// Characters of a subject's id and of its thread.
pub const SUBJECT_ID_CHARS_MAX: usize = 128;
/// Characters of a subject's link.
pub const LINK_CHARS_MAX: usize = 1_000;
/// Characters of what somebody is to a subject.
pub const PART_CHARS_MAX: usize = 32;
/// People in a subject room when it is opened, beside who opens it.
pub const PARTICIPANTS_MAX: usize = 50;
/// People in each list of who has read a message.
pub const RECEIPTS_MAX: usize = 200;
/// Rows in one page of accounts, rooms or the audit log.
pub const ADMIN_ROWS_MAX: usize = 50;
/// Characters of the reason of a ban.
pub const REASON_CHARS_MAX: usize = 200;
/// Addresses that one ban keeps out.
pub const NETWORKS_PER_BAN_MAX: usize = 20;
/// Positions of a log over which content is erased in one transaction, so that nobody waits long for the writer.
pub const ERASE_POSITIONS_MAX: i64 = 1_000;
/// From one look for messages that are too old to be kept to the next.
pub const RETENTION_INTERVAL_MS: i64 = 24 * 60 * 60 * 1_000;
/// Rooms that one such look takes up at once.
pub const RETENTION_ROOMS_MAX: i64 = 100;
/// Browsers of one person to which messages are pushed; with one more, the one that was added first hears nothing any more.
pub const PUSH_DEVICES_MAX: i64 = 20;
/// How long a message waits for somebody to read it before it is pushed.
pub const PUSH_DELAY_MS: i64 = 5_000;
/// Bytes of a browser's address at its push service.
pub const PUSH_ENDPOINT_BYTES_MAX: usize = 1_024;
/// Bytes of what is pushed; encrypted it is a little more, and push services take 4,096.
pub const PUSH_BYTES_MAX: usize = 3_072;
/// Characters of a message in what is pushed.
pub const PUSH_TEXT_CHARS_MAX: usize = 200;
/// Conversations of people of which something may have to be pushed; beyond, the next message there asks again.
pub const PUSHES_WAITING_MAX: usize = 100_000;
/// Conversations of people whose browsers are told at the same time, one of each person.
pub const PUSHES_AT_ONCE_MAX: usize = 32;
/// How often a push service that does not take something is asked …
pub const PUSH_ATTEMPTS_MAX: u32 = 8;
/// … after so long for the first time, then twice as long each time: half an hour in all.
pub const PUSH_RETRY_MS: i64 = 15_000;
/// The longest that a push service may ask to be left alone.
pub const PUSH_RETRY_MS_MAX: i64 = 60 * 60_000;
/// How long a push service may take for an answer.
pub const PUSH_ANSWER_MS: u64 = 10_000;
/// How long a push service keeps what it cannot deliver; older news is not pushed either.
pub const PUSH_LIFE_MS: i64 = 24 * 60 * 60_000;
/// Test notifications that somebody may ask for in [`PUSH_TEST_WINDOW_MS`].
pub const PUSH_TESTS_MAX: u32 = 5;
/// The window of [`PUSH_TESTS_MAX`].
pub const PUSH_TEST_WINDOW_MS: i64 = 60_000;
/// Webhooks of one application.
pub const WEBHOOKS_PER_APP_MAX: i64 = 10;
/// Bytes of a webhook's address.
pub const WEBHOOK_URL_BYTES_MAX: usize = 1_000;
/// Webhooks that are told at the same time, each of one thing at a time.
pub const WEBHOOKS_AT_ONCE_MAX: usize = 32;
/// Rooms of one webhook in which something is known to be new; beyond, all of the application's are looked at.
pub const WEBHOOK_ROOMS_WAITING_MAX: usize = 1_000;
/// Rooms of which it is noted that something happened, until it is found out whether anybody is to be told; beyond, all are looked at.
pub const WEBHOOK_ROOMS_RUNG_MAX: usize = 10_000;
/// From one look for what no server knows to be new to the next.
pub const WEBHOOK_LOOK_MS: u64 = 30_000;
/// Rooms that one such look takes up for a webhook.
pub const WEBHOOK_ROOMS_FOUND_MAX: i64 = 500;
/// How long a webhook may be told without a pause before others have their turn.
pub const WEBHOOK_TURN_MS: i64 = 5_000;
/// How long a turn is its server's without a word from it: longer than an answer may take.
pub const WEBHOOK_LEASE_MS: i64 = 20_000;
/// Positions of a log that are looked through at once for the next that is told.
pub const WEBHOOK_SCAN_MAX: i64 = 200;
/// What was taken is noted after so many requests …
pub const WEBHOOK_UNNOTED_MAX: usize = 16;
/// … or after this long, whichever comes first.
pub const WEBHOOK_UNNOTED_MS: i64 = 200;
/// How long a webhook's server may take for an answer.
pub const WEBHOOK_ANSWER_MS: u64 = 10_000;
/// Bytes of an answer that are taken, and not looked at; beyond, the connection is closed.
pub const WEBHOOK_ANSWER_BYTES_MAX: usize = 16 * 1024;
/// What was not taken is sent again after so long for the first time, then twice as long each time, a quarter more or less by chance …
pub const WEBHOOK_RETRY_MS: i64 = 5_000;
/// … and at most after this long, also when the other side asks for longer.
pub const WEBHOOK_RETRY_MS_MAX: i64 = 60 * 60_000;
/// A webhook that has not taken something for so long is paused.
pub const WEBHOOK_FAILING_MS_MAX: i64 = 3 * 24 * 60 * 60_000;
/// Requests of one webhook of which it is kept what came of them.
pub const WEBHOOK_DELIVERIES_KEPT: i64 = 200;
/// Characters of why one was not taken.
pub const WEBHOOK_ERROR_CHARS_MAX: usize = 200;
/// Pings that an application may ask for in [`WEBHOOK_TEST_WINDOW_MS`].
pub const WEBHOOK_TESTS_MAX: u32 = 10;
/// The window of [`WEBHOOK_TESTS_MAX`].
pub const WEBHOOK_TEST_WINDOW_MS: i64 = 60_000;
