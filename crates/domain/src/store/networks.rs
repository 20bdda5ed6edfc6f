//! Where people sign in from, and from where nobody may. Rule: an address is written as `networks::network_of` gives it.

use super::{Tx, each};
use crate::{Error, networks};
use std::collections::BTreeSet;
use wire::{Code, Person, Time, UserId, admin::NetworkBan};

/// See [`admit`].
pub(super) const IS_BANNED: &str = "select user_id
    from network_bans
    where network = $1";

/// Refuses whoever comes from an address that is kept out.
pub(crate) async fn admit(tx: &mut Tx, network: Option<&str>) -> Result<(), Error> {
    let Some(network) = network else { return Ok(()) };
    let found: Option<(i64,)> = each!(tx, db => sqlx::query_as(IS_BANNED).bind(network).fetch_optional(db).await)?;
    if found.is_some() { Err(Code::AddressBanned.into()) } else { Ok(()) }
}

/// Notes where somebody signs in from.
pub(super) async fn note(tx: &mut Tx, user: UserId, network: Option<&str>) -> Result<(), Error> {
    if network.is_some() {
        each!(tx, db => sqlx::query(
            "update users
            set login_network = $2
            where id = $1",
        ).bind(user.0).bind(network).execute(db).await.map(|_| ()))?;
    }
    Ok(())
}

/// Keeps out where this account signs in from. To be called before its sessions are deleted.
pub(crate) async fn ban_those_of(tx: &mut Tx, user: UserId, by: UserId, at: Time) -> Result<(), Error> {
    let theirs = of(tx, Some(user)).await?;
    let operators = of(tx, None).await?;
    for network in networks::to_keep_out(theirs, &operators)? {
        each!(tx, db => sqlx::query(
            "insert into network_bans (network, user_id, by_id, at_ms)
            values ($1, $2, $3, $4)
            on conflict (network) do nothing",
        ).bind(&network).bind(user.0).bind(by.0).bind(at.0).execute(db).await.map(|_| ()))?;
        super::audit::insert(tx, at, Some(by), wire::admin::Action::AddressBanned, Some(user), None, &network).await?;
    }
    Ok(())
}

/// Where somebody, or every operator, signed in from.
async fn of(tx: &mut Tx, user: Option<UserId>) -> Result<BTreeSet<String>, Error> {
    let text = match user {
        Some(_) => {
            "select login_network from users where id = $1 and login_network is not null
            union
            select network from sessions where user_id = $1 and network is not null"
        }
        None => {
            "select login_network from users where is_operator and id <> $1 and login_network is not null
            union
            select sessions.network
            from users
            join sessions on sessions.user_id = users.id
            where users.is_operator and users.id <> $1 and sessions.network is not null"
        }
    };
    let user = user.map_or(0, |user| user.0);
    let found: Vec<(String,)> = each!(tx, db => sqlx::query_as(text).bind(user).fetch_all(db).await)?;
    Ok(found.into_iter().map(|(network,)| network).collect())
}

/// Lets people in from there again. Because of whom they were kept out; none: they were not.
pub(crate) async fn lift(tx: &mut Tx, network: &str) -> Result<Option<UserId>, Error> {
    let row: Option<(i64,)> = each!(tx, db => sqlx::query_as(
        "delete from network_bans
        where network = $1
        returning user_id",
    ).bind(network).fetch_optional(db).await)?;
    Ok(row.map(|(user,)| UserId(user)))
}

/// At most so many addresses that are kept out, the latest first.
pub(crate) async fn all(tx: &mut Tx, rows_max: i64) -> Result<Vec<NetworkBan>, Error> {
    type Row = (String, i64, i64, String, String, i64, String, String);
    let found: Vec<Row> = each!(tx, db => sqlx::query_as(
        "select network_bans.network, network_bans.at_ms, users.id, users.username, users.display_name,
            operators.id, operators.username, operators.display_name
        from network_bans
        join users on users.id = network_bans.user_id
        join users as operators on operators.id = network_bans.by_id
        order by network_bans.at_ms desc, network_bans.network
        limit $1",
    ).bind(rows_max).fetch_all(db).await)?;
    let person = |id, username, display_name| Person { id: UserId(id), username, display_name, ..Person::default() };
    let ban = |(network, at, id, username, name, by, by_username, by_name): Row| NetworkBan {
        network,
        because_of: person(id, username, name),
        by: person(by, by_username, by_name),
        at: Time(at),
    };
    Ok(found.into_iter().map(ban).collect())
}
