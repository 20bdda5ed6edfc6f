//! People, and who is connected with whom.

use super::{
    asked::{Asked, At, Caller},
    problem::{Answer, Done, Is},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wire::{Person, PersonRow};

/// Whom to look for.
#[derive(Deserialize, JsonSchema)]
pub struct Sought {
    /// A part of a username or display name; nobody is found for none.
    q: Option<String>,
}

/// A person, by name.
#[derive(Deserialize, JsonSchema)]
pub struct PersonPath {
    /// The username.
    pub username: String,
}

/// What to do about a person.
#[derive(Deserialize, JsonSchema)]
pub struct StepPath {
    /// The username.
    username: String,
    /// What.
    step: Step,
}

/// `request` asks, and accepts where the other has asked; `cancel` takes the own request back; `remove` ends a connection.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Ask.
    Request,
    /// Agree.
    Accept,
    /// Do not.
    Decline,
    /// Take it back.
    Cancel,
    /// End it.
    Remove,
}

/// People, each with what they are to the caller.
#[derive(Serialize, JsonSchema)]
pub struct People {
    people: Vec<PersonRow>,
}

/// Whom the caller has blocked.
#[derive(Serialize, JsonSchema)]
pub struct Blocked {
    people: Vec<Person>,
}

/// `GET /api/v1/users`.
pub async fn find(caller: Caller, Asked(sought): Asked<Sought>) -> Answer<Is<People>> {
    let people = caller.find_people(&caller.viewer, &sought.q.unwrap_or_default()).await?;
    Ok(Is(People { people }))
}

/// `GET /api/v1/users/{username}`.
pub async fn read(caller: Caller, At(path): At<PersonPath>) -> Answer<Is<PersonRow>> {
    Ok(Is(caller.person(&caller.viewer, &path.username).await?))
}

/// `GET /api/v1/connections`.
pub async fn connections(caller: Caller) -> Answer<Is<People>> {
    Ok(Is(People { people: caller.people(&caller.viewer).await? }))
}

/// `POST /api/v1/connections/{username}/{step}`.
pub async fn connect(caller: Caller, At(path): At<StepPath>) -> Answer<Is<PersonRow>> {
    let (me, username) = (&caller.viewer, path.username.as_str());
    Ok(Is(match path.step {
        Step::Request => caller.request_connection(me, username).await?,
        Step::Accept => caller.accept_connection(me, username).await?,
        Step::Decline => caller.decline_connection(me, username).await?,
        Step::Cancel => caller.cancel_request(me, username).await?,
        Step::Remove => caller.remove_connection(me, username).await?,
    }))
}

/// `GET /api/v1/blocks`.
pub async fn blocked(caller: Caller) -> Answer<Is<Blocked>> {
    Ok(Is(Blocked { people: caller.blocked(&caller.viewer).await? }))
}

/// `PUT /api/v1/blocks/{username}`.
pub async fn block(caller: Caller, At(path): At<PersonPath>) -> Answer<Done> {
    caller.block(&caller.viewer, &path.username).await?;
    Ok(Done)
}

/// `DELETE /api/v1/blocks/{username}`.
pub async fn unblock(caller: Caller, At(path): At<PersonPath>) -> Answer<Done> {
    caller.unblock(&caller.viewer, &path.username).await?;
    Ok(Done)
}
