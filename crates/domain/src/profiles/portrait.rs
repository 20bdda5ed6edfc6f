//! Pictures of people. Rule: what is kept is a small square that was painted here, never the bytes that were sent; it is whole before
//! the row that names it, and the one before goes with the same transaction.

use crate::{
    Chat, Error, Viewer,
    files::{Form, internal},
    store::profiles,
};
use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use wire::{Cid, Code, Time, UserId, limits::AVATAR_BYTES_MAX};

/// For so long nothing may come of an upload before it is given up.
const IDLE: Duration = Duration::from_secs(30);
/// Of what is too large, so much more is read and thrown away, so that the sender hears why.
const PATIENCE: usize = 3;

impl Chat {
    /// Gives the viewer another picture.
    ///
    /// # Errors
    /// [`Code::EmptyFile`], [`Code::BadImage`], [`Code::ImageTooLarge`]; [`Code::SlowDown`] with the time to wait;
    /// [`Code::Malformed`] when it breaks off.
    pub async fn set_avatar<E>(
        &self,
        viewer: &Viewer,
        bytes: impl Stream<Item = Result<Bytes, E>> + Send + Unpin,
    ) -> Result<(), Error> {
        let at = self.begin_change(viewer).await?;
        let id = Cid::new(at.0, rand::random());
        let _turn = self.inner.place.take(id)?;
        let files = &self.inner.place.files;
        let kept = match self.receive_avatar(id, bytes).await {
            Ok(()) => files.keep_portrait(id).await,
            Err(error) => Err(error),
        };
        files.drop_part(id).await;
        kept?;
        if !self.show_avatar(viewer.user, Some(id), at).await? {
            files.remove(id).await?;
            return Err(Code::SignedOut.into());
        }
        Ok(())
    }

    /// Takes the viewer's picture away; letters take its place.
    ///
    /// # Errors
    /// [`Code::SlowDown`] with the time to wait.
    pub async fn remove_avatar(&self, viewer: &Viewer) -> Result<(), Error> {
        let at = self.begin_change(viewer).await?;
        self.show_avatar(viewer.user, None, at).await.map(drop)
    }

    /// A picture, if it is one of somebody whom the viewer can see: what it is by its bytes, and these.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn avatar(&self, viewer: &Viewer, id: Cid) -> Result<(&'static str, Vec<u8>), Error> {
        let mut tx = self.inner.store.read_once().await?;
        if !profiles::may_see(&mut tx, viewer.user, id).await? {
            return Err(Code::NotFound.into());
        }
        drop(tx);
        let files = &self.inner.place.files;
        let (_, format) = files.look(id, Form::Whole).await?;
        let format = format.ok_or_else(|| Error::Internal("a picture that is none".into()))?;
        let pieces: Vec<Bytes> = files.read(id, Form::Whole, None).await?.try_collect().await.map_err(internal)?;
        Ok((format.media_type(), pieces.concat()))
    }

    async fn receive_avatar<E>(
        &self,
        id: Cid,
        mut bytes: impl Stream<Item = Result<Bytes, E>> + Send + Unpin,
    ) -> Result<(), Error> {
        let mut file = self.inner.place.files.resume(id, 0).await?;
        let mut size = 0_usize;
        while let Some(piece) = tokio::time::timeout(IDLE, bytes.next()).await.map_err(|_| Code::Malformed)? {
            let piece = piece.map_err(|_| Code::Malformed)?;
            size = size.saturating_add(piece.len());
            if size > PATIENCE * AVATAR_BYTES_MAX {
                break;
            }
            if size <= AVATAR_BYTES_MAX {
                file.write_all(&piece).await.map_err(internal)?;
            }
        }
        file.flush().await.map_err(internal)?;
        match size {
            0 => Err(Code::EmptyFile.into()),
            1..=AVATAR_BYTES_MAX => Ok(()),
            _ => Err(Code::ImageTooLarge.into()),
        }
    }

    /// Whether the account is there.
    async fn show_avatar(&self, user: UserId, avatar: Option<Cid>, at: Time) -> Result<bool, Error> {
        let write = self
            .inner
            .store
            .write(move |tx| Box::pin(async move { Ok(profiles::set_avatar(tx, user, avatar, at).await?) }));
        let is_there = write.await?;
        self.inner.live.erasing.notify_one();
        self.tell_profile(user).await;
        Ok(is_there)
    }
}
