//! The folder that is served, and how a file in it is opened without leaving it.

use std::any::Any;
use std::fmt;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// A folder that is served. What is opened through it is below it, whatever links there
/// are and whoever moves folders meanwhile.
pub struct Root {
    folder: Arc<imp::Folder>,
    _guard: Option<Box<dyn Any + Send + Sync>>,
}

/// What a name leads to.
#[derive(Debug)]
pub enum Found {
    File(File),
    Folder,
    /// A pipe, a device.
    Other,
}

impl Root {
    /// Opens a folder. Later it does not matter where it is moved.
    ///
    /// # Errors
    /// It cannot be opened, or is none.
    pub fn open(folder: impl AsRef<Path>) -> io::Result<Root> {
        let folder = Arc::new(imp::Folder::open(folder.as_ref())?);
        Ok(Root {
            folder,
            _guard: None,
        })
    }

    /// The same, which drops `guard` when nobody looks into the folder any more: what
    /// removes a temporary folder, for instance.
    pub fn keep(self, guard: impl Any + Send + Sync) -> Root {
        let _guard: Option<Box<dyn Any + Send + Sync>> = Some(Box::new(guard));
        Root { _guard, ..self }
    }

    // ANCHOR: find
    /// What this name leads to. Where the kernel knows the way without asking a disk,
    /// nobody waits; else another thread does.
    pub(super) async fn find(&self, name: &str) -> io::Result<Found> {
        let file = match self.folder.open_file(name, imp::How::Cached) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                let (folder, name) = (Arc::clone(&self.folder), name.to_string());
                let open = move || folder.open_file(&name, imp::How::Waiting);
                tokio::task::spawn_blocking(open).await??
            }
            file => file?,
        };
        let kind = file.metadata()?.file_type();
        Ok(match () {
            () if kind.is_file() => Found::File(file),
            () if kind.is_dir() => Found::Folder,
            () => Found::Other,
        })
    }
    // ANCHOR_END: find
}

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Root").finish_non_exhaustive()
    }
}

/// Too many links, or one where none may be (FreeBSD has another word for that), or a
/// socket, which cannot be opened.
pub fn is_no_file(error: &io::Error) -> bool {
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        let is = |errno: &Errno| error.raw_os_error() == Some(errno.raw_os_error());
        [Errno::LOOP, Errno::MLINK, Errno::NXIO].iter().any(is)
    }
    #[cfg(not(unix))]
    {
        let _ = error;
        false
    }
}

#[cfg(unix)]
mod imp {
    use rustix::fs::{Mode, OFlags, openat};
    use rustix::io::Errno;
    use std::fs::File;
    use std::io;
    use std::os::fd::OwnedFd;
    use std::path::Path;

    #[derive(Debug)]
    pub struct Folder(OwnedFd);

