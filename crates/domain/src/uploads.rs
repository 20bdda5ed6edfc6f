//! Uploading files and reading them (SPEC 4). Rule: only who may write in a room uploads for it, only who sees a message reads its files;
//! what was confirmed of an upload is on disk, and an upload that begins twice under its id is one.

mod place;
mod sweep;

pub(crate) use place::{Place, Turn};

use crate::{
    Chat, Error, Viewer,
    files::{
        Form, Read, internal,
        kind::{self, Format},
    },
    log::{
        decide::{Finding, Wish},
        erasure::fresh_cid,
    },
    store::{
        self,
        uploads::{self, Upload},
    },
};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use std::{ops::Range, time::Duration};
use tokio::io::AsyncWriteExt;
use wire::{
    Attachment, Cid, Code, RoomId, Time,
    limits::{FILE_NAME_CHARS_MAX, UPLOAD_STEP_BYTES, UPLOADS_PENDING_BYTES_MAX, UPLOADS_PENDING_MAX},
};

/// For so long nothing may come of an upload before the request is given up; what has come is kept.
const IDLE: Duration = Duration::from_secs(30);

/// A file that is to be uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewUpload {
    /// The client's id for it, the same in every retry.
    pub id: Cid,
    /// For which room.
    pub room: RoomId,
    /// As it is called.
    pub name: String,
    /// Bytes.
    pub size: i64,
}

/// How far an upload has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Which.
    pub id: Cid,
    /// Bytes that are to come in all.
    pub size: i64,
    /// Bytes that are here, and safe.
    pub offset: i64,
}

/// A whole file that the viewer may read.
#[derive(Clone, Debug)]
pub struct Readable {
    /// What it is.
    pub attachment: Attachment,
    /// Bytes of the form that was asked for.
    pub size: u64,
    form: Form,
    small_type: &'static str,
}

impl Readable {
    /// What the form that was asked for is, by its bytes.
    pub fn media_type(&self) -> &str {
        match self.form {
            Form::Whole => &self.attachment.media_type,
            Form::Thumbnail => self.small_type,
        }
    }
}

impl Chat {
    /// Begins an upload; again under the same id it is the same one.
    ///
    /// # Errors
    /// Those of sending a message in the room; `empty_file`, `file_too_large`, `too_many_uploads`; `cid_conflict` for the id of
    /// something else.
    pub async fn begin_upload(&self, viewer: &Viewer, new: NewUpload) -> Result<Progress, Error> {
        let NewUpload { id, room, name, size } = new;
        self.check_size(size)?;
        self.may_upload(viewer, room).await?;
        let upload = upload(viewer, id, room, &name, size);
        self.note(upload).await
    }

    /// How far it has come. One that has come to its end is made whole, if that did not happen.
    ///
    /// # Errors
    /// `no_such_upload`, `upload_busy`.
    pub async fn upload_progress(&self, viewer: &Viewer, id: Cid) -> Result<Progress, Error> {
        let upload = self.own_upload(viewer, id).await?;
        if upload.whole.is_none() && upload.received == upload.announced {
            let turn = self.inner.place.take(id)?;
            self.settle_upload(upload.clone(), turn).await?;
        }
        Ok(progress(&upload))
    }

    /// Takes bytes from where the upload was left. What has come is kept, however the request ends.
    ///
    /// # Errors
    /// `no_such_upload`, `upload_busy`; `upload_offset` for bytes from elsewhere; `file_too_large` for more than were announced.
    pub async fn upload<E>(
        &self,
        viewer: &Viewer,
        id: Cid,
        offset: i64,
        bytes: impl Stream<Item = Result<Bytes, E>> + Send + Unpin + 'static,
    ) -> Result<Progress, Error>
    where
        E: Send + 'static,
    {
        let turn = self.inner.place.take(id)?;
        let upload = self.own_upload(viewer, id).await?;
        if offset != upload.received || upload.seq.is_some() {
            return Err(Code::UploadOffset.into());
        }
        let chat = self.clone();
        // Whoever hangs up leaves what has come.
        let task = tokio::spawn(async move {
            let mut upload = upload;
            upload.received = chat.receive(&upload, bytes).await?;
            if upload.received == upload.announced && upload.whole.is_none() {
                chat.settle_upload(upload.clone(), turn).await?;
            }
            Ok(progress(&upload))
        });
        task.await.unwrap_or(Err(Error::Unknown))
    }

    /// Gives up an upload that was not sent.
    ///
    /// # Errors
    /// `no_such_upload`.
    pub async fn cancel_upload(&self, viewer: &Viewer, id: Cid) -> Result<(), Error> {
        // Whoever is sending it right now finds its row gone; the bytes are removed when that request has ended.
        let user = viewer.user;
        let dropped = self.inner.store.write(move |tx| Box::pin(async move { Ok(uploads::drop(tx, id, user).await?) }));
        if !dropped.await? {
            return Err(Code::NoSuchUpload.into());
        }
        self.inner.live.erasing.notify_one();
        Ok(())
    }

