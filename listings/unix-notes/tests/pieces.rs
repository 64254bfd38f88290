//! The pieces below the shell: descriptors through a socket, stdout, `/proc`,
//! permissions.

#![cfg(target_os = "linux")]

use proptest::prelude::*;
use std::fs::{self, File, Permissions};
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use unix_notes::passing::{MAX_FDS, receive, send};
use unix_notes::permissions::{Inode, Who, may};
use unix_notes::procfs::{parse_stat, stat};
use unix_notes::stdio::Output;
use unix_notes::{fds, procfs};

#[test]
fn a_descriptor_that_was_passed_is_the_same_open_file() {
    let (left, right) = UnixStream::pair().expect("a pair");
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(b"one ").expect("it is written");
    send(&left, b"x", &[file.as_fd()]).expect("it goes");
    let (n, mut fds) = receive(&right, &mut [0; 8]).expect("it comes");
    assert_eq!((n, fds.len()), (1, 1));
    let mut other = File::from(fds.pop().expect("one"));
    other.write_all(b"two ").expect("it is written");
    file.write_all(b"three").expect("it is written");
    let text =
        io::read_to_string(io::Seek::rewind(&mut other).map(|()| other).unwrap());
    assert_eq!(text.expect("it is read"), "one two three");
}

#[test]
fn a_passed_descriptor_outlives_the_sender_and_is_closed_on_exec() {
    let (left, right) = UnixStream::pair().expect("a pair");
    let (mut reader, writer) = io::pipe().expect("a pipe");
    send(&left, b"x", &[writer.as_fd()]).expect("it goes");
    drop((left, writer)); // it is on its way, and nobody has it
    let (_, fds) = receive(&right, &mut [0; 8]).expect("it comes");
    let flags = rustix::io::fcntl_getfd(&fds[0]).expect("it is open");
    assert!(flags.contains(rustix::io::FdFlags::CLOEXEC));
    let mut writer = File::from(fds.into_iter().next().expect("one"));
    writer.write_all(b"late").expect("it is written");
    drop(writer);
    assert_eq!(io::read_to_string(&mut reader).expect("it ends"), "late");
    assert_eq!(receive(&right, &mut [0; 8]).expect("the end").0, 0);
}

#[test]
fn descriptors_are_limited_on_both_sides() {
    let (left, right) = UnixStream::pair().expect("a pair");
    let fds = vec![left.as_fd(); MAX_FDS + 1];
    let error = send(&left, b"x", &fds).expect_err("too many");
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    let error = send(&left, b"", &fds[..1]).expect_err("nothing to go with");
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    send(&left, b"x", &fds[..MAX_FDS]).expect("it goes");
    let (_, received) = receive(&right, &mut [0; 8]).expect("it comes");
    assert_eq!(received.len(), MAX_FDS);
}

/// A hostile sender: more than we have room for. What came is closed, and we are told.
#[test]
fn too_many_descriptors_from_elsewhere_are_an_error_and_no_leak() {
    let (left, right) = UnixStream::pair().expect("a pair");
    let (mut reader, writer) = io::pipe().expect("a pipe");
    {
        let fds = vec![writer.as_fd(); 2 * MAX_FDS];
        let mut space = vec![std::mem::MaybeUninit::uninit(); 4096];
        let mut ancillary = rustix::net::SendAncillaryBuffer::new(&mut space);
        assert!(ancillary.push(rustix::net::SendAncillaryMessage::ScmRights(&fds)));
        let flags = rustix::net::SendFlags::empty();
        rustix::net::sendmsg(&left, &[io::IoSlice::new(b"x")], &mut ancillary, flags)
            .expect("it goes");
    }
    let error = receive(&right, &mut [0; 8]).expect_err("too many");
    assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    drop(writer);
    // If one were left open, this would wait for ever.
    assert_eq!(reader.read_to_end(&mut Vec::new()).expect("it ends"), 0);
}

#[test]
fn a_pipe_takes_what_it_holds_and_the_rest_waits_in_order() {
    let (mut reader, writer) = io::pipe().expect("a pipe");
    let size = rustix::pipe::fcntl_getpipe_size(&writer).expect("a size");
    let mut output = Output::new(writer).expect("a pipe");
    assert!(!output.is_synchronous());
    let bytes: Vec<u8> = (0..3 * size).map(|i| i as u8).collect();
    output.write(&bytes[..2 * size]).expect("it takes it");
    output.write(&bytes[2 * size..]).expect("it takes it");
    assert_eq!(output.pending(), 2 * size);
    let read = std::thread::spawn(move || {
        let mut read = Vec::new();
        reader.read_to_end(&mut read).map(|_| read)
    });
    output.flush().expect("somebody reads");
    assert_eq!(output.abandon(), 0);
    assert_eq!(read.join().expect("no panic").expect("it ends"), bytes);
}

