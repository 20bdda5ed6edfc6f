//! The decision about an amendment, case by case.

use super::*;

const ANN: UserId = UserId(1);
const BOB: UserId = UserId(2);

fn edit(text: &str) -> Amendment {
    Amendment::Edit { content: text.to_owned() }
}

fn react() -> Amendment {
    Amendment::React { emoji: "👍".to_owned() }
}

fn unreact() -> Amendment {
    Amendment::Unreact { emoji: "👍".to_owned() }
}

/// Ann's "hello", which she may change in an open room.
fn facts() -> Facts {
    let target =
        Target { author: ANN, kind: MessageType::Text, content: Some("hello".to_owned()), more: Tree::Nothing };
    Facts { barred: None, role: Role::Member, target: Some(target), reacted: Reacted::default() }
}

#[track_caller]
fn check_all(person: UserId, facts: &Facts, expected: [Result<(), Code>; 4]) {
    let steps = [edit("hi"), Amendment::Delete, react(), unreact()];
    assert_eq!(steps.map(|step| decide(&step, person, facts)), expected);
}

#[test]
fn who_wrote_it_may_do_everything_and_others_may_react() {
    let nothing_to_take_back = Err(Code::Unchanged);
    check_all(ANN, &facts(), [Ok(()), Ok(()), Ok(()), nothing_to_take_back]);
    check_all(BOB, &facts(), [Err(Code::NotAuthor), Err(Code::NotAuthor), Ok(()), nothing_to_take_back]);
    for role in [Role::Admin, Role::Owner] {
        let facts = Facts { role, ..facts() };
        check_all(BOB, &facts, [Err(Code::NotAuthor), Ok(()), Ok(()), nothing_to_take_back]);
    }
}

#[test]
fn who_may_not_speak_may_still_take_back_what_they_said() {
    for code in [Code::Muted, Code::NotConnected] {
        let facts = Facts { barred: Some(code), ..facts() };
        check_all(ANN, &facts, [Err(code), Ok(()), Err(code), Err(code)]);
        check_all(BOB, &facts, [Err(code), Err(Code::NotAuthor), Err(code), Err(code)]);
    }
    for code in [Code::RoomClosed, Code::Banned, Code::NotFound] {
        check_all(ANN, &Facts { barred: Some(code), ..facts() }, [Err(code); 4]);
    }
}

#[test]
fn what_is_not_there_or_is_gone_is_told_apart() {
    check_all(ANN, &Facts { target: None, ..facts() }, [Err(Code::NoSuchMessage); 4]);
    let target = Some(Target { content: None, ..facts().target.unwrap() });
    check_all(ANN, &Facts { target: target.clone(), ..facts() }, [Err(Code::MessageDeleted); 4]);
    let gone = Err(Code::MessageDeleted);
    check_all(BOB, &Facts { target, ..facts() }, [Err(Code::NotAuthor), Err(Code::NotAuthor), gone, gone]);
}

#[test]
fn the_host_s_words_are_edited_by_nobody_and_deleted_by_admins() {
    let target = Some(Target { kind: MessageType::System, ..facts().target.unwrap() });
    let facts = Facts { target, ..facts() };
    let [own, take_back] = [Err(Code::NotAuthor), Err(Code::Unchanged)];
    check_all(ANN, &facts, [own, own, Ok(()), take_back]);
    check_all(ANN, &Facts { role: Role::Owner, ..facts }, [own, Ok(()), Ok(()), take_back]);
}

#[test]
fn what_is_so_already_is_not_done_again() {
    assert_eq!(decide(&edit("hello"), ANN, &facts()), Err(Code::Unchanged));
    let mine = Facts { reacted: Reacted { is_mine: true, is_there: true, kinds: 1, count: 1 }, ..facts() };
    check_all(ANN, &mine, [Ok(()), Ok(()), Err(Code::Unchanged), Ok(())]);
}

#[test]
fn a_message_takes_so_many_reactions_and_kinds_and_no_more() {
    let check = |is_there, kinds, count, expected| {
        let facts = Facts { reacted: Reacted { is_mine: false, is_there, kinds, count }, ..facts() };
        assert_eq!(decide(&react(), BOB, &facts), expected, "{is_there} {kinds} {count}");
    };
    check(false, REACTIONS_KINDS_MAX - 1, 100, Ok(()));
    check(false, REACTIONS_KINDS_MAX, 100, Err(Code::TooManyReactions));
    check(true, REACTIONS_KINDS_MAX, 100, Ok(()));
    check(true, 1, REACTIONS_MAX - 1, Ok(()));
    check(true, 1, REACTIONS_MAX, Err(Code::TooManyReactions));
}

#[test]
fn another_target_another_text_or_another_act_is_another_content() {
    let steps = [edit("👍"), edit("hi"), Amendment::Delete, react(), unreact()];
    let mut hashes = BTreeSet::new();
    for target in [Seq(1), Seq(2)] {
        for step in &steps {
            hashes.insert(super::check(target, step.clone()).unwrap().hash());
        }
    }
    assert_eq!(hashes.len(), 2 * steps.len());
    assert_eq!(super::check(Seq(1), edit(" hi\n")), super::check(Seq(1), edit("hi")));
    assert_eq!(super::check(Seq(1), edit(" \n")), Err(Code::EmptyMessage));
}
