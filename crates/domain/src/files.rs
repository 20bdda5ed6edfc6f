//! The bytes of files. Rule: whatever a row of the database names is whole on disk before (RELIABILITY, attachments); what is on its
//! way lies apart, and whatever no row names is swept.

mod exif;
pub(crate) mod kind;
mod paint;
mod strip;

use crate::Error;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use kind::{Format, Kind};
use object_store::{
    GetOptions, GetRange, ObjectStore, ObjectStoreExt, WriteMultipart, local::LocalFileSystem, path::Path as Key,
};
use std::{
    io,
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::{
    fs::{File, OpenOptions},
    io::{AsyncReadExt, AsyncSeekExt},
    sync::{OnceCell, Semaphore},
};
use wire::{
    Cid, Code,
    limits::{AVATAR_PIXELS_MAX, AVATAR_SIDE_MAX, THUMBNAIL_SIDE_MAX},
};

/// Bytes that are copied at once.
const COPY_BYTES: usize = 256 * 1024;

/// Which bytes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As it is kept.
    Whole,
    /// Small, to be shown in a conversation.
    Thumbnail,
}

/// Where they lie.
#[derive(Debug)]
pub(crate) struct Files {
    folder: PathBuf,
    /// Opened with the first file, so that an installation without files has no folder.
    store: OnceCell<Arc<LocalFileSystem>>,
    /// One image is opened at a time: that bounds the memory, and leaves the rest of the machine to messages.
    painting: Semaphore,
}

/// A file that is whole and kept.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) kind: Kind,
    pub(crate) size: i64,
    pub(crate) has_thumbnail: bool,
}

impl Kept {
    /// Of an image, width and height as it is shown.
    pub(crate) fn shown(&self) -> Option<(u32, u32)> {
        match &self.kind {
            Kind::Image(shape) => Some(shape.shown()),
            Kind::Other(_) => None,
        }
    }
}

/// Bytes as they are read.
pub(crate) type Read = BoxStream<'static, io::Result<Bytes>>;

impl Files {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, store: OnceCell::new(), painting: Semaphore::new(1) }
    }

    async fn store(&self) -> Result<&Arc<LocalFileSystem>, Error> {
        let open = async || -> Result<_, Error> {
            tokio::fs::create_dir_all(self.folder.join("parts")).await.map_err(internal)?;
            let store = LocalFileSystem::new_with_prefix(&self.folder).map_err(internal)?;
            Ok(Arc::new(store.with_fsync(true)))
        };
        self.store.get_or_try_init(open).await
    }

    fn part(&self, id: Cid, end: &str) -> PathBuf {
        self.folder.join("parts").join(format!("{id}{end}"))
    }

    /// The part that has come, open at its end: whatever is behind `received` bytes was never confirmed.
    pub(crate) async fn resume(&self, id: Cid, received: i64) -> Result<File, Error> {
        self.store().await?;
        let part = self.part(id, "");
        let mut file =
            OpenOptions::new().create(true).truncate(false).write(true).open(part).await.map_err(internal)?;
        let received = u64::try_from(received).unwrap_or_default();
        if file.metadata().await.map_err(internal)?.len() < received {
            return Err(Error::Internal("a part of a file is shorter than it was confirmed to be".into()));
        }
        file.set_len(received).await.map_err(internal)?;
        file.seek(io::SeekFrom::End(0)).await.map_err(internal)?;
        Ok(file)
    }

    /// Makes the whole file of a part: looks what it is, takes out what tells of places and devices, draws it small, keeps both.
    pub(crate) async fn keep(&self, id: Cid) -> Result<Kept, Error> {
        let store = self.store().await?.clone();
        let (part, clean, small) = (self.part(id, ""), self.part(id, ".clean"), self.part(id, ".small"));
        let turn = self.painting.acquire().await.map_err(internal)?;
        let (from, to, tiny) = (part.clone(), clean.clone(), small.clone());
        let (kind, has_thumbnail) = match tokio::task::spawn_blocking(move || make(&from, &to, &tiny)).await {
            Ok(made) => made.map_err(internal)?,
            // A decoder that fails over some bytes says nothing about the file.
            Err(error) if error.is_panic() => (Kind::Other(kind::UNKNOWN), false),
            Err(error) => return Err(internal(error)),
        };
        drop(turn);
        let is_clean = matches!(kind, Kind::Image(_));
        let size = put(&store, if is_clean { &clean } else { &part }, key(id, Form::Whole)).await?;
        if has_thumbnail {
            put(&store, &small, key(id, Form::Thumbnail)).await?;
        }
        Ok(Kept { kind, size, has_thumbnail })
    }

    /// Makes a portrait of a part: a small square that has nothing but its pixels, kept as the whole of the file.
    ///
    /// # Errors
    /// [`Code::BadImage`], [`Code::ImageTooLarge`].
    pub(crate) async fn keep_portrait(&self, id: Cid) -> Result<(), Error> {
        let store = self.store().await?.clone();
        let small = self.part(id, ".small");
        let (part, clean, tiny) = (self.part(id, ""), self.part(id, ".clean"), small.clone());
        let turn = self.painting.acquire().await.map_err(internal)?;
        match tokio::task::spawn_blocking(move || portray(&part, &clean, &tiny)).await {
            Ok(made) => made?,
            // A decoder that fails over some bytes says nothing about the server.
            Err(error) if error.is_panic() => return Err(Code::BadImage.into()),
            Err(error) => return Err(internal(error)),
        }
        drop(turn);
        put(&store, &small, key(id, Form::Whole)).await?;
        Ok(())
    }

    /// Nothing is left of what was on its way.
    pub(crate) async fn drop_part(&self, id: Cid) {
        for end in ["", ".clean", ".small"] {
            let _ = tokio::fs::remove_file(self.part(id, end)).await;
        }
    }

    /// Some bytes of a file, in pieces.
    pub(crate) async fn read(&self, id: Cid, form: Form, range: Option<Range<u64>>) -> Result<Read, Error> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        let found = self.store().await?.get_opts(&key(id, form), options).await.map_err(internal)?;
        Ok(found.into_stream().map_err(io::Error::other).boxed())
    }

    /// How long it is, and which image by its bytes.
    pub(crate) async fn look(&self, id: Cid, form: Form) -> Result<(u64, Option<Format>), Error> {
        let options = GetOptions { range: Some(GetRange::Bounded(0..16)), ..GetOptions::default() };
        let found = self.store().await?.get_opts(&key(id, form), options).await.map_err(internal)?;
        let size = found.meta.size;
        Ok((size, Format::of(&found.bytes().await.map_err(internal)?)))
    }

    /// Removes a file for good.
    pub(crate) async fn remove(&self, id: Cid) -> Result<(), Error> {
        self.drop_part(id).await;
        for form in [Form::Whole, Form::Thumbnail] {
            match self.store().await?.delete(&key(id, form)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(internal(error)),
            }
        }
        Ok(())
    }

    /// Whether there are any.
    pub(crate) fn is_there(&self) -> bool {
        self.folder.is_dir()
    }

    /// Everything that lies here and was last written before this moment, by id; whether it is a part only.
    pub(crate) async fn older_than(&self, before_ms: i64) -> Result<BoxStream<'static, (Cid, bool)>, Error> {
        let listed = self.store().await?.list(None);
        let old = listed.filter_map(move |meta| async move {
            let meta = meta.ok().filter(|meta| meta.last_modified.timestamp_millis() < before_ms)?;
            let id = meta.location.filename()?.split('.').next()?.parse::<Cid>().ok()?;
            Some((id, meta.location.as_ref().starts_with("parts/")))
        });
        Ok(old.boxed())
    }
}