    /// Whether a disk may be waited for.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub enum How {
        Cached,
        Waiting,
    }

    /// Without `NONBLOCK` a pipe would be waited for, and somebody could put one there.
    const FILE: OFlags = OFlags::RDONLY
        .union(OFlags::CLOEXEC)
        .union(OFlags::NONBLOCK)
        .union(OFlags::NOCTTY);
    const FOLDER: OFlags = OFlags::RDONLY
        .union(OFlags::DIRECTORY)
        .union(OFlags::CLOEXEC);

    impl Folder {
        pub fn open(folder: &Path) -> io::Result<Folder> {
            Ok(Folder(rustix::fs::open(folder, FOLDER, Mode::empty())?))
        }

        // ANCHOR: beneath
        #[cfg(target_os = "linux")]
        pub fn open_file(&self, name: &str, how: How) -> io::Result<File> {
            use rustix::fs::{ResolveFlags, openat2};
            let mut resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
            if how == How::Cached {
                resolve |= ResolveFlags::CACHED;
            }
            self.ask(name, how, || {
                openat2(&self.0, name, FILE, Mode::empty(), resolve)
            })
        }

        #[cfg(target_os = "linux")]
        fn ask(
            &self,
            name: &str,
            how: How,
            open: impl Fn() -> Result<OwnedFd, Errno>,
        ) -> io::Result<File> {
            for _ in 0..8 {
                match open() {
                    // Something was renamed while the kernel walked: once more.
                    Err(Errno::AGAIN) if how == How::Waiting => {}
                    // A kernel before 5.12 cannot say whether it is cached.
                    Err(Errno::INVAL) if how == How::Cached => {
                        return Err(Errno::AGAIN.into());
                    }
                    // A kernel before 5.6, or one that forbids the call.
                    Err(Errno::NOSYS | Errno::PERM) => return self.walk(name, how),
                    opened => return Ok(opened?.into()),
                }
            }
            Err(Errno::NOENT.into())
        }
        // ANCHOR_END: beneath

        #[cfg(not(target_os = "linux"))]
        pub fn open_file(&self, name: &str, how: How) -> io::Result<File> {
            self.walk(name, how)
        }

        // ANCHOR: walk
        /// The same for other kernels: folder by folder, following no link at all.
        pub fn walk(&self, name: &str, how: How) -> io::Result<File> {
            if how == How::Cached {
                return Err(Errno::AGAIN.into());
            }
            let (folders, file) = name.rsplit_once('/').unwrap_or(("", name));
            let mut inner: Option<OwnedFd> = None;
            for folder in folders.split('/').filter(|name| !name.is_empty()) {
                let outer = inner.as_ref().unwrap_or(&self.0);
                let flags = FOLDER | OFlags::NOFOLLOW;
                inner = Some(openat(outer, folder, flags, Mode::empty())?);
            }
            let folder = inner.as_ref().unwrap_or(&self.0);
            Ok(openat(folder, file, FILE | OFlags::NOFOLLOW, Mode::empty())?.into())
        }
        // ANCHOR_END: walk
    }

    #[cfg(test)]
    pub mod tests {
        use super::*;
        use crate::files::root::tests::tree;

        /// Linux 5.10 has `openat2` and not `RESOLVE_CACHED`; 5.4 has neither.
        #[cfg(target_os = "linux")]
        #[test]
        fn older_kernels_have_the_same_files() {
            let (_tree, root) = tree();
            let folder = Folder::open(&root).unwrap();
            for (cached, waiting) in
                [(Errno::INVAL, None), (Errno::NOSYS, Some(Errno::NOSYS))]
            {
                let unknown = folder.ask("plain", How::Cached, || Err(cached));
                let error = unknown.expect_err("it cannot be known");
                assert_eq!(error.kind(), io::ErrorKind::WouldBlock, "{cached}");
                let opened = folder.ask("plain", How::Waiting, || match waiting {
                    Some(errno) => Err(errno),
                    None => openat(&folder.0, "plain", FILE, Mode::empty()),
                });
                assert!(opened.is_ok(), "{cached}: {opened:?}");
            }
        }

        #[test]
        fn the_walk_reaches_files_and_follows_no_link() {
            let (_tree, root) = tree();
            let folder = Folder::open(&root).unwrap();
            let walk = |name: &str| folder.walk(name, How::Waiting);
            assert!(walk("plain").is_ok());
            assert!(walk("folder/inner").is_ok());
            let names = ["inside", "outside", "out/secret", "round", "in/inner"];
            for link in names {
                assert!(walk(link).is_err(), "{link}");
            }
            let cached = folder.walk("plain", How::Cached).unwrap_err();
            assert_eq!(cached.kind(), io::ErrorKind::WouldBlock);
        }
    }
}

#[cfg(not(unix))]
mod imp {
    pub use super::checked::Folder;

    /// Whether a disk may be waited for.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub enum How {
        Cached,
        Waiting,
    }

    impl Folder {
        pub fn open_file(
            &self,
            name: &str,
            how: How,
        ) -> std::io::Result<std::fs::File> {
            match how {
                How::Cached => Err(std::io::ErrorKind::WouldBlock.into()),
                How::Waiting => self.open_checked(name, || ()),
            }
        }
    }
}

/// What most servers do, and this one only where it can do no better.
#[cfg(any(not(unix), test))]
mod checked {
    use std::fs::File;
    use std::io;
    use std::path::{Path, PathBuf};

    #[derive(Debug)]
    pub struct Folder(PathBuf);

    impl Folder {
        pub fn open(folder: &Path) -> io::Result<Folder> {
            Ok(Folder(folder.canonicalize()?))
        }

