//! What messages travel on. Rule: as the table says, whatever the state of the socket.

use client::{HttpTrouble, Input, Transport};

use crate::page::{Page, welcome};
use crate::table::rows;

fn named(transport: Transport) -> &'static str {
    match transport {
        Transport::Socket => "socket",
        Transport::Polling => "polling",
        Transport::None => "none",
    }
}

fn page(transport: &str) -> Page {
    let mut page = Page::connected(1);
    if transport != "socket" {
        page.lose(1006);
        page.wait(4_999);
        assert!(!page.has(|output| matches!(output, client::Output::Poll { .. })), "a poll in the first five seconds");
        page.wait(1);
    }
    if transport == "polling" {
        page.hand(Input::PollAnswered(vec![welcome(3)]));
        page.wait(8_000);
    }
    assert_eq!(named(page.client.link().transport), transport);
    page
}

fn perform(page: &mut Page, what: &str) {
    match what {
        "`welcome` comes" => {
            page.hand(Input::TryNow);
            page.greet(welcome(3));
        }
        "the socket ends" => page.lose(1006),
        "a poll is answered" => page.hand(Input::PollAnswered(vec![welcome(3)])),
        "a poll fails" => page.hand(Input::PollFailed(HttpTrouble::Unreachable)),
        "the session ends" => page.hand(Input::PollFailed(HttpTrouble::SignedOut)),
        _ => panic!("no walk knows {what:?}"),
    }
}

#[test]
fn every_row_of_the_transport_is_so() {
    let mut walked = std::collections::BTreeSet::new();
    for row in rows("Link", &["transport", "what happens", "then"]) {
        for from in row[0].split(", ") {
            for what in row[1].split("; ") {
                let mut page = page(from);
                perform(&mut page, what);
                assert_eq!(named(page.client.link().transport), row[2], "{from}: {what}");
                walked.insert(what.to_owned());
            }
        }
    }
    assert_eq!(walked.len(), 5, "a walk without a row");
}
