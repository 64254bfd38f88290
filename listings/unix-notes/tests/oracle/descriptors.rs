//! What descriptors refer to, and who may have one.

use crate::Said;
use rustix::fs::Mode;
use rustix::process::umask;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::process::Command;

// ANCHOR: shared-offset
pub fn shared_offset(said: &mut Said) -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("file");
    let mut both = |what: &str, mut parents: File, childs: File| -> io::Result<()> {
        parents.write_all(b"parent 1\n")?;
        Command::new("echo").arg("child").stdout(childs).status()?;
        parents.write_all(b"parent 2\n")?;
        said.push(format!("{what}: {:?}", fs::read_to_string(&path)?));
        fs::write(&path, "")
    };
    let open = |how: &mut OpenOptions| how.write(true).create(true).open(&path);
    let mut plain = File::options();
    let mut append = File::options();
    append.append(true);

    let one = open(&mut plain)?;
    let inherited = one.try_clone()?; // dup
    both("one open(), inherited", one, inherited)?;
    both("two open()", open(&mut plain)?, open(&mut plain)?)?;
    both("two open(), append", open(&mut append)?, open(&mut append)?)
}
// ANCHOR_END: shared-offset

pub fn permissions(said: &mut Said) -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let at = |name: &str| folder.path().join(name);
    let create = |name, mode| {
        let mut how = File::options();
        how.read(true)
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(at(name))
    };
    // The mask is the whole process's; no other test of this binary makes a file whose
    // mode it looks at.
    let before = umask(Mode::from_raw_mode(0o022));
    let mut file = create("default", 0o666)?;
    create("asked", 0o666)?;
    create("script", 0o777)?;
    fs::DirBuilder::new().mode(0o777).create(at("folder"))?;
    umask(Mode::from_raw_mode(0o077));
    create("private", 0o666)?;
    umask(before);
    for name in ["default", "asked", "script", "folder", "private"] {
        said.push(format!("{name}: {:o}", at(name).metadata()?.mode() & 0o777));
    }

    fs::set_permissions(at("default"), Permissions::from_mode(0o000))?;
    said.push(format!(
        "mode 000: {} bytes written",
        file.write(b"written")?
    ));
    fs::remove_file(at("default"))?;
    said.push(format!(
        "no name: {} bytes written",
        file.write(b", again")?
    ));
    let open = Path::new("/proc/self/fd").join(file.as_raw_fd().to_string());
    said.push(format!("it holds: {}", read_anew(&open, &file)?));
    said.push(format!("links: {}", file.metadata()?.nlink()));
    Ok(())
}

/// Through `/proc` the file is opened again, which asks for permission again: mode 000
/// is no obstacle to root only. Whoever is not root reads through the descriptor.
fn read_anew(path: &Path, file: &File) -> io::Result<String> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            let mut text = [0; 64];
            let n = std::os::unix::fs::FileExt::read_at(file, &mut text, 0)?;
            Ok(String::from_utf8_lossy(&text[..n]).into_owned())
        }
        result => result,
    }
}
