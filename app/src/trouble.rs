//! Why a server function gave no result. Rule: it is always a refusal with a stable code; what cannot be read is "try again"
//! in the browser (C3) and "malformed" on the server.

use crate::reply::ReplyEncoding;
use leptos::{prelude::FromServerFnError, server_fn::error::ServerFnErrorErr};
use serde::Serialize;
use wire::{
    Code, Refusal,
    read::{Read, Tree},
};

/// The error of every server function; on the wire, the refusal itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Trouble(pub Refusal);

impl Read for Trouble {
    fn read(tree: Tree) -> Option<Self> {
        Refusal::read(tree).map(Self)
    }
}

impl From<Code> for Trouble {
    #[inline(always)]
    fn from(code: Code) -> Self {
        Self(code.into())
    }
}

impl FromServerFnError for Trouble {
    type Encoder = ReplyEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        use ServerFnErrorErr::{Args, Deserialization, MissingArg};
        match error {
            Args(_) | MissingArg(_) => Code::Malformed.into(),
            Deserialization(_) if cfg!(feature = "ssr") => Code::Malformed.into(),
            _ => Code::TryAgain.into(),
        }
    }
}
