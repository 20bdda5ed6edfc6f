//! The rules of rooms as tables. Rule: whatever is not allowed by a row here is refused.

use super::*;
use crate::rooms::titles;

fn room() -> Facts {
    Facts {
        kind: RoomKind::Group,
        is_public: false,
        is_archived: false,
        title: "Tea Room".to_owned(),
        topic: String::new(),
        members_count: 5,
        owners_count: 1,
        is_title_free: true,
        is_hosted: false,
    }
}

fn standing(role: Option<Role>) -> Standing {
    Standing { role, sees_from: Seq(if role.is_some() { 7 } else { 0 }), ..Standing::default() }
}

fn other(role: Option<Role>) -> Other {
    Other { standing: standing(role), is_self: false, is_reachable: true }
}

fn rename(text: &str) -> Step {
    Step::Rename(titles::title(text).unwrap())
}

/// Every step that is about nobody or about anybody.
fn steps() -> Vec<Step> {
    vec![
        Step::Join,
        Step::Leave,
        Step::Invite { with_history: false, part: String::new() },
        Step::Invite { with_history: true, part: String::new() },
        Step::Remove,
        Step::Ban,
        Step::Unban,
        Step::Mute,
        Step::Unmute,
        Step::Role(Role::Admin),
        rename("Coffee"),
        Step::Topic("Beans".to_owned()),
        Step::Archive(String::new()),
        Step::Reopen,
        Step::Notice("The trip is cancelled".to_owned()),
    ]
}

const ROLES: [Role; 3] = [Role::Owner, Role::Admin, Role::Member];

#[test]
fn who_is_not_in_a_private_room_learns_nothing() {
    for step in steps() {
        for is_banned in [false, true] {
            for is_archived in [false, true] {
                let author = Standing { is_banned, ..standing(None) };
                let room = Facts { is_archived, ..room() };
                assert_eq!(decide(&step, &room, &author, Some(&other(None))), Err(Code::NotFound), "{step:?}");
            }
        }
    }
}

#[test]
fn who_is_not_in_a_public_room_may_come_in_and_nothing_else() {
    let public = Facts { is_public: true, ..room() };
    for step in steps() {
        let decided = decide(&step, &public, &standing(None), Some(&other(None)));
        match step {
            Step::Join => {
                let enter = Effect::Enter(Whom::Author, Some(Seq(1)));
                assert_eq!(decided, Ok(Decision::event(EventKind::Joined, [enter])), "open from the start");
            }
            _ => assert_eq!(decided, Err(Code::NotFound), "{step:?}"),
        }
    }
    let join = |room: Facts, author| decide(&Step::Join, &room, &author, None).unwrap_err();
    assert_eq!(join(Facts { is_archived: true, ..public.clone() }, standing(None)), Code::RoomClosed);
    assert_eq!(join(Facts { members_count: ROOM_MEMBERS_MAX, ..public.clone() }, standing(None)), Code::RoomFull);
    assert_eq!(join(public, Standing { is_banned: true, ..standing(None) }), Code::BannedFromRoom);
}

#[test]
fn every_member_of_every_room_says_how_much_they_want_to_hear() {
    let level = Step::Level(Level::Mentions);
    for kind in [RoomKind::Direct, RoomKind::Group, RoomKind::Subject] {
        for is_archived in [false, true] {
            let room = Facts { kind, is_archived, is_public: kind == RoomKind::Group, ..room() };
            let muted = Standing { is_muted: true, ..standing(Some(Role::Member)) };
            let decided = decide(&level, &room, &muted, None);
            assert_eq!(decided, Ok(Decision::silent(Effect::Level(Level::Mentions))));
            assert_eq!(decide(&level, &room, &standing(None), None), Err(Code::NotFound));
        }
    }
}

#[test]
fn nothing_else_about_a_direct_room_can_be_changed() {
    let direct = Facts { kind: RoomKind::Direct, is_public: false, ..room() };
    for step in steps() {
        let member = standing(Some(Role::Member));
        assert_eq!(decide(&step, &direct, &member, Some(&other(None))), Err(Code::NotAllowed), "{step:?}");
    }
}

#[test]
fn order_is_kept_by_owners_over_all_others_and_by_admins_over_members() {
    for step in [Step::Remove, Step::Ban, Step::Mute] {
        for role in ROLES {
            for others in ROLES {
                let decided = decide(&step, &room(), &standing(Some(role)), Some(&other(Some(others))));
                let may =
                    matches!((role, others), (Role::Owner, Role::Admin | Role::Member) | (Role::Admin, Role::Member));
                match may {
                    true => assert!(decided.is_ok_and(|decision| !decision.effects.is_empty()), "{step:?}"),
                    false => assert_eq!(decided, Err(Code::RoleTooLow), "{step:?} {role:?} {others:?}"),
                }
            }
        }
    }
}

