//! The contract of the log: appending, cursors, history and catch-up. Rule: every case holds on SQLite and on Postgres
//! alike.

use crate::support::{
    talk::{self, cid, draft, pair, say, walk_back},
    world::{self, Place, assert_refused, change, open, people},
};
use domain::{Ack, CatchUp, Chat, Error, Page, Settings, Viewer};
use futures::future::join_all;
use std::collections::BTreeSet;
use wire::{Amendment, Cid, Code, Epoch, MessageType, RoomId, Seq, Span, Unread, frame::Held, limits::PAGE_EVENTS_MAX};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_contract_holds_on_sqlite() {
    let place = Place::sqlite();
    contract(&place).await;
    reopening_after_a_drop_keeps_what_was_acked(&place).await;
    a_transaction_that_sqlite_ends_by_itself_is_survived(&place).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_contract_holds_on_postgres() {
    let place = Place::postgres();
    contract(&place).await;
    reopening_after_a_drop_keeps_what_was_acked(&place).await;
}

async fn contract(place: &Place) {
    a_hundred_pairs_get_dense_positions_once(place).await;
    two_servers_store_each_message_once(place).await;
    the_same_again_gets_the_same_ack(place).await;
    who_may_not_write_is_refused_and_takes_no_position(place).await;
    one_poisonous_request_fails_alone(place).await;
    the_limit_counts_messages_not_attempts(place).await;
    cursors_only_go_forward(place).await;
    unread_is_exact_up_to_ninety_nine(place).await;
    pages_are_contiguous_and_bounded(place).await;
    what_a_member_may_not_see_is_named_as_hidden(place).await;
    catching_up_is_bounded(place).await;
    a_closed_chat_stores_nothing_more(place).await;
}

fn fast(settings: &mut Settings) {
    settings.passwordless = true;
    settings.sends_per_window_max = 1_000_000;
}

async fn a_hundred_pairs_get_dense_positions_once(place: &Place) {
    const EACH: u8 = 6;
    let chat = open(place, "pairs", fast).await;
    let pairs = join_all((0..100).map(|number| pair(&chat, format!("a{number}"), format!("b{number}")))).await;
    let sends = pairs.iter().flat_map(|(room, ann, bob)| {
        let of = |viewer: &Viewer| (0..EACH).map(|_| say(&chat, viewer.clone(), *room, "hello")).collect::<Vec<_>>();
        of(ann).into_iter().chain(of(bob))
    });
    let acks: Vec<Ack> = join_all(sends).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(acks.len(), 200 * usize::from(EACH));
    for (room, ann, bob) in &pairs {
        let acked: BTreeSet<(Seq, Cid)> =
            acks.iter().filter(|ack| ack.room == *room).map(|ack| (ack.seq, ack.cid)).collect();
        for viewer in [ann, bob] {
            let page = chat.history(viewer, *room, Page::Latest, 200).await.unwrap();
            let seqs: Vec<i64> = page.events.iter().map(|event| event.seq.0).collect();
            assert_eq!(seqs, (1..=i64::from(EACH) * 2).collect::<Vec<_>>());
            assert_eq!(page.events.iter().map(|event| (event.seq, event.cid)).collect::<BTreeSet<_>>(), acked);
        }
    }
    chat.close().await;
}

async fn two_servers_store_each_message_once(place: &Place) {
    let one = open(place, "servers", fast).await;
    let (room, ann, bob) = pair(&one, "ann", "bob").await;
    let cal = talk::person(&one, "cal").await;
    world::connect(&one, &ann, &cal).await;
    let other_room = one.direct_room(&ann, "cal").await.unwrap();
    let mut settings = Settings::new(talk::url(place, "servers"));
    fast(&mut settings);
    let two = Chat::open(settings).await.unwrap();
    let sends = (0..60_u8).flat_map(|number| {
        // The same cid on both servers, half of them into two rooms: one wins, the other is a conflict.
        let rooms = if number % 2 == 0 { [room, room] } else { [room, other_room] };
        [(&one, rooms[0]), (&two, rooms[1])].map(|(chat, room)| {
            let (chat, ann) = (chat.clone(), ann.clone());
            async move { chat.append(&ann, draft(cid(number), room, "hello")).await }
        })
    });
    let results = join_all(sends).await;
    for (number, pair) in results.chunks(2).enumerate() {
        let acks: Vec<&Ack> = pair.iter().flatten().collect();
        if number % 2 == 0 {
            assert_eq!(acks.len(), 2);
            assert_eq!(acks[0], acks[1]);
        } else {
            assert_eq!(acks.len(), 1, "{pair:?}");
            assert!(pair.iter().any(|result| result.as_ref().is_err_and(|error| error.code() == Code::CidConflict)));
        }
    }
    let mut stored = BTreeSet::new();
    for (room, viewer) in [(room, &bob), (other_room, &cal)] {
        let events = walk_back(&two, viewer, room, 200).await;
        assert_eq!(
            events.iter().map(|event| event.seq.0).collect::<Vec<_>>(),
            (1..=i64::try_from(events.len()).unwrap()).collect::<Vec<_>>()
        );
        stored.extend(events.iter().map(|event| event.cid));
    }
    assert_eq!(stored, (0..60).map(cid).collect());
    two.close().await;
    one.close().await;
}

async fn the_same_again_gets_the_same_ack(place: &Place) {
    let chat = open(place, "again", fast).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    let at_once = join_all((0..20).map(|_| chat.append(&ann, draft(cid(1), room, " hello ")))).await;
    let acks: Vec<Ack> = at_once.into_iter().map(Result::unwrap).collect();
    assert!(acks.iter().all(|ack| *ack == acks[0]));
    assert_eq!(acks[0].seq, Seq(1));
    assert_eq!(chat.append(&bob, draft(cid(1), room, "mine")).await.unwrap().seq, Seq(2));
    assert_refused(chat.append(&ann, draft(cid(1), room, "hello!")).await, Code::CidConflict);
    chat.remove_connection(&ann, "bob").await.unwrap();
    assert_eq!(chat.append(&ann, draft(cid(1), room, "hello")).await.unwrap(), acks[0], "whatever has changed since");
    assert_refused(chat.append(&ann, draft(cid(1), RoomId(999), "hello")).await, Code::CidConflict);
    assert_refused(chat.append(&ann, draft(cid(2), room, "hello")).await, Code::NotConnected);
    chat.close().await;
}

async fn who_may_not_write_is_refused_and_takes_no_position(place: &Place) {
    let chat = open(place, "refused", fast).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    let eve = talk::person(&chat, "eve").await;
    let check = async |viewer: &Viewer, number, room, content: &str, expected| {
        assert_refused(chat.append(viewer, draft(cid(number), room, content)).await, expected);
    };
    check(&eve, 1, room, "hello", Code::NotFound).await;
    check(&ann, 2, RoomId(999), "hello", Code::NotFound).await;
    check(&ann, 3, room, " \n ", Code::EmptyMessage).await;
    check(&ann, 4, room, &"x".repeat(10_001), Code::MessageTooLong).await;
    check(&ann, 5, room, "\0", Code::Malformed).await;
    let unknown = domain::Draft { kind: MessageType::Unknown, ..draft(cid(6), room, "hello") };
    assert_refused(chat.append(&ann, unknown).await, Code::UnknownType);
    chat.ban("ann").await.unwrap();
    check(&ann, 7, room, "hello", Code::Banned).await;
    chat.remove_connection(&bob, "ann").await.unwrap();
    check(&bob, 8, room, "hello", Code::NotConnected).await;
    for page in [Page::Latest, Page::After(Seq(0))] {
        assert_refused(chat.history(&eve, room, page, 50).await, Code::NotFound);
    }
    assert_refused(chat.mark_read(&eve, room, Seq(0)).await, Code::NotFound);
    assert_refused(chat.mark_delivered(&eve, RoomId(999), Seq(0)).await, Code::NotFound);
    assert_refused(chat.typing(&eve, room, true).await, Code::NotFound);
    assert_refused(chat.typing(&bob, room, true).await, Code::NotConnected);
    assert_eq!(chat.history(&bob, room, Page::Latest, 50).await.unwrap().head, Seq(0));
    chat.close().await;
}

async fn one_poisonous_request_fails_alone(place: &Place) {
    let chat = open(place, "poison", fast).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    let url = talk::url(place, "poison");
    if url.starts_with("sqlite:") {
        change(&url, "create trigger poison before insert on events when new.content = 'poison' begin select raise(abort, 'poison'); end").await;
    } else {
        change(&url, "alter table events add constraint no_poison check (content <> 'poison')").await;
    }
    let texts = (0..40).map(|number| if number == 20 { "poison" } else { "hello" });
    let results = join_all(texts.map(|text| say(&chat, ann.clone(), room, text))).await;
    for (number, result) in results.iter().enumerate() {
        assert_eq!(matches!(result, Err(Error::Unknown)), number == 20, "{result:?}");
    }
    let seqs: Vec<i64> = walk_back(&chat, &bob, room, 50).await.iter().map(|event| event.seq.0).collect();
    assert_eq!(seqs, (1..=39).collect::<Vec<_>>());
    chat.close().await;
}

/// As on a full disk.
async fn a_transaction_that_sqlite_ends_by_itself_is_survived(place: &Place) {
    let chat = open(place, "full", fast).await;
    let (room, ann, _) = pair(&chat, "ann", "bob").await;
    change(&talk::url(place, "full"), "create trigger full before insert on events when new.content = 'full' begin select raise(rollback, 'full'); end").await;
    for number in 0..3 {
        assert!(matches!(say(&chat, ann.clone(), room, "full").await, Err(Error::Unknown)));
        assert_eq!(say(&chat, ann.clone(), room, "hello").await.unwrap().seq, Seq(number + 1));
    }
    let texts = (0..20).map(|number| if number % 5 == 0 { "full" } else { "hello" });
    let results = join_all(texts.map(|text| say(&chat, ann.clone(), room, text))).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 16);
    chat.close().await;
}

