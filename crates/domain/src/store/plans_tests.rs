//! How the databases carry out what every page asks. Rule: each table is entered by an index, so that the cost does not
//! grow with the history.

use super::{
    Store, admin, amend, append, apps, audit, bids, connections, cursors, deliveries, erasures, events, lobby, members,
    mentions, networks, open, presence, profiles, push, quotes, reactions, receipts, rooms, search, standing, subjects,
    uploads, users, webhooks,
};
use crate::Settings;
use sqlx::{AssertSqlSafe, Connection as _, Row as _};

#[allow(dead_code, reason = "shared with the contracts")]
#[path = "../../tests/support/postgres.rs"]
mod postgres;

/// A statement with the types of its parameters, for SQLite and for Postgres.
type Asked = (&'static str, &'static str, [String; 2]);

/// What uploading, sending and reading files ask, and telling who is away.
fn of_files_and_push() -> Vec<Asked> {
    let both = |text: &str| [text.to_owned(), text.to_owned()];
    vec![
        ("uploads::FIND", "bytea", both(uploads::FIND)),
        ("uploads::PENDING", "bigint", both(uploads::PENDING)),
        ("uploads::READABLE", "bytea, bigint", both(uploads::READABLE)),
        ("uploads::DROP[0]", "bytea, bigint", both(uploads::DROP[0])),
        ("uploads::DROP_UNSENT[1]", "bigint", both(uploads::DROP_UNSENT[1])),
        ("uploads::DROP_SENT[1]", "bigint, bigint", both(uploads::DROP_SENT[1])),
        ("profiles::IS_AVATAR", "bytea", both(profiles::IS_AVATAR)),
        ("profiles::MAY_SEE", "bytea, bigint", both(profiles::MAY_SEE)),
        ("profiles::CHANGED", "bigint, bigint", both(profiles::CHANGED)),
        ("profiles::CHANGED_FOR", "bigint, bigint, bigint", both(profiles::CHANGED_FOR)),
        ("profiles::READERS", "bigint", both(profiles::READERS)),
        ("profiles::APART", "bigint", both(profiles::APART)),
        ("apps::HOST", "bytea, text", both(apps::HOST)),
        ("users::BY_EXTERNAL_ID", "bigint, text", both(users::BY_EXTERNAL_ID)),
        ("subjects::GUESTS", "bigint, bigint, bigint", both(subjects::GUESTS)),
        ("push::OF_SESSION", "bigint", both(push::OF_SESSION)),
        ("push::DEVICES", "bigint, bigint, bigint", both(push::DEVICES)),
        ("push::NEWEST", "bigint, bigint, bigint", both(push::NEWEST)),
        ("push::NEWEST_MENTION", "bigint, bigint, bigint", both(push::NEWEST_MENTION)),
        ("webhooks::OF_APP", "bigint", both(webhooks::OF_APP)),
        ("webhooks::OF_ROOMS", "text", webhooks::OF_ROOMS.both()),
        ("webhooks::BEHIND", "bigint, bigint, bigint", both(webhooks::BEHIND)),
        ("deliveries::STOOD", "bigint, bigint, text", both(deliveries::STOOD)),
        ("deliveries::SCAN", "bigint, bigint, bigint", both(deliveries::SCAN)),
        ("deliveries::EXTERNAL_IDS", "text", deliveries::EXTERNAL_IDS.both()),
        ("deliveries::FORGET", "bigint, bigint", both(deliveries::FORGET)),
        ("deliveries::DELIVERIES", "bigint, bigint", both(deliveries::DELIVERIES)),
    ]
}

