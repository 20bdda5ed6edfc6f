//! What can go wrong inside, once for the crate. Rule: a person sees the refusal only; the rest is for the log.

use wire::{Code, Refusal};

/// Why a method of [`crate::Chat`] gave no result.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It was not carried out, and nothing has changed.
    #[error("refused: {}", .0.code)]
    Refused(Refusal),
    /// Whether it was carried out is not known: the same request may be sent again (C3).
    #[error("the outcome is not known")]
    Unknown,
    /// It was not carried out for a reason that is no business of the user's.
    #[error("internal: {0}")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// What may be told to the user: [`Code::TryAgain`] unless it was refused.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Refused(refusal) => refusal.clone(),
            Self::Unknown | Self::Internal(_) => Code::TryAgain.into(),
        }
    }

    /// The refusal's code, [`Code::TryAgain`] unless it was refused.
    pub fn code(&self) -> Code {
        match self {
            Self::Refused(refusal) => refusal.code,
            Self::Unknown | Self::Internal(_) => Code::TryAgain,
        }
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::Refused(code.into())
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Internal(Box::new(error))
    }
}

/// Why [`crate::Chat::open`] did not start: one sentence for the operator.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Neither `sqlite:` nor `postgres:`, or not readable as one.
    #[error("The database URL must be sqlite:/path/to/file.db or postgres://user@host/database: {0}.")]
    Url(String),
    /// The folder or file of the SQLite database cannot be created or written.
    #[error("The database {path} cannot be written: {why}. Check that the folder exists and belongs to this user.")]
    Unwritable {
        /// The file.
        path: String,
        /// The system's word for it.
        why: String,
    },
    /// Postgres did not answer or did not let this user in.
    #[error("Postgres cannot be reached: {0}. Check the database URL and that the server runs.")]
    Unreachable(String),
    /// A later version of Twotick has changed this database.
    #[error(
        "The database was made by a newer version of Twotick (migration {0}). Start that version or restore a backup."
    )]
    Newer(i64),
    /// Settings of the database under which an acknowledged message could be lost (C1).
    #[error("The database would not keep what it acknowledges: {0}.")]
    Weak(String),
    /// Anything else, in the database's words.
    #[error("The database could not be opened: {0}.")]
    Database(String),
}