async fn the_limit_counts_messages_not_attempts(place: &Place) {
    let chat = open(place, "limited", |settings| settings.passwordless = true).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    for number in 0..20 {
        chat.append(&ann, draft(cid(number), room, "hello")).await.unwrap();
        chat.append(&ann, draft(cid(number), room, "hello")).await.unwrap();
    }
    let Err(Error::Refused(refusal)) = chat.append(&ann, draft(cid(20), room, "hello")).await else {
        panic!("the twenty-first was not refused")
    };
    assert_eq!(refusal.code, Code::SlowDown);
    assert!((1..=10_000).contains(&refusal.wait_ms.unwrap()));
    assert_eq!(chat.append(&ann, draft(cid(3), room, "hello")).await.unwrap().seq, Seq(4));
    chat.append(&bob, draft(cid(20), room, "mine")).await.unwrap();
    chat.close().await;

    // Another process remembers nothing (on Postgres the count of all does, see limits.rs), and still does not refuse what is stored.
    let chat = Chat::open(Settings::new(talk::url(place, "limited"))).await.unwrap();
    if let Place::Sqlite(_) = place {
        for number in 20..40 {
            chat.append(&ann, draft(cid(number), room, "hello")).await.unwrap();
        }
        assert_refused(chat.append(&ann, draft(cid(40), room, "hello")).await, Code::SlowDown);
    }
    assert_eq!(chat.append(&ann, draft(cid(4), room, "hello")).await.unwrap().seq, Seq(5));
    chat.close().await;
}

