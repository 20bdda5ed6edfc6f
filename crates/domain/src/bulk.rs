//! Filling an empty database faster than people write, for measuring. Rule: built with the feature `bulk` only, which the
//! server never switches on; a database in which anybody has an account is refused, so that nothing that was acknowledged
//! is touched.

use crate::{
    Error, Settings, StartError, names,
    rooms::titles,
    store::{self, Store},
};
use wire::{Cid, Code, EventKind, Role, RoomId, RoomKind, Seq, Time, UserId};

/// A database that is being filled.
pub struct Bulk(Store);

/// Somebody without a password. The first one has the number 1, the next 2, and so on.
#[derive(Clone, Debug)]
pub struct Somebody {
    /// As at registration.
    pub username: String,
    /// What others see.
    pub display_name: String,
    /// When they came.
    pub at: Time,
}

/// A room with nobody in it. The first one has the number 1, the next 2, and so on.
#[derive(Clone, Debug)]
pub struct Room {
    /// Direct, or a group.
    pub kind: RoomKind,
    /// The two of a direct room.
    pub pair: Option<(UserId, UserId)>,
    /// Of a group.
    pub title: String,
    /// Whether anybody may join.
    pub is_public: bool,
    /// How many events it will have.
    pub head: Seq,
    /// The first and the last.
    pub span: (Time, Time),
}

/// Somebody who is in a room.
#[derive(Clone, Copy, Debug)]
pub struct Seat {
    /// Where.
    pub room: RoomId,
    /// Who.
    pub user: UserId,
    /// As what.
    pub role: Role,
    /// Since which event.
    pub joined: Seq,
    /// Up to where a device holds the log.
    pub delivered: Seq,
    /// Up to where it is read.
    pub read: Seq,
}

/// What somebody sees of a room.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// Where.
    pub room: RoomId,
    /// Who.
    pub user: UserId,
    /// The first position.
    pub from: Seq,
    /// The last one; none: for ever.
    pub to: Option<Seq>,
}

/// A move of a cursor, at the time when it was made.
#[derive(Clone, Copy, Debug)]
pub struct Move {
    /// Where.
    pub room: RoomId,
    /// Whose.
    pub user: UserId,
    /// The cursor: `read`, or else `delivered`.
    pub is_read: bool,
    /// To where.
    pub seq: Seq,
    /// When.
    pub at: Time,
}

/// An event of a log.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where.
    pub room: RoomId,
    /// At which position.
    pub seq: Seq,
    /// By whom.
    pub author: UserId,
    /// Under which id.
    pub cid: Cid,
    /// What happened.
    pub kind: EventKind,
    /// What was said.
    pub text: Option<String>,
    /// To whom.
    pub about: Option<UserId>,
    /// When.
    pub at: Time,
}

/// What is stored in one transaction; people before the rooms that they are in, and rooms before their events.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Accounts.
    pub people: Vec<Somebody>,
    /// Connected pairs.
    pub connected: Vec<(UserId, UserId)>,
    /// Rooms.
    pub rooms: Vec<Room>,
    /// Who is in them.
    pub seats: Vec<Seat>,
    /// What they see.
    pub spans: Vec<Span>,
    /// What they have read.
    pub moves: Vec<Move>,
    /// What happened.
    pub events: Vec<Entry>,
}

impl Bulk {
    /// Opens the database, brings it to this version, and refuses it if it is in use.
    ///
    /// # Errors
    /// One sentence.
    pub async fn open(settings: &Settings) -> Result<Self, StartError> {
        let store = store::open::open(settings).await?;
        let mut tx = store.read_once().await.map_err(unusable)?;
        let is_used = store::users::any(&mut tx).await.map_err(unusable)?;
        drop(tx);
        if is_used {
            store::open::close(&store).await;
            return Err(StartError::Database("there are accounts in it already".to_owned()));
        }
        Ok(Self(store))
    }

    /// Stores a batch in one transaction.
    ///
    /// # Errors
    /// `malformed` for a name that nobody could have; else as the database says.
    pub async fn store(&self, batch: Batch) -> Result<(), Error> {
        let names = batch.people.iter().all(|one| names::username(&one.username).is_ok());
        let titles = batch.rooms.iter().all(|room| room.pair.is_some() || titles::title(&room.title).is_ok());
        if !names || !titles {
            return Err(Code::Malformed.into());
        }
        let write = self.0.write(move |tx| Box::pin(async move { Ok(store::bulk::insert(tx, &batch).await?) }));
        write.await
    }

    /// Lets Postgres note how its tables are filled, as it does by itself in the course of a day, and gives the database back.
    ///
    /// # Errors
    /// As the database says.
    pub async fn close(self) -> Result<(), Error> {
        let mut tx = self.0.read_once().await?;
        store::bulk::analyze(&mut tx).await?;
        drop(tx);
        store::open::close(&self.0).await;
        Ok(())
    }
}

fn unusable(error: Error) -> StartError {
    StartError::Database(error.to_string())
}
