//! Identifiers. Rule: one type per noun, so that a room's number is never passed for a user's.

use serde::{Deserialize, Serialize};
use std::{fmt, num::ParseIntError, str::FromStr};

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(out)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;
            fn from_str(text: &str) -> Result<Self, ParseIntError> {
                text.parse().map(Self)
            }
        }
    };
}

number!(
    /// An account, for ever: a deleted account's number is not given again.
    UserId
);
number!(
    /// A room.
    RoomId
);
number!(
    /// Where an application is told of what happens.
    WebhookId
);
number!(
    /// One signed-in browser or device.
    SessionId
);
number!(
    /// A position in one room's log: 1, 2, 3, … without holes; 0 is "before the first event" (SPEC 1).
    Seq
);

number!(
    /// A host application.
    AppId
);
number!(
    /// One of its keys.
    KeyId
);

impl Seq {
    /// The position after this one.
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// The id that a client makes for each thing it sends and keeps until it is settled (SPEC 2): a UUIDv7, unique per
/// author for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cid(pub uuid::Uuid);

impl Cid {
    /// A UUIDv7 of this moment (milliseconds since 1970) and ten bytes of randomness.
    pub fn new(now_ms: i64, random: [u8; 10]) -> Self {
        let millis = u64::try_from(now_ms).unwrap_or_default();
        Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }

    /// When it was made, in milliseconds since 1970; 0 of one that does not say so.
    pub fn made_ms(&self) -> i64 {
        let millis = self.0.as_u128() >> 80;
        if self.0.get_version_num() == 7 { i64::try_from(millis).unwrap_or_default() } else { 0 }
    }

    /// The sixteen bytes under which the database keeps it.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// From the database's sixteen bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(uuid::Uuid::from_bytes(bytes))
    }
}

impl fmt::Display for Cid {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl FromStr for Cid {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        text.parse().map(Self)
    }
}

/// Names one life of the database: a restored one has another, and clients then forget what they hold (C12).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Epoch(pub String);