async fn cursors_only_go_forward(place: &Place) {
    let chat = open(place, "cursors", fast).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    for _ in 0..5 {
        say(&chat, ann.clone(), room, "hello").await.unwrap();
    }
    let stands = async || {
        let summary = chat.room(&bob, room).await.unwrap();
        let cursors = summary.cursors.into_iter().find(|cursors| cursors.user == bob.user).unwrap();
        (cursors.delivered.0, cursors.read.0, summary.unread.count)
    };
    assert_eq!(stands().await, (0, 0, 5));
    chat.mark_delivered(&bob, room, Seq(3)).await.unwrap();
    assert_eq!(stands().await, (3, 0, 5));
    let unread = chat.mark_read(&bob, room, Seq(4)).await.unwrap();
    assert_eq!(unread, Unread { count: 1, read: Seq(4), as_of: Seq(5), mentions: 0 });
    assert_eq!(stands().await, (4, 4, 1));
    assert_eq!(chat.mark_read(&bob, room, Seq(2)).await.unwrap(), unread);
    chat.mark_delivered(&bob, room, Seq(1)).await.unwrap();
    assert_refused(chat.mark_read(&bob, room, Seq(6)).await, Code::SeqBeyondHead);
    assert_refused(chat.mark_delivered(&bob, room, Seq(i64::MAX)).await, Code::SeqBeyondHead);
    chat.mark_delivered(&bob, room, Seq(i64::MIN)).await.unwrap();
    let at_once = join_all((0..=5).rev().map(|seq| chat.mark_read(&bob, room, Seq(seq)))).await;
    assert!(at_once.iter().all(|unread| unread.as_ref().unwrap().read >= Seq(4)));
    assert_eq!(stands().await, (5, 5, 0));
    chat.close().await;
}