#[test]
fn a_file_is_written_at_once_and_o_nonblock_is_put_back() {
    let file = tempfile::tempfile().expect("a file");
    let mut output = Output::new(file.as_fd()).expect("a file");
    output.write(&[7; 300_000]).expect("it is written");
    assert_eq!(
        (output.pending(), file.metadata().unwrap().len()),
        (0, 300_000)
    );

    let (_reader, writer) = io::pipe().expect("a pipe");
    let mut output = Output::new(writer.as_fd()).expect("a pipe");
    assert!(fds::is_nonblocking(&writer).expect("it is open"));
    output.write(&[7; 300_000]).expect("it takes it");
    assert!(output.abandon() > 0);
    assert!(!fds::is_nonblocking(&writer).expect("it is open"));
}

#[test]
fn nobody_reads_any_more_is_an_error() {
    let (reader, writer) = io::pipe().expect("a pipe");
    let mut output = Output::new(writer).expect("a pipe");
    drop(reader);
    let error = output.write(b"x").expect_err("nobody reads");
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
}

#[test]
fn a_folder_is_no_stream() {
    let error = Output::new(File::open("/").expect("the root")).expect_err("a folder");
    assert_eq!(error.kind(), io::ErrorKind::Unsupported);
}

/// A process may call itself what it likes.
#[test]
fn a_name_full_of_parentheses_is_only_a_name() {
    let text = b"42 (a) R 1 (b) Z) S 7 42 43 34816 44 0";
    let stat = parse_stat(text).expect("it is right");
    assert_eq!(stat.name, b"a) R 1 (b) Z");
    assert_eq!((stat.pid, stat.state, stat.parent), (42, 'S', 7));
    assert_eq!((stat.group, stat.session, stat.foreground), (42, 43, 44));
    for wrong in [
        &b""[..],
        b"42",
        b"42 (",
        b"42 )(",
        b"42 (a",
        b"42 (a) S",
        b"x (a) S 1",
    ] {
        assert_eq!(parse_stat(wrong), None);
    }
}

#[test]
fn the_kernel_says_of_us_what_we_know() {
    let me = std::process::id() as i32;
    let mine = stat(me).expect("we are there");
    assert_eq!(mine.parent, std::os::unix::process::parent_id() as i32);
    assert_eq!(
        stat(-1).expect_err("nobody").kind(),
        io::ErrorKind::NotFound
    );
    assert!(
        procfs::ignores(me, 13).expect("we are there"),
        "Rust ignores SIGPIPE"
    );
}

proptest! {
    #[test]
    fn no_bytes_make_the_stat_parser_panic(bytes in any::<Vec<u8>>()) {
        let _ = parse_stat(&bytes);
    }
}

/// Every mode of a file of our own, as the kernel answers access(2) for it.
#[test]
fn permissions_are_as_the_kernel_has_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("file");
    fs::write(&path, "").expect("it is written");
    let meta = fs::metadata(&path).expect("it is there");
    let groups = rustix::process::getgroups().expect("our groups");
    let groups = groups.into_iter().map(|g| g.as_raw());
    let mine = [rustix::process::getegid().as_raw()];
    let who = Who {
        user: rustix::process::geteuid().as_raw(),
        groups: groups.chain(mine).collect(),
    };
    for mode in 0..0o1000 {
        fs::set_permissions(&path, Permissions::from_mode(mode)).expect("it is ours");
        let file = Inode {
            owner: meta.uid(),
            group: meta.gid(),
            mode,
        };
        for want in 1..8 {
            let access = rustix::fs::Access::from_bits_retain(want);
            let kernel = rustix::fs::access(&path, access).is_ok();
            assert_eq!(
                may(&who, file, want),
                kernel,
                "mode {mode:o}, want {want:o}"
            );
        }
    }
}

#[test]
fn the_first_class_that_fits_decides() {
    let file = |mode| Inode {
        owner: 1,
        group: 2,
        mode,
    };
    let owner = Who {
        user: 1,
        groups: vec![2],
    };
    let member = Who {
        user: 3,
        groups: vec![9, 2],
    };
    let other = Who {
        user: 3,
        groups: vec![9],
    };
    assert!(
        !may(&owner, file(0o077), 0o4),
        "more for others is nothing to the owner"
    );
    assert!(!may(&member, file(0o707), 0o4));
    assert!(may(&other, file(0o004), 0o4) && !may(&other, file(0o004), 0o6));
}
