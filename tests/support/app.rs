//! A server on a free port, with its data in a folder that goes away. Rule: it is started as the binary starts it, from a
//! configuration only.

use super::{Member, Visitor, within};
use std::{net::SocketAddr, sync::Arc};
use tempfile::TempDir;
use twotick::{Config, Server};
use wire::{Epoch, RoomId};

/// A running server.
pub struct TestApp {
    /// Where it listens.
    pub address: SocketAddr,
    server: Server,
    data: Arc<TempDir>,
}

impl TestApp {
    /// With the defaults.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// With other settings.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        app::start();
        let data = Arc::new(tempfile::tempdir().unwrap());
        let mut config = Config::new(data.path());
        config.listen = SocketAddr::from(([127, 0, 0, 1], 0));
        change(&mut config);
        let server = Server::start(config).await.unwrap();
        Self { address: server.address(), server, data }
    }

    /// The folder of its database.
    pub fn data_dir(&self) -> &std::path::Path {
        self.data.path()
    }

    /// The same folder, to be kept beyond this server.
    pub fn keep_data(&self) -> Arc<TempDir> {
        self.data.clone()
    }

    /// The life of its database.
    pub fn epoch(&self) -> Epoch {
        self.server.state().chat.epoch().clone()
    }

    /// The domain behind it, to look at what has changed.
    pub fn chat(&self) -> &domain::Chat {
        &self.server.state().chat
    }

    /// Somebody who has not signed in.
    pub fn visitor(&self) -> Visitor {
        Visitor::new(self.address)
    }

    /// A new account, signed in.
    pub async fn person(&self, name: &str) -> Member {
        Member::register(self.address, name).await
    }

    /// Ana and Ben, connected, with their room.
    pub async fn pair(&self) -> (Member, Member, RoomId) {
        let (ana, ben) = (self.person("ana").await, self.person("ben").await);
        ana.connect(&ben).await;
        let room = ana.room_with(&ben).await;
        (ana, ben, room)
    }

    /// Stops it as SIGTERM does.
    pub async fn stop(self) {
        within("the server to stop", self.server.stop()).await;
    }
}