async fn unread_is_exact_up_to_ninety_nine(place: &Place) {
    let chat = open(place, "unread", fast).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    let sends = (0..150).map(|number| say(&chat, if number % 3 == 0 { bob.clone() } else { ann.clone() }, room, "hi"));
    join_all(sends).await;
    let count = async |seq| chat.mark_read(&bob, room, Seq(seq)).await.unwrap().count;
    assert_eq!(count(0).await, 100);
    let events = walk_back(&chat, &bob, room, 200).await;
    let after = |seq: i64| events.iter().filter(|event| event.seq.0 > seq && event.author.id == ann.user).count();
    for seq in [1, 40, 149, 150] {
        assert_eq!(count(seq).await, i64::try_from(after(seq)).unwrap().min(100));
    }
    chat.close().await;
}

async fn pages_are_contiguous_and_bounded(place: &Place) {
    let chat = open(place, "pages", fast).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    let empty = chat.history(&ann, room, Page::Latest, 50).await.unwrap();
    assert_eq!((empty.after, empty.to, empty.events.len(), empty.first), (Seq(0), Seq(0), 0, Seq(1)));
    let texts: Vec<String> = (0..260).map(|number| "x".repeat(if number < 230 { 10 } else { 9_000 })).collect();
    join_all(texts.iter().map(|text| say(&chat, ann.clone(), room, text))).await;

    let page = async |page, limit| chat.history(&bob, room, page, limit).await.unwrap();
    let latest = page(Page::Latest, 50).await;
    let size_bytes = serde_json::to_vec(&latest.events).unwrap().len();
    assert!((latest.to, latest.head) == (Seq(260), Seq(260)) && size_bytes <= 256 * 1024);
    let first = page(Page::Latest, 10_000).await;
    assert!(first.events.len() <= PAGE_EVENTS_MAX);
    let middle = page(Page::Around(Seq(100)), 21).await;
    assert_eq!((middle.after, middle.to, middle.events.len()), (Seq(89), Seq(110), 21));
    let beginning = page(Page::Before(Seq(11)), 50).await;
    assert_eq!((beginning.after, beginning.to, beginning.events.len()), (Seq(0), Seq(10), 10));
    let after = page(Page::After(Seq(0)), 1_000).await;
    assert_eq!((after.after, after.to, after.events.len()), (Seq(0), Seq(200), 200));
    let end = page(Page::After(Seq(260)), 50).await;
    assert_eq!((end.after, end.to, end.events.len()), (Seq(260), Seq(260), 0));
    assert_refused(chat.history(&bob, room, Page::After(Seq(261)), 50).await, Code::SeqBeyondHead);
    assert_eq!(page(Page::Before(Seq(i64::MAX)), 10).await.to, Seq(260));
    assert_eq!(page(Page::Before(Seq(i64::MIN)), 10).await.events.len(), 0);

    let seqs: Vec<i64> = walk_back(&chat, &bob, room, 37).await.iter().map(|event| event.seq.0).collect();
    assert_eq!(seqs, (1..=260).collect::<Vec<_>>());
    chat.close().await;
}

async fn what_a_member_may_not_see_is_named_as_hidden(place: &Place) {
    let chat = open(place, "hidden", fast).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    for _ in 0..30 {
        say(&chat, ann.clone(), room, "hello").await.unwrap();
    }
    let url = talk::url(place, "hidden");
    change(
        &url,
        "update intervals set from_seq = 5, to_seq = 9 where user_id = (select id from users where username = 'bob')",
    )
    .await;
    change(&url, "insert into intervals (room_id, user_id, from_seq, to_seq) select room_id, user_id, 21, null from intervals where to_seq = 9").await;
    let page = chat.history(&bob, room, Page::Latest, 12).await.unwrap();
    let seqs = |page: &wire::HistoryPage| page.events.iter().map(|event| event.seq.0).collect::<Vec<_>>();
    let span = |from, to| Span { from: Seq(from), to: Seq(to) };
    assert_eq!(seqs(&page), [8, 9].into_iter().chain(21..=30).collect::<Vec<_>>());
    assert_eq!((page.after, page.to, &page.hidden[..], page.first), (Seq(7), Seq(30), &[span(10, 20)][..], Seq(5)));
    let page = chat.history(&bob, room, Page::Before(Seq(8)), 50).await.unwrap();
    assert_eq!((seqs(&page), page.after, page.hidden), (vec![5, 6, 7], Seq(4), vec![]));
    let page = chat.history(&bob, room, Page::After(Seq(0)), 7).await.unwrap();
    assert_eq!((seqs(&page), page.to), (vec![5, 6, 7, 8, 9, 21, 22], Seq(22)));
    assert_eq!(page.hidden, [span(1, 4), span(10, 20)]);
    let unread = chat.mark_read(&bob, room, Seq(8)).await.unwrap();
    assert_eq!(unread.count, 11, "only what the member may see counts");
    chat.close().await;
}