#[test]
fn what_an_admin_does_about_others() {
    let admin = standing(Some(Role::Admin));
    let decide = |step, other: Other| decide(&step, &room(), &admin, Some(&other));
    let member = other(Some(Role::Member));
    let nobody = other(None);
    let banned = Other { standing: Standing { is_banned: true, ..standing(None) }, ..nobody };
    let muted = Other { standing: Standing { is_muted: true, ..standing(Some(Role::Member)) }, ..member };
    let go = Effect::Go(Whom::Other);
    for (step, about, expected) in [
        (Step::Remove, member, Ok(Decision::event(EventKind::Removed, [go.clone()]))),
        (Step::Remove, nobody, Err(Code::NotAMember)),
        (Step::Ban, member, Ok(Decision::event(EventKind::Removed, [go, Effect::Ban]))),
        (Step::Ban, nobody, Ok(Decision::silent(Effect::Ban))),
        (Step::Ban, banned, Ok(nothing())),
        (Step::Unban, banned, Ok(Decision::silent(Effect::Unban))),
        (Step::Unban, nobody, Ok(nothing())),
        (Step::Mute, member, Ok(Decision::silent(Effect::Mute))),
        (Step::Mute, muted, Ok(nothing())),
        (Step::Mute, nobody, Err(Code::NotAMember)),
        (Step::Unmute, muted, Ok(Decision::silent(Effect::Unmute))),
        (Step::Unmute, member, Ok(nothing())),
        (Step::Remove, Other { is_self: true, ..member }, Err(Code::Yourself)),
    ] {
        assert_eq!(decide(step.clone(), about), expected, "{step:?}");
    }
    let unknown = super::decide(&Step::Ban, &room(), &admin, None);
    assert_eq!(unknown, Err(Code::NoSuchPerson));
}

#[test]
fn members_bring_in_whom_they_may_write_to() {
    let member = standing(Some(Role::Member));
    let invite = |room: &Facts, author: &Standing, other: Other, with_history| {
        decide(&Step::Invite { with_history, part: String::new() }, room, author, Some(&other))
    };
    let enter = |from| Ok(Decision::event(EventKind::Joined, [Effect::Enter(Whom::Other, from)]));
    let (private, public) = (room(), Facts { is_public: true, ..room() });
    let guest = other(None);
    assert_eq!(invite(&private, &member, guest, false), enter(None));
    assert_eq!(invite(&private, &member, guest, true), enter(Some(Seq(7))), "nobody shows more than they see");
    assert_eq!(invite(&public, &member, guest, false), enter(Some(Seq(1))));
    assert_eq!(invite(&private, &member, other(Some(Role::Member)), false), Ok(nothing()));
    let refused = |room: &Facts, author: &Standing, other| invite(room, author, other, true).unwrap_err();
    assert_eq!(refused(&private, &member, Other { is_reachable: false, ..guest }), Code::NotInvitable);
    let banned = Standing { is_banned: true, ..standing(None) };
    assert_eq!(refused(&private, &member, Other { standing: banned, ..guest }), Code::BannedFromRoom);
    assert_eq!(refused(&private, &Standing { is_muted: true, ..member }, guest), Code::Muted);
    assert_eq!(refused(&Facts { is_archived: true, ..private.clone() }, &member, guest), Code::RoomClosed);
    assert_eq!(refused(&Facts { members_count: ROOM_MEMBERS_MAX, ..private.clone() }, &member, guest), Code::RoomFull);
    let nobody = decide(&Step::Invite { with_history: false, part: String::new() }, &private, &member, None);
    assert_eq!(nobody, Err(Code::NoSuchPerson));
}

#[test]
fn an_occupied_room_always_has_an_owner() {
    let owner = standing(Some(Role::Owner));
    let leave = |room: Facts, author| decide(&Step::Leave, &room, &author, None);
    assert_eq!(leave(room(), owner), Err(Code::LastOwner));
    let go = || Effect::Go(Whom::Author);
    assert_eq!(leave(Facts { owners_count: 2, ..room() }, owner), Ok(Decision::event(EventKind::Left, [go()])));
    assert_eq!(leave(room(), standing(Some(Role::Admin))), Ok(Decision::event(EventKind::Left, [go()])));
    let alone = Facts { members_count: 1, ..room() };
    assert_eq!(leave(alone, owner), Ok(Decision::event(EventKind::Left, [go(), Effect::Archive])));
    let step_down = |owners_count| {
        let other = Other { is_self: true, ..other(Some(Role::Owner)) };
        decide(&Step::Role(Role::Member), &Facts { owners_count, ..room() }, &owner, Some(&other))
    };
    assert_eq!(step_down(1), Err(Code::LastOwner));
    assert_eq!(step_down(2), Ok(Decision::saying(EventKind::Role, "member", Effect::Role(Role::Member))));
}