/// What opening the inbox, a room or the lobby, sending, typing and coming online ask.
fn texts() -> Vec<Asked> {
    let both = |text: &str| [text.to_owned(), text.to_owned()];
    vec![
        ("rooms::OF_MEMBER", "bigint", both(rooms::OF_MEMBER)),
        ("rooms::OF_MEMBER_BY_ID", "bigint, bigint", both(rooms::OF_MEMBER_BY_ID)),
        ("standing::SMALL", "bigint, bigint", standing::SMALL.of_one()),
        ("standing::LARGE", "bigint, bigint", standing::LARGE.of_one()),
        ("standing::LEAST", "bigint", both(standing::LEAST)),
        ("cursors::UNREAD", "bigint, bigint, bigint, bigint", cursors::UNREAD.of_one()),
        ("events::VIEW", "bigint, bigint", both(events::VIEW)),
        ("events::FIRST", "bigint, bigint, bigint, bigint", both(events::FIRST)),
        ("events::LAST", "bigint, bigint, bigint, bigint", both(events::LAST)),
        ("events::BY_POSITION", "bigint, bigint", events::BY_POSITION.of_one()),
        ("append::JUDGE", "bigint, bigint, bytea", append::JUDGE.of_one()),
        ("receipts::OF_EVENT", "bigint, bigint, bigint", both(receipts::OF_EVENT)),
        ("members::PAGE", "bigint, bigint, bigint, bigint", both(members::PAGE)),
        ("lobby::LATEST", "bigint, bigint", both(lobby::LATEST)),
        ("connections::REQUESTS_COUNT", "bigint", both(connections::REQUESTS_COUNT)),
        ("mentions::NAMED", "text", mentions::NAMED.both()),
        ("mentions::OF_EVENTS", "text", mentions::OF_EVENTS.both()),
        ("mentions::FIND", "bigint, bigint, bigint, text, text, bigint", both(mentions::FIND)),
        ("lobby::PAGE", "bigint, text, bigint", both(lobby::PAGE)),
        ("admin::BY_USERNAME", "text, text, text, bigint", both(admin::BY_USERNAME)),
        ("admin::BY_DISPLAY_NAME", "text, text, bigint", both(admin::BY_DISPLAY_NAME)),
        ("admin::ROOMS", "text, text, text, bigint, bigint", both(admin::ROOMS)),
        ("audit::ALL", "bigint, bigint, bigint", both(audit::ALL)),
        ("audit::OF_PERSON", "bigint, bigint, bigint", both(audit::OF_PERSON)),
        ("audit::OF_ROOM", "bigint, bigint, bigint", both(audit::OF_ROOM)),
        ("erasures::NEXT_ROOM", "bigint, bigint", both(erasures::NEXT_ROOM)),
        ("erasures::ERASE", "bigint, bigint, bigint, bigint, boolean", both(erasures::ERASE)),
        ("erasures::ERASE_EDITS", "bigint, bigint, bigint, bigint", both(erasures::ERASE_EDITS)),
        ("erasures::ERASE_AROUND[0]", "bigint, bigint, bigint, bigint", both(erasures::ERASE_AROUND[0])),
        ("erasures::ERASE_AROUND[1]", "bigint, bigint, bigint, bigint", both(erasures::ERASE_AROUND[1])),
        ("erasures::ERASE_AROUND[2]", "bigint, bigint, bigint, bigint", both(erasures::ERASE_AROUND[2])),
        ("erasures::ERASE_AROUND[3]", "bigint, bigint, bigint, bigint", both(erasures::ERASE_AROUND[3])),
        ("erasures::ERASE_AROUND[4]", "bigint, bigint, bigint, bigint", both(erasures::ERASE_AROUND[4])),
        ("erasures::ERASE_EMOJI", "bigint, bigint, bigint, bigint", both(erasures::ERASE_EMOJI)),
        ("erasures::TAKE_BACK", "bigint, bigint, bigint, bigint", both(erasures::TAKE_BACK)),
        ("amend::TARGET", "bigint, bigint, bigint", both(amend::TARGET)),
        ("amend::EARLIER", "bigint, bigint, bigint", both(amend::EARLIER)),
        ("bids::OF_EVENTS", "text", bids::OF_EVENTS.both()),
        ("bids::FIND", "bigint, bigint", both(bids::FIND)),
        ("bids::ACCEPTED", "bigint", both(bids::ACCEPTED)),
        ("bids::DUE", "bigint, bigint", both(bids::DUE)),
        ("bids::ERASE_OUTCOMES", "bigint, bigint, bigint, bigint", both(bids::ERASE_OUTCOMES)),
        ("bids::ERASE", "bigint, bigint, bigint, bigint", both(bids::ERASE)),
        ("quotes::FIND", "text", quotes::FIND.both()),
        ("reactions::REACTED", "bigint, bigint, text, bigint", both(reactions::REACTED)),
        ("reactions::OF_EVENTS", "text", reactions::OF_EVENTS.both()),
        ("reactions::PEOPLE", "bigint, bigint", both(reactions::PEOPLE)),
        ("erasures::AGED_ROOMS", "bigint, bigint, bigint", both(erasures::AGED_ROOMS)),
        ("erasures::OLDEST", "bigint, bigint, bigint", both(erasures::OLDEST)),
        ("networks::IS_BANNED", "text", both(networks::IS_BANNED)),
        ("events::PLACES", "bigint", both(events::PLACES)),
        ("search::WAITING", "bigint", search::WAITING.map(str::to_owned)),
        ("search::DROP", "text", search::DROP.both()),
        ("search::DROP_ERASED", "bigint, bigint, bigint", both(search::DROP_ERASED)),
        ("search::INTERVALS", "bigint", both(search::INTERVALS)),
        ("search::CANDIDATES", "text, bigint, bigint, bigint", search::CANDIDATES.map(str::to_owned)),
        ("search::SINCE", "bigint", both(search::SINCE)),
        ("search::TITLES", "text", search::TITLES.both()),
        ("search::LATEST_ROOMS", "bigint, bigint", both(search::LATEST_ROOMS)),
        ("presence::PEERS", "bigint, boolean", both(presence::PEERS)),
        ("presence::MAY_SEE", "bigint, bigint, boolean", both(presence::MAY_SEE)),
        ("presence::CIRCLE", "bigint, boolean", both(presence::CIRCLE)),
    ]
}

