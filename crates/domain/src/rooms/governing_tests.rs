//! What an application may do with its rooms, as a table.

use super::*;
use wire::UserId;

fn room() -> Facts {
    Facts { is_archived: false, title: "Paint the fence".to_owned(), link: None, members_count: 2 }
}

fn closed() -> Facts {
    Facts { is_archived: true, ..room() }
}

fn somebody(id: i64, part: Option<&str>) -> Named {
    let person = Person { id: UserId(id), username: format!("user{id}"), ..Person::default() };
    Named { person, is_banned: false, part: part.map(str::to_owned) }
}

fn guest(id: i64, part: &str) -> Guest {
    Guest { name: Name::External(id.to_string()), part: part.to_owned(), with_history: false }
}

/// Adds people who stand so, as `part`, and takes others away.
fn check_people(room: &Facts, add: &[(Named, &str)], remove: &[Named], expected: Result<&[&str], Code>) {
    let guests = add.iter().map(|(named, part)| guest(named.person.id.0, part)).collect();
    let wish = Wish::Edit { title: None, link: None, add: guests, remove: Vec::new() };
    let named: Vec<Named> = add.iter().map(|(named, _)| named.clone()).collect();
    let word = |deed: &Deed| match deed {
        Deed::Enter { person, part, .. } => format!("{} comes as {part}", person.id),
        Deed::Remove(person) => format!("{} goes", person.id),
        Deed::Part(person, part) => format!("{} is {part}", person.id),
        other => format!("{other:?}"),
    };
    let decided = decide(&wish, room, &named, remove).map(|deeds| deeds.iter().map(word).collect::<Vec<_>>());
    assert_eq!(decided, expected.map(|words| words.iter().map(|word| (*word).to_owned()).collect()));
}

#[test]
fn people_come_go_and_become_something_else_and_what_is_so_is_left() {
    let (in_it, out) = (|id| somebody(id, Some("client")), |id| somebody(id, None));
    check_people(&room(), &[(out(1), "worker")], &[], Ok(&["1 comes as worker"]));
    check_people(&room(), &[(in_it(1), "worker")], &[], Ok(&["1 is worker"]));
    check_people(&room(), &[(in_it(1), "client")], &[], Ok(&[]));
    check_people(&room(), &[], &[in_it(1), out(2)], Ok(&["1 goes"]));
    check_people(&room(), &[], &[in_it(1), in_it(1)], Ok(&["1 goes"]));
    check_people(&room(), &[(out(2), ""), (out(2), "worker")], &[in_it(1)], Ok(&["1 goes", "2 comes as "]));
    check_people(&room(), &[(in_it(1), "client")], &[in_it(1)], Ok(&[]));
}

#[test]
fn nobody_comes_who_is_banned_or_where_it_is_closed_or_full() {
    let (in_it, out) = (somebody(1, Some("client")), somebody(2, None));
    let banned = Named { is_banned: true, ..out.clone() };
    check_people(&room(), &[(banned, "worker")], &[], Err(Code::Banned));
    check_people(&closed(), &[(out.clone(), "worker")], &[], Err(Code::RoomClosed));
    check_people(&closed(), &[(in_it.clone(), "worker")], std::slice::from_ref(&in_it), Ok(&["1 is worker"]));
    check_people(&closed(), &[], std::slice::from_ref(&in_it), Ok(&["1 goes"]));
    let full = Facts { members_count: ROOM_MEMBERS_MAX, ..room() };
    check_people(&full, &[(out.clone(), "")], &[], Err(Code::RoomFull));
    check_people(&full, &[(out, "")], &[in_it], Ok(&["1 goes", "2 comes as "]));
}

#[test]
fn a_room_is_renamed_linked_closed_and_opened_once() {
    let edit = |title: Option<&str>, link: Option<Option<&str>>| {
        let title = title.map(|title| titles::title(title).unwrap());
        Wish::Edit { title, link: link.map(|link| link.map(str::to_owned)), add: Vec::new(), remove: Vec::new() }
    };
    let check = |wish: &Wish, room: &Facts, expected: Result<usize, Code>| {
        assert_eq!(decide(wish, room, &[], &[]).map(|deeds| deeds.len()), expected, "{wish:?}");
    };
    check(&edit(Some("Paint the gate"), Some(Some("https://jobs.example"))), &room(), Ok(2));
    check(&edit(Some("Paint the fence"), Some(None)), &room(), Ok(0));
    check(&edit(None, None), &closed(), Ok(0));
    check(&edit(Some("Paint the gate"), None), &closed(), Err(Code::RoomClosed));
    check(&edit(None, Some(Some("https://jobs.example"))), &closed(), Err(Code::RoomClosed));
    check(&Wish::Close(String::new()), &room(), Ok(1));
    check(&Wish::Close(String::new()), &closed(), Ok(0));
    check(&Wish::Reopen, &closed(), Ok(1));
    check(&Wish::Reopen, &room(), Ok(0));
    check(&Wish::Notice("Paid".to_owned()), &closed(), Ok(1));
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let participant = |person, part: &str| AppParticipant { person, part: part.to_owned(), with_history: false };
    let edit = |title: Option<&str>, link: Option<&str>, add, remove| {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        check(AppChange::Edit { title: owned(title), link: owned(link), add, remove }).map_err(|error| error.code())
    };
    let ana = || participant(AppPerson::ExternalId("7".to_owned()), "client");
    assert!(edit(Some("Gate"), Some("https://jobs.example/7"), vec![ana()], vec![]).is_ok());
    assert_eq!(edit(Some(&"x".repeat(10_240)), None, vec![], vec![]), Err(Code::BadRoomName));
    assert_eq!(edit(None, Some("javascript:alert(1)"), vec![], vec![]), Err(Code::BadLink));
    assert_eq!(edit(None, None, vec![ana(); 51], vec![]), Err(Code::TooManyPeople));
    assert_eq!(edit(None, None, vec![], vec![AppPerson::Username("x".to_owned()); 51]), Err(Code::TooManyPeople));
    let odd = participant(AppPerson::ExternalId(String::new()), "");
    assert_eq!(edit(None, None, vec![odd], vec![]), Err(Code::BadExternalId));
    let long = participant(AppPerson::Username("ana".to_owned()), &"x".repeat(33));
    assert_eq!(edit(None, None, vec![long], vec![]), Err(Code::BadPart));
    let unlinked = check(AppChange::Edit { title: None, link: Some(" ".to_owned()), add: vec![], remove: vec![] });
    assert_eq!(unlinked.unwrap(), Wish::Edit { title: None, link: Some(None), add: vec![], remove: vec![] });
    assert_eq!(check(AppChange::Notice { text: " ".to_owned() }).unwrap_err().code(), Code::EmptyMessage);
}