    /// Takes a whole file of which it is not known how long it is, from a plain form. Under the id of one that was sent, nothing
    /// happens: the form came twice.
    ///
    /// # Errors
    /// Those of [`Chat::begin_upload`]; [`Error::Internal`] when the form breaks off.
    pub async fn upload_whole<E: std::error::Error + Send + Sync + 'static>(
        &self,
        viewer: &Viewer,
        new: NewUpload,
        mut bytes: impl Stream<Item = Result<Bytes, E>> + Send + Unpin,
    ) -> Result<(), Error> {
        let NewUpload { id, room, name, .. } = new;
        let turn = self.inner.place.take(id)?;
        self.may_upload(viewer, room).await?;
        let mut tx = self.inner.store.read_once().await?;
        let known = uploads::find(&mut tx, id).await?;
        drop(tx);
        match known {
            Some(known) if known.user != viewer.user || known.room != room => return Err(Code::CidConflict.into()),
            Some(known) if known.seq.is_some() => return Ok(()),
            Some(_) => {
                let user = viewer.user;
                self.inner
                    .store
                    .write(move |tx| Box::pin(async move { Ok(uploads::drop(tx, id, user).await?) }))
                    .await?;
            }
            None => {}
        }
        let mut file = self.inner.place.files.resume(id, 0).await?;
        let mut size = 0;
        while let Some(piece) = tokio::time::timeout(IDLE, bytes.next()).await.map_err(internal)? {
            let piece = piece.map_err(internal)?;
            size += i64::try_from(piece.len()).unwrap_or(i64::MAX);
            if size > self.inner.settings.attachment_bytes_max {
                self.inner.place.files.drop_part(id).await;
                return Err(Code::FileTooLarge.into());
            }
            file.write_all(&piece).await.map_err(internal)?;
        }
        file.flush().await.map_err(internal)?;
        file.sync_all().await.map_err(internal)?;
        self.check_size(size)?;
        let upload = Upload { received: size, ..upload(viewer, id, room, &name, size) };
        self.note(upload.clone()).await?;
        self.settle_upload(upload, turn).await
    }

    /// A file that the viewer may read, whole or small; without a small form, the whole.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn file(&self, viewer: &Viewer, id: Cid, is_small: bool) -> Result<Readable, Error> {
        let mut tx = self.inner.store.read_once().await?;
        let found = uploads::readable(&mut tx, id, viewer.user).await?;
        drop(tx);
        let attachment = found.and_then(|found| found.whole).ok_or(Code::NotFound)?;
        let form = if is_small && attachment.thumbnail { Form::Thumbnail } else { Form::Whole };
        let (size, format) = self.inner.place.files.look(id, form).await?;
        let small_type = format.map_or(kind::UNKNOWN, Format::media_type);
        Ok(Readable { attachment, size, form, small_type })
    }

    /// Its bytes, or some of them, in pieces.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn read_file(&self, file: &Readable, range: Option<Range<u64>>) -> Result<Read, Error> {
        self.inner.place.files.read(file.attachment.id, file.form, range).await
    }

    fn check_size(&self, size: i64) -> Result<(), Code> {
        match size {
            ..=0 => Err(Code::EmptyFile),
            size if size > self.inner.settings.attachment_bytes_max => Err(Code::FileTooLarge),
            _ => Ok(()),
        }
    }

    /// The same judgement as for sending a message.
    async fn may_upload(&self, viewer: &Viewer, room: RoomId) -> Result<(), Error> {
        let mut tx = self.inner.store.read_once().await?;
        let cid = fresh_cid(Time(self.inner.clock.now_ms()));
        let wish = Wish { author: viewer.user, cid, room, hash: Default::default() };
        let findings = store::append::judge(&mut tx, &[wish], self.inner.settings.direct_anyone).await?;
        match findings.first() {
            Some(Finding::Forbidden(code)) => Err((*code).into()),
            _ => Ok(()),
        }
    }

    /// Stores that it begins.
    async fn note(&self, upload: Upload) -> Result<Progress, Error> {
        let at = Time(self.inner.clock.now_ms());
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                if let Some(known) = uploads::find(tx, upload.id).await? {
                    let of = |upload: &Upload| (upload.user, upload.room, upload.announced, upload.name.clone());
                    return if of(&known) == of(&upload) {
                        Ok(progress(&known))
                    } else {
                        Err(Code::CidConflict.into())
                    };
                }
                let (count, bytes) = uploads::pending(tx, upload.user).await?;
                if count >= UPLOADS_PENDING_MAX
                    || bytes + upload.announced > UPLOADS_PENDING_BYTES_MAX.max(upload.announced)
                {
                    return Err(Code::TooManyUploads.into());
                }
                if !uploads::insert(tx, &upload, at).await? {
                    return Err(Code::CidConflict.into());
                }
                Ok(progress(&upload))
            })
        });
        write.await
    }

    async fn own_upload(&self, viewer: &Viewer, id: Cid) -> Result<Upload, Error> {
        let mut tx = self.inner.store.read_once().await?;
        let found = uploads::find(&mut tx, id).await?.filter(|found| found.user == viewer.user);
        found.ok_or_else(|| Code::NoSuchUpload.into())
    }

    /// Writes what comes behind what is there. How many bytes there are then.
    async fn receive<E>(
        &self,
        upload: &Upload,
        mut bytes: impl Stream<Item = Result<Bytes, E>> + Unpin,
    ) -> Result<i64, Error> {
        let Upload { id, mut received, announced, .. } = *upload;
        let mut file = self.inner.place.files.resume(id, received).await?;
        let mut safe = received;
        let mut is_too_much = false;
        while let Ok(Some(Ok(piece))) = tokio::time::timeout(IDLE, bytes.next()).await {
            let length = i64::try_from(piece.len()).unwrap_or(i64::MAX);
            is_too_much = length > announced - received;
            if is_too_much {
                break;
            }
            file.write_all(&piece).await.map_err(internal)?;
            received += length;
            if received - safe >= UPLOAD_STEP_BYTES {
                file.flush().await.map_err(internal)?;
                file.sync_data().await.map_err(internal)?;
                self.advance_upload(id, received).await?;
                safe = received;
            }
        }
        file.flush().await.map_err(internal)?;
        file.sync_all().await.map_err(internal)?;
        self.advance_upload(id, received).await?;
        if is_too_much { Err(Code::FileTooLarge.into()) } else { Ok(received) }
    }

    async fn advance_upload(&self, id: Cid, received: i64) -> Result<(), Error> {
        let at = Time(self.inner.clock.now_ms());
        let write = self
            .inner
            .store
            .write(move |tx| Box::pin(async move { Ok(uploads::advance(tx, id, received, at).await?) }));
        write.await
    }

    /// Makes it whole, whoever waits for that.
    async fn settle_upload(&self, upload: Upload, turn: Turn) -> Result<(), Error> {
        let chat = self.clone();
        let task = tokio::spawn(async move {
            let (id, _turn) = (upload.id, turn);
            let kept = chat.inner.place.files.keep(id).await?;
            let at = Time(chat.inner.clock.now_ms());
            let write = chat
                .inner
                .store
                .write(move |tx| Box::pin(async move { Ok(uploads::settle(tx, id, &kept, at).await?) }));
            // Whoever gave it up meanwhile left a note of it, and what was kept is removed.
            if write.await? {
                chat.inner.place.files.drop_part(id).await;
            }
            Ok(())
        });
        task.await.unwrap_or(Err(Error::Unknown))
    }
}