fn key(id: Cid, form: Form) -> Key {
    let folder = if form == Form::Whole { "whole" } else { "small" };
    // The last characters of the id are chance: so no folder gets all files.
    let name = id.to_string();
    Key::from(format!("{folder}/{}/{name}", name.get(name.len() - 2..).unwrap_or_default()))
}

/// What the file is; an image is written anew without what tells of places and devices, and small if that saves something.
fn make(part: &Path, clean: &Path, small: &Path) -> io::Result<(Kind, bool)> {
    let Some(shape) = strip::strip(part, clean)? else { return Ok((kind::of_file(part)?, false)) };
    match paint::paint(clean, small, &shape, THUMBNAIL_SIDE_MAX) {
        Ok(has_thumbnail) => Ok((Kind::Image(shape), has_thumbnail)),
        // It looks like an image and is none.
        Err(error) => {
            tracing::debug!(%error, "a file that begins like an image cannot be opened as one");
            Ok((Kind::Other(kind::UNKNOWN), false))
        }
    }
}

fn portray(part: &Path, clean: &Path, small: &Path) -> Result<(), Code> {
    let shape = strip::strip(part, clean).ok().flatten().ok_or(Code::BadImage)?;
    if shape.pixels() > AVATAR_PIXELS_MAX {
        return Err(Code::ImageTooLarge);
    }
    match paint::portrait(clean, small, &shape, AVATAR_SIDE_MAX) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Code::ImageTooLarge),
        Err(error) => {
            tracing::debug!(%error, "a file that begins like an image cannot be opened as one");
            Err(Code::BadImage)
        }
    }
}

/// Copies a finished file into the store, with little of it in memory. It is there whole, and safely, when this returns.
async fn put(store: &LocalFileSystem, from: &Path, key: Key) -> Result<i64, Error> {
    let mut file = File::open(from).await.map_err(internal)?;
    let mut write = WriteMultipart::new_with_chunk_size(store.put_multipart(&key).await.map_err(internal)?, COPY_BYTES);
    let (mut bytes, mut size) = (vec![0; COPY_BYTES], 0);
    loop {
        let count = file.read(&mut bytes).await.map_err(internal)?;
        if count == 0 {
            break;
        }
        write.wait_for_capacity(1).await.map_err(internal)?;
        write.write(&bytes[..count]);
        size += i64::try_from(count).unwrap_or(i64::MAX);
    }
    write.finish().await.map_err(internal)?;
    Ok(size)
}

pub(crate) fn internal(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Internal(Box::new(error))
}
