//! Who did what. Rule: each entry is one sentence, and names are those of now.

use super::moment;
use crate::{clock::Clock, page::Narrowed, pages::address::escaped};
use leptos::prelude::*;
use wire::admin::{Action, Actor, AuditRow, Listing};

/// `/admin/audit`.
#[component]
pub(super) fn Audit(
    listing: Listing<AuditRow>,
    /// To whom or where.
    narrowed: Narrowed,
    is_first: bool,
    clock: Clock,
) -> impl IntoView {
    let Listing { rows, next } = listing;
    let none = rows.is_empty().then(|| view! { <p class="hint">"Nothing of that kind has been done."</p> });
    let rows = rows.into_iter().map(|row| view! { <Row row clock/> }).collect_view();
    let here = format!("/admin/audit?person={}&room={}", escaped(&narrowed.person), escaped(&narrowed.room));
    let further = next.map(|next| {
        let href = format!("{here}&before={next}");
        view! { <p class="aside"><a href=href>"Before that"</a></p> }
    });
    let back = (!is_first).then(|| view! { <p class="aside"><a href=here>"The latest"</a></p> });
    view! {
        <form method="get" action="/admin/audit" role="search" class="narrow">
            <div class="field">
                <label for="person">"Username"</label>
                <input id="person" name="person" value=narrowed.person autocapitalize="none" autocomplete="off"/>
            </div>
            <div class="field">
                <label for="room">"Number of a room"</label>
                <input id="room" name="room" value=narrowed.room inputmode="numeric" autocomplete="off"/>
            </div>
            <button type="submit">"Show"</button>
        </form>
        <section>
            <h2>"Audit log"</h2>
            {none}
            <ol class="audit">{rows}</ol>
            {further}
            {back}
        </section>
    }
}

#[component]
fn Row(row: AuditRow, clock: Clock) -> impl IntoView {
    let at = row.at;
    view! {
        <li data-action=row.action.as_str()>
            <span dir="auto">{sentence(&row)}</span>
            <span class="username">{moment(clock, at)}</span>
        </li>
    }
}

/// What happened, in words.
fn sentence(row: &AuditRow) -> String {
    let who = match &row.actor {
        Actor::Person(person) => format!("{} (@{})", person.display_name, person.username),
        Actor::CommandLine => "The command line".to_owned(),
        Actor::Server => "The server".to_owned(),
    };
    let whom = row
        .about
        .as_ref()
        .map_or("somebody".to_owned(), |about| format!("{} (@{})", about.display_name, about.username));
    let place = row.room.as_ref().map_or_else(String::new, |(id, title)| match title.as_str() {
        "" => format!("room {id}"),
        title => format!("“{title}” (room {id})"),
    });
    let detail = &row.detail;
    let because = if detail.is_empty() { String::new() } else { format!(": {detail}") };
    let what = match row.action {
        Action::AccountBanned => format!("banned {whom}{because}"),
        Action::AccountUnbanned => format!("lifted the ban of {whom}"),
        Action::AccountDeleted => format!("deleted an account, now {whom}"),
        Action::PasswordReset => format!("gave {whom} a new password"),
        Action::AddressBanned => format!("banned the address {detail}, from which {whom} signed in"),
        Action::AddressUnbanned => format!("lifted the ban of the address {detail}"),
        Action::RoomDeleted => format!("deleted the room “{detail}”, {place}"),
        Action::Retention => format!("erased {detail} old messages"),
        Action::RoomInvited => format!("brought {whom} into {place}"),
        Action::RoomRemoved => format!("removed {whom} from {place}"),
        Action::RoomBanned => format!("banned {whom} from {place}"),
        Action::RoomUnbanned => format!("lifted the ban of {whom} from {place}"),
        Action::RoomMuted => format!("muted {whom} in {place}"),
        Action::RoomUnmuted => format!("let {whom} write in {place} again"),
        Action::RoomRole => format!("made {whom} {detail} of {place}"),
        Action::RoomRenamed => format!("renamed {place} to “{detail}”"),
        Action::RoomTopic => format!("changed the topic of {place}"),
        Action::RoomArchived => format!("closed {place}"),
        Action::RoomReopened => format!("opened {place} again"),
        Action::AppMade => format!("made the application {detail}"),
        Action::KeyMade => format!("made an API key: {detail}"),
        Action::KeyRevoked => format!("revoked an API key: {detail}"),
        Action::WebhookPaused => format!("paused a webhook: {detail}"),
        Action::WebhookResumed => format!("resumed a webhook: {detail}"),
        Action::Unknown => "did something that this version does not know".to_owned(),
    };
    format!("{who} {what}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::{Person, RoomId, Time, UserId};

    #[test]
    fn an_entry_is_a_sentence() {
        let person = |name: &str| Person {
            id: UserId(1),
            username: name.to_lowercase(),
            display_name: name.to_owned(),
            ..Person::default()
        };
        let row = AuditRow {
            at: Time(0),
            actor: Actor::Person(person("Ann")),
            action: Action::AccountBanned,
            about: Some(person("Bob")),
            room: None,
            detail: "Spam".to_owned(),
        };
        assert_eq!(sentence(&row), "Ann (@ann) banned Bob (@bob): Spam");
        let room = Some((RoomId(7), "Tea".to_owned()));
        let muted = AuditRow { action: Action::RoomMuted, room, detail: String::new(), ..row.clone() };
        assert_eq!(sentence(&muted), "Ann (@ann) muted Bob (@bob) in “Tea” (room 7)");
        let reset = AuditRow { actor: Actor::CommandLine, action: Action::PasswordReset, ..row };
        assert_eq!(sentence(&reset), "The command line gave Bob (@bob) a new password");
    }
}