fn upload(viewer: &Viewer, id: Cid, room: RoomId, name: &str, size: i64) -> Upload {
    Upload { id, user: viewer.user, room, name: file_name(name), announced: size, received: 0, seq: None, whole: None }
}

fn progress(upload: &Upload) -> Progress {
    Progress { id: upload.id, size: upload.announced, offset: upload.received }
}

/// A name that is one: without folders, line ends and signs that turn or hide what stands beside them.
fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_hidden = |char: char| {
        char.is_control()
            || matches!(char, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let clean: String = last.chars().filter(|char| !is_hidden(*char)).collect();
    let clean = clean.trim_matches(|char: char| char.is_whitespace() || char == '.');
    let count = clean.chars().count();
    if count == 0 {
        return "file".to_owned();
    }
    if count <= FILE_NAME_CHARS_MAX {
        return clean.to_owned();
    }
    // What kind of file it is stands at the end.
    let half = FILE_NAME_CHARS_MAX / 2;
    let end: String = clean.chars().skip(count - half).collect();
    clean.chars().take(FILE_NAME_CHARS_MAX - half - 1).chain(['…']).chain(end.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_no_folders_and_no_tricks() {
        let check = |name: &str, expected: &str| assert_eq!(file_name(name), expected);
        check("holiday.jpg", "holiday.jpg");
        check("../../etc/passwd", "passwd");
        check("C:\\Windows\\system32\\cmd.exe", "cmd.exe");
        check("a\r\nSet-Cookie: x=y.txt", "aSet-Cookie: x=y.txt");
        check("photo\u{202e}gpj.exe", "photogpj.exe");
        check("Příliš žluťoučký 上海.pdf", "Příliš žluťoučký 上海.pdf");
        check(".htaccess", "htaccess");
        for name in ["", ".", "..", "/", "a/", " \t", "\u{200f}", "..."] {
            check(name, "file");
        }
        let long = file_name(&format!("{}.tar.gz", "ž".repeat(500)));
        assert!(long.chars().count() == FILE_NAME_CHARS_MAX && long.ends_with(".tar.gz") && long.contains('…'));
    }
}
