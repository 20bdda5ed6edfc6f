//! The server: configuration, routes, pages, socket gateway, telemetry and commands. Rule: HTTP ends here; what a
//! person may do is decided by the domain.

pub mod api;
pub mod assets;
pub mod clock;
pub mod commands;
pub mod config;
pub mod cookie;
pub mod files;
mod gateway;
pub mod guard;
pub mod health;
pub mod listener;
pub mod offline;
pub mod outbound;
pub mod pages;
pub mod patience;
pub mod problem;
pub mod push;
pub mod router;
pub mod server;
pub mod state;
pub mod telemetry;
pub mod viewer;
pub mod webhooks;

pub use config::Config;
pub use server::{ServeError, Server, serve};
