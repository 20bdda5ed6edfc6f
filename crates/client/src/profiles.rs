//! How people show themselves. Rule: a name follows its person into everything that is held, and what was read before somebody changed
//! it does not bring it back.

use wire::{Event, Person, RoomId, Time};

use crate::Client;
use crate::room::Room;

impl Client {
    /// Somebody as they show themselves now, as far as the server has said it; else as they were known.
    pub fn newest(&self, person: &Person) -> Person {
        self.profiles.iter().find(|known| known.id == person.id).unwrap_or(person).clone()
    }

    /// What this browser kept shows people as of then: whatever has changed since is asked for. To be told with the seeds.
    pub fn seed_profiles(&mut self, at: Time) {
        if at < self.profiles_at {
            (self.profiles_at, self.profiles_wanted) = (at, true);
            self.run();
        }
    }

    pub(crate) fn take_profiles(&mut self, people: Vec<Person>, at: Option<Time>) {
        for person in people {
            self.profiles.retain(|known| known.id != person.id);
            if person.id == self.me.id {
                self.me = person.clone();
            }
            self.news.person(person.id);
            self.profiles.push(person);
        }
        let rooms: Vec<RoomId> = self.rooms.keys().copied().collect();
        rooms.into_iter().for_each(|id| self.name_people(id));
        if let Some(at) = at {
            self.profiles_at = at;
        }
    }

    /// Shows everybody in what is held of a room as they are known now.
    pub(crate) fn name_people(&mut self, id: RoomId) {
        let Some(room) = self.rooms.get_mut(&id) else { return };
        if self.profiles.iter().fold(false, |changed, person| room.name(person) | changed) {
            self.tell_timeline(id);
        }
    }
}

impl Room {
    /// Whether somebody was shown otherwise here.
    fn name(&mut self, person: &Person) -> bool {
        let mut changed = false;
        if let Some(peer) = self.peer.as_mut().filter(|peer| peer.id == person.id && **peer != *person) {
            *peer = person.clone();
            self.title.clone_from(&person.display_name);
            changed = true;
        }
        let older = self.excerpt.as_mut().into_iter().flat_map(|older| older.events_mut());
        let held = self.window.events_mut().chain(older).chain(self.last.as_mut());
        held.fold(changed, |changed, event| name(event, person) | changed)
    }
}

fn name(event: &mut Event, person: &Person) -> bool {
    let quoted = event.message.as_mut().and_then(|message| message.reply_to.as_mut()?.author.as_mut());
    let named = [Some(&mut event.author), event.about.as_deref_mut(), quoted];
    let mut changed = false;
    for known in named.into_iter().flatten() {
        let is_old = known.display_name != person.display_name || known.avatar != person.avatar;
        if known.id == person.id && is_old {
            known.display_name.clone_from(&person.display_name);
            known.avatar = person.avatar;
            changed = true;
        }
    }
    changed
}