async fn catching_up_is_bounded(place: &Place) {
    let chat = open(place, "catchup", fast).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    let eve = talk::person(&chat, "eve").await;
    join_all((0..450).map(|_| say(&chat, ann.clone(), room, "hello"))).await;
    chat.mark_read(&bob, room, Seq(440)).await.unwrap();
    let epoch = chat.epoch().clone();
    let ask = async |viewer: &Viewer, after: Option<i64>, epoch: &Epoch| {
        chat.catch_up(viewer, &Held { room, after: after.map(Seq) }, epoch).await.unwrap()
    };
    let (mut after, mut held) = (Seq(0), Vec::new());
    loop {
        let CatchUp::History { page, complete, cursors, unread } = ask(&bob, Some(after.0), &epoch).await else {
            panic!("no history")
        };
        assert_eq!((page.after, cursors.len()), (after, 2));
        assert_eq!(unread, Unread { count: 10, read: Seq(440), as_of: Seq(450), mentions: 0 });
        assert!(page.events.len() <= PAGE_EVENTS_MAX);
        held.extend(page.events.iter().map(|event| event.seq.0));
        after = page.to;
        if complete {
            break;
        }
    }
    assert_eq!(held, (1..=450).collect::<Vec<_>>());
    let gap = CatchUp::Gap { room, head: Seq(450), erased: false };
    assert_eq!(ask(&bob, Some(451), &epoch).await, gap, "of another life of the database (C12)");
    assert_eq!(ask(&bob, Some(3), &Epoch("another".to_owned())).await, gap);
    assert_eq!(ask(&eve, Some(3), &epoch).await, CatchUp::Removed(room));
    assert_eq!(ask(&eve, None, &epoch).await, CatchUp::Removed(room));
    assert!(matches!(ask(&bob, None, &epoch).await, CatchUp::Added(summary) if summary.head == Seq(450)));
    let like = Amendment::React { emoji: "👍".to_owned() };
    chat.amend(&ann, cid(1), room, Seq(7), like).await.unwrap();
    change(&talk::url(place, "catchup"), "update rooms set head = 6000").await;
    assert_eq!(ask(&bob, Some(999), &epoch).await, CatchUp::Gap { room, head: Seq(6_000), erased: false });
    let gap = CatchUp::Gap { room, head: Seq(6_000), erased: true };
    assert_eq!(ask(&bob, Some(450), &epoch).await, gap, "what is held has a reaction that is missed");
    chat.close().await;
}

async fn a_closed_chat_stores_nothing_more(place: &Place) {
    let chat = open(place, "closed", fast).await;
    let (room, ann, _) = pair(&chat, "ann", "bob").await;
    let sends = (0..50).map(|_| say(&chat, ann.clone(), room, "hello"));
    let (results, ()) = tokio::join!(join_all(sends), chat.close());
    assert!(results.iter().all(|result| result.is_ok() || result.as_ref().is_err_and(Error::is_passing)));
    assert_eq!(chat.append(&ann, draft(cid(1), room, "late")).await.unwrap_err().code(), Code::TryAgain);
}

async fn reopening_after_a_drop_keeps_what_was_acked(place: &Place) {
    let chat = open(place, "reopened", fast).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    let acks = join_all((0..30).map(|_| say(&chat, ann.clone(), room, "hello"))).await;
    let epoch = chat.epoch().clone();
    drop(chat);
    let chat = Chat::open(Settings::new(talk::url(place, "reopened"))).await.unwrap();
    assert_eq!(*chat.epoch(), epoch);
    let events = walk_back(&chat, &bob, room, 50).await;
    let acked: BTreeSet<(Seq, Cid)> = acks.iter().flatten().map(|ack| (ack.seq, ack.cid)).collect();
    assert_eq!(events.iter().map(|event| (event.seq, event.cid)).collect::<BTreeSet<_>>(), acked);
    let [_newcomer] = people(&chat, ["zoe"]).await;
    chat.close().await;
}