        // ANCHOR: checked
        /// Follows all links, looks whether they led out of the folder, and opens what
        /// they led to.
        pub fn open_checked(
            &self,
            name: &str,
            in_between: impl FnOnce(),
        ) -> io::Result<File> {
            let path = self.0.join(name).canonicalize()?;
            if !path.starts_with(&self.0) {
                return Err(io::ErrorKind::NotFound.into());
            }
            in_between();
            File::open(path)
        }
        // ANCHOR_END: checked
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::io::Read;
    use std::os::unix::fs::symlink;
    use std::path::PathBuf;
    use tempfile::TempDir;

    /// A folder `root` with files and links, and a secret beside it.
    pub fn tree() -> (TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("root");
        std::fs::create_dir_all(root.join("folder")).unwrap();
        std::fs::write(root.join("plain"), "plain").unwrap();
        std::fs::write(root.join("folder/inner"), "inner").unwrap();
        std::fs::write(dir.path().join("secret"), "secret").unwrap();
        for (to, name) in [
            ("folder/inner", "inside"),
            ("folder", "in"),
            ("../secret", "outside"),
            ("..", "out"),
            ("round", "round"),
            ("nothing", "dangling"),
        ] {
            symlink(to, root.join(name)).unwrap();
        }
        symlink(root.join("plain"), root.join("absolute")).unwrap();
        (dir, root)
    }

    async fn text(root: &Root, name: &str) -> io::Result<String> {
        let Found::File(mut file) = root.find(name).await? else {
            return Err(io::ErrorKind::Unsupported.into());
        };
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        Ok(text)
    }

    #[tokio::test]
    async fn links_lead_nowhere_outside() {
        let (_tree, folder) = tree();
        let root = Root::open(folder).unwrap();
        assert_eq!(text(&root, "plain").await.unwrap(), "plain");
        assert_eq!(text(&root, "folder/inner").await.unwrap(), "inner");
        // On Linux, links that stay inside are followed; elsewhere none is.
        if cfg!(target_os = "linux") {
            assert_eq!(text(&root, "inside").await.unwrap(), "inner");
            assert_eq!(text(&root, "in/inner").await.unwrap(), "inner");
        }
        let outside = ["outside", "out/secret", "round", "dangling", "absolute"];
        for name in outside.into_iter().chain(["../secret", "/etc/passwd"]) {
            let error = text(&root, name).await.expect_err(name);
            assert_ne!(crate::files::status_of(&error), None, "{name}: {error:?}");
        }
    }

    #[tokio::test]
    async fn a_folder_a_pipe_and_nothing_are_no_files() {
        let (_tree, folder) = tree();
        let mut mkfifo = std::process::Command::new("mkfifo");
        assert!(mkfifo.arg(folder.join("pipe")).status().unwrap().success());
        let socket = std::os::unix::net::UnixListener::bind(folder.join("socket"));
        let _socket = socket.unwrap();
        let root = Root::open(folder).unwrap();
        assert!(matches!(root.find("folder").await, Ok(Found::Folder)));
        assert!(matches!(root.find("pipe").await, Ok(Found::Other)));
        let error = root.find("socket").await.unwrap_err();
        assert_eq!(crate::files::status_of(&error), Some(404), "{error:?}");
        let error = root.find("nothing").await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }

    /// The race of the way that most take: the check was right, what is opened is not.
    #[test]
    fn what_was_checked_is_not_what_is_opened() {
        let (tree, folder) = tree();
        let checked = checked::Folder::open(&folder).unwrap();
        assert!(checked.open_checked("outside", || ()).is_err());
        let mut text = String::new();
        let mut stolen = checked
            .open_checked("plain", || {
                std::fs::remove_file(folder.join("plain")).unwrap();
                symlink(tree.path().join("secret"), folder.join("plain")).unwrap();
            })
            .unwrap();
        stolen.read_to_string(&mut text).unwrap();
        assert_eq!(text, "secret");
    }

    #[test]
    fn a_guard_goes_with_the_root() {
        let (_tree, folder) = tree();
        let guard = Arc::new(());
        let root = Root::open(folder).unwrap().keep(Arc::clone(&guard));
        assert_eq!(Arc::strong_count(&guard), 2);
        drop(root);
        assert_eq!(Arc::strong_count(&guard), 1);
    }
}