const TABLES: [&str; 25] = [
    "api_keys",
    "apps",
    "audit",
    "bids",
    "blocks",
    "connections",
    "earlier_texts",
    "events",
    "intervals",
    "members",
    "mentions",
    "network_bans",
    "push_devices",
    "push_notes",
    "reactions",
    "room_mutes",
    "rooms",
    "search_entries",
    "sessions",
    "subjects",
    "uploads",
    "users",
    "webhook_cursors",
    "webhook_deliveries",
    "webhooks",
];

/// Fails with the plan if a line of it reads a whole table.
fn assert_no_scan(name: &str, plan: &[String], mark: &str) {
    let is_scan = |line: &String| {
        line.split_once(mark).is_some_and(|(_, rest)| {
            let table = rest.split([' ', '(']).next().unwrap_or_default();
            TABLES.contains(&table)
                || ["r", "m", "i", "mine", "theirs", "seat", "other", "peer", "about", "entries", "author", "receiver"]
                    .contains(&table)
        }) && !line.contains("USING")
    };
    assert!(!plan.iter().any(is_scan), "{name}:\n{}", plan.join("\n"));
}

#[tokio::test]
async fn sqlite_enters_every_table_by_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::new(format!("sqlite:{}", folder.path().join("plans.db").display()));
    let Store::Sqlite { writer, .. } = open::open(&settings).await.unwrap() else { panic!("not SQLite") };
    for (name, _, [text, _]) in texts().into_iter().chain(of_files_and_push()) {
        let rows = sqlx::query(AssertSqlSafe(format!("explain query plan {text}"))).fetch_all(&writer).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        println!("{name}:\n{}", plan.join("\n"));
        assert!(plan.iter().any(|line| line.starts_with("SEARCH")), "{name}:\n{}", plan.join("\n"));
        assert_no_scan(name, &plan, "SCAN ");
    }
}

#[tokio::test]
async fn postgres_enters_every_table_by_an_index() {
    let server = postgres::Postgres::start();
    let settings = Settings::new(server.root_url());
    let store = open::open(&settings).await.unwrap();
    let mut connection = sqlx::PgConnection::connect(&server.root_url()).await.unwrap();
    // Empty tables are cheapest to read whole: what is asked here is whether there is another way at all.
    for setting in ["set enable_seqscan = off", "set plan_cache_mode = force_generic_plan"] {
        sqlx::query(AssertSqlSafe(setting)).execute(&mut connection).await.unwrap();
    }
    for (number, (name, types, [_, text])) in texts().into_iter().chain(of_files_and_push()).enumerate() {
        let prepare = format!("prepare plan{number} ({types}) as {text}");
        sqlx::raw_sql(AssertSqlSafe(prepare)).execute(&mut connection).await.unwrap();
        let arguments = types.split(", ").map(|_| "null").collect::<Vec<_>>().join(", ");
        let explain = format!("explain execute plan{number}({arguments})");
        let rows = sqlx::raw_sql(AssertSqlSafe(explain)).fetch_all(&mut connection).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        println!("{name}:\n{}", plan.join("\n"));
        assert_no_scan(name, &plan, "Seq Scan on ");
    }
    open::close(&store).await;
}
