//! Who is here. Rule: without news from the server nobody is said to be online or offline.

use crate::ordered::Map;
use wire::{Presence, UserId};

use crate::view::PresenceView;

/// What was last heard of each person.
#[derive(Clone, Debug, Default)]
pub(crate) struct People {
    known: Map<UserId, Presence>,
    /// Whether anything was heard at all: a page that was made without a server knows of nobody.
    heard: bool,
}

impl People {
    /// Everybody, as `welcome` or a page tells: who is not named is offline.
    pub fn replace(&mut self, presence: Vec<Presence>) {
        self.heard = true;
        for gone in self.known.values_mut() {
            gone.online = false;
        }
        for one in presence {
            self.set(one);
        }
    }

    /// Everybody of whom a page tells something.
    pub fn seed(&mut self, presence: Vec<Presence>) {
        if !presence.is_empty() {
            self.replace(presence);
        }
    }

    /// One came or went.
    pub fn set(&mut self, presence: Presence) {
        let last_seen = presence.last_seen.or_else(|| self.known.get(&presence.user).and_then(|known| known.last_seen));
        self.known.insert(presence.user, Presence { last_seen, ..presence });
    }

    /// What to show, while news come.
    pub fn view(&self, user: UserId) -> PresenceView {
        match self.known.get(&user) {
            _ if !self.heard => PresenceView::Unknown,
            Some(presence) if presence.online => PresenceView::Online,
            other => PresenceView::Offline { last_seen: other.and_then(|presence| presence.last_seen) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::Time;

    #[test]
    fn who_is_not_named_is_offline_and_last_seen_is_kept() {
        let mut people = People::default();
        let one = |user, online, last_seen| Presence { user: UserId(user), online, last_seen };
        people.set(one(2, false, Some(Time(5))));
        people.set(one(3, true, None));
        assert_eq!(people.view(UserId(3)), PresenceView::Unknown, "nobody has told who else is here");
        people.seed(vec![]);
        assert_eq!(people.view(UserId(4)), PresenceView::Unknown, "a page without people tells nothing");
        people.replace(vec![one(2, true, None)]);
        assert_eq!(people.view(UserId(2)), PresenceView::Online);
        assert_eq!(people.view(UserId(3)), PresenceView::Offline { last_seen: None });
        people.replace(vec![]);
        assert_eq!(people.view(UserId(2)), PresenceView::Offline { last_seen: Some(Time(5)) });
    }
}
