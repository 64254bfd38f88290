//! Uploads: a body of any size into a file, in bounded memory.

use crate::body::Body;
use crate::connection::Failure;
use crate::response::Response;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;
use tokio::sync::Semaphore;

/// Bytes that are gathered before another thread writes them.
const PIECE: usize = 256 << 10;

/// Takes files into a folder.
///
/// A file appears under its name when all of it is there; whoever breaks off leaves
/// nothing. (The disk is not waited for: a power cut may leave an empty file.) How large
/// one may be is the limit of a body, how many come at once is limited here. What all of
/// them may take of the disk is not, nor how many places one address takes.
#[derive(Debug)]
pub struct Uploads {
    folder: PathBuf,
    places: Semaphore,
}

impl Uploads {
    /// Takes files into `folder`, at most `at_once` at a time.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub fn new(folder: impl AsRef<Path>, at_once: usize) -> io::Result<Uploads> {
        let folder = folder.as_ref().to_path_buf();
        NamedTempFile::new_in(&folder)?;
        let places = Semaphore::new(at_once);
        Ok(Uploads { folder, places })
    }

    // ANCHOR: take
    /// Takes the body as the file `name`: 201, or 204 if there was one. The name must
    /// be of letters, digits, `-`, `_` and `.`, and not begin with a dot: else 400.
    ///
    /// # Errors
    /// What is wrong with the body, or with the disk; 503 if too many come at once, 409
    /// if the name is a folder's.
    pub async fn take(
        &self,
        name: &[u8],
        body: &mut Body<'_>,
    ) -> Result<Response, Failure> {
        let name = plain_name(name).ok_or(Failure::Status(400))?;
        let _place = self
            .places
            .try_acquire()
            .map_err(|_| Failure::Status(503))?;
        let folder = self.folder.clone();
        let mut file = blocking(move || NamedTempFile::new_in(folder)).await?;
        let mut gathered = Vec::new();
        while let Some(piece) = body.next().await? {
            gathered.extend_from_slice(&piece);
            if gathered.len() >= PIECE {
                (file, gathered) = write(file, gathered).await?;
            }
        }
        let (file, _) = write(file, gathered).await?;
        let path = self.folder.join(name);
        match blocking(move || keep(file, &path)).await {
            Ok(true) => Ok(Response::new(201)),
            Ok(false) => Ok(Response::new(204)),
            Err(error) if error.kind() == io::ErrorKind::IsADirectory => {
                Err(Failure::Status(409))
            }
            Err(error) => Err(error.into()),
        }
    }
    // ANCHOR_END: take
}

/// Writes on a thread that may wait for the disk; the buffer comes back empty. No byte
/// is read from the connection meanwhile: a slow disk slows down the peer.
async fn write(
    mut file: NamedTempFile,
    mut bytes: Vec<u8>,
) -> io::Result<(NamedTempFile, Vec<u8>)> {
    blocking(move || {
        file.write_all(&bytes)?;
        bytes.clear();
        Ok((file, bytes))
    })
    .await
}

/// Gives the file its name; whether the name is new.
fn keep(file: NamedTempFile, path: &Path) -> io::Result<bool> {
    match file.persist_noclobber(path) {
        Ok(_) => Ok(true),
        Err(failed) if failed.error.kind() == io::ErrorKind::AlreadyExists => {
            failed.file.persist(path)?;
            Ok(false)
        }
        Err(failed) => Err(failed.error),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await?
}

fn plain_name(name: &[u8]) -> Option<&str> {
    let in_name = |b: &u8| b.is_ascii_alphanumeric() || b"-_.".contains(b);
    let is_plain = (1..=200).contains(&name.len()) && name[0] != b'.';
    str::from_utf8(name)
        .ok()
        .filter(|_| is_plain && name.iter().all(in_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_plain() {
        for name in ["a", "a.txt", "A-b_c.tar.gz"] {
            assert_eq!(plain_name(name.as_bytes()), Some(name));
        }
        let long = "a".repeat(201);
        for name in [
            "", ".", "..", ".x", "a/b", "a\\b", "%2e", "a b", "é", "a\0", &long,
        ] {
            assert_eq!(plain_name(name.as_bytes()), None, "{name}");
        }
    }
}
