//! Who owns a room when its last owner's account is deleted. Rule: the longest-standing admin, else the longest-standing member;
//! whoever is banned from the installation comes last.

use wire::{Role, Seq, UserId};

/// Somebody in the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Heir {
    pub(crate) user: UserId,
    pub(crate) role: Role,
    /// The event with which they came in.
    pub(crate) joined: Seq,
    /// From this installation.
    pub(crate) is_banned: bool,
}

/// Who owns the room once this one has left; none: it has another owner, or nobody is left.
pub(crate) fn heir(members: &[Heir], leaving: UserId) -> Option<UserId> {
    let is_owner = |member: &&Heir| member.role == Role::Owner;
    if !members.iter().filter(is_owner).all(|owner| owner.user == leaving) {
        return None;
    }
    let rank = |member: &&Heir| (member.is_banned, member.role, member.joined, member.user);
    members.iter().filter(|member| member.user != leaving).min_by_key(rank).map(|member| member.user)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAVING: i64 = 1;

    fn check(members: &[(i64, Role, i64, bool)], expected: Option<i64>) {
        let member = |(user, role, joined, is_banned): &(i64, Role, i64, bool)| Heir {
            user: UserId(*user),
            role: *role,
            joined: Seq(*joined),
            is_banned: *is_banned,
        };
        let members: Vec<Heir> = members.iter().map(member).collect();
        assert_eq!(heir(&members, UserId(LEAVING)), expected.map(UserId), "{members:?}");
    }

    #[test]
    fn the_longest_standing_admin_owns_it_next_and_else_the_longest_standing_member() {
        let owner = (LEAVING, Role::Owner, 1, false);
        check(&[owner, (2, Role::Member, 2, false), (3, Role::Admin, 9, false), (4, Role::Admin, 8, false)], Some(4));
        check(&[owner, (2, Role::Member, 5, false), (3, Role::Member, 4, false)], Some(3));
        check(&[owner, (3, Role::Member, 1, false), (2, Role::Member, 1, false)], Some(2));
        check(&[owner, (2, Role::Admin, 2, true), (3, Role::Member, 9, false)], Some(3));
        check(&[owner, (2, Role::Admin, 2, true)], Some(2));
    }

    #[test]
    fn nobody_inherits_what_is_owned_or_empty() {
        check(&[(LEAVING, Role::Owner, 1, false), (2, Role::Owner, 2, false), (3, Role::Admin, 3, false)], None);
        check(&[(LEAVING, Role::Owner, 1, false)], None);
        check(&[(LEAVING, Role::Member, 2, false), (2, Role::Owner, 1, false)], None);
    }
}