#[test]
fn owners_give_roles_to_members() {
    let give = |author, others, wanted| {
        let author = standing(Some(author));
        decide(&Step::Role(wanted), &Facts { owners_count: 2, ..room() }, &author, Some(&other(others)))
    };
    let given = |role: Role| Ok(Decision::saying(EventKind::Role, role.as_str(), Effect::Role(role)));
    for wanted in [Role::Owner, Role::Admin] {
        assert_eq!(give(Role::Owner, Some(Role::Member), wanted), given(wanted));
        assert_eq!(give(Role::Admin, Some(Role::Member), wanted), Err(Code::RoleTooLow));
        assert_eq!(give(Role::Member, Some(Role::Member), wanted), Err(Code::RoleTooLow));
        assert_eq!(give(Role::Owner, None, wanted), Err(Code::NotAMember));
    }
    assert_eq!(give(Role::Owner, Some(Role::Admin), Role::Member), given(Role::Member));
    assert_eq!(give(Role::Owner, Some(Role::Admin), Role::Admin), Ok(nothing()));
    assert_eq!(give(Role::Owner, Some(Role::Owner), Role::Member), Err(Code::RoleTooLow), "owners are equals");
}

#[test]
fn title_and_topic_are_set_by_owners_and_admins_while_the_room_is_open() {
    let describe = |step: Step, room: &Facts, role| decide(&step, room, &standing(Some(role)), None);
    let topic = || Step::Topic("Beans".to_owned());
    for role in [Role::Owner, Role::Admin] {
        let renamed = Decision::saying(EventKind::Renamed, "Coffee", Effect::Rename);
        assert_eq!(describe(rename("Coffee"), &room(), role), Ok(renamed));
        assert_eq!(describe(topic(), &room(), role), Ok(Decision::saying(EventKind::Topic, "Beans", Effect::Topic)));
        assert_eq!(describe(rename("Tea Room"), &room(), role), Ok(nothing()));
    }
    assert_eq!(describe(rename("Coffee"), &room(), Role::Member), Err(Code::RoleTooLow));
    assert_eq!(describe(topic(), &room(), Role::Member), Err(Code::RoleTooLow));
    let taken = Facts { is_title_free: false, ..room() };
    assert!(describe(rename("Coffee"), &taken, Role::Owner).is_ok(), "private rooms share names");
    let taken = Facts { is_public: true, ..taken };
    assert_eq!(describe(rename("Coffee"), &taken, Role::Owner), Err(Code::RoomNameTaken));
    let closed = Facts { is_archived: true, ..room() };
    assert_eq!(describe(rename("Coffee"), &closed, Role::Owner), Err(Code::RoomClosed));
    assert_eq!(describe(topic(), &closed, Role::Owner), Err(Code::RoomClosed));
}

#[test]
fn owners_close_a_room_and_open_it_again() {
    let close = |step: Step, room: &Facts, role| decide(&step, room, &standing(Some(role)), None);
    let closed = Facts { is_archived: true, ..room() };
    assert_eq!(close(Step::Archive(String::new()), &room(), Role::Admin), Err(Code::RoleTooLow));
    assert_eq!(close(Step::Reopen, &closed, Role::Admin), Err(Code::RoleTooLow));
    let archived = Decision::event(EventKind::Archived, [Effect::Archive]);
    assert_eq!(close(Step::Archive(String::new()), &room(), Role::Owner), Ok(archived));
    assert_eq!(close(Step::Archive(String::new()), &closed, Role::Owner), Ok(nothing()));
    let reopened = Decision::event(EventKind::Reopened, [Effect::Reopen]);
    assert_eq!(close(Step::Reopen, &closed, Role::Owner), Ok(reopened));
    assert_eq!(close(Step::Reopen, &room(), Role::Owner), Ok(nothing()));
    let taken = Facts { is_public: true, is_title_free: false, ..closed };
    assert_eq!(close(Step::Reopen, &taken, Role::Owner), Err(Code::RoomNameTaken));
}

#[test]
fn in_a_subject_room_its_owners_and_admins_say_who_takes_part_and_what_has_happened() {
    let subject = Facts { kind: RoomKind::Subject, ..room() };
    let step = |step: Step, room: &Facts, role| decide(&step, room, &standing(Some(role)), Some(&other(None)));
    let invite = || Step::Invite { with_history: true, part: "worker".to_owned() };
    let notice = || Step::Notice("Cancelled".to_owned());
    for role in [Role::Owner, Role::Admin] {
        let enter = vec![Effect::Enter(Whom::Other, Some(Seq(7)))];
        let joined = Decision { event: Some((EventKind::Joined, Some("worker".to_owned()))), effects: enter };
        assert_eq!(step(invite(), &subject, role), Ok(joined));
        for room in [subject.clone(), Facts { is_archived: true, ..subject.clone() }] {
            let said = Decision { event: Some((EventKind::Message, Some("Cancelled".to_owned()))), effects: vec![] };
            assert_eq!(step(notice(), &room, role), Ok(said));
        }
        assert_eq!(step(notice(), &room(), role), Err(Code::NotAllowed));
    }
    assert_eq!(step(invite(), &subject, Role::Member), Err(Code::RoleTooLow));
    assert_eq!(step(notice(), &subject, Role::Member), Err(Code::RoleTooLow));
    let closed = decide(&Step::Archive("Done".to_owned()), &subject, &standing(Some(Role::Owner)), None).unwrap();
    assert_eq!(closed.event, Some((EventKind::Archived, Some("Done".to_owned()))));
}
