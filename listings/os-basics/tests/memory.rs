//! Mappings and faults. All numbers are counts of the kernel's, none is a time.
#![cfg(target_os = "linux")]

use nix::errno::Errno;
use os_basics::limits::page_faults;
use os_basics::memory::{FileMap, Pages, page_size};
use os_basics::readiness::readable;
use proptest::prelude::*;
use std::io::Write;
use std::os::fd::AsFd;

const PAGES: usize = 64;

/// A page is a fault when it is first touched, and none after that.
#[test]
fn a_page_comes_when_it_is_touched() {
    let mut pages = Pages::new(PAGES * page_size()).unwrap();
    pages = match pages.in_small_pages() {
        Ok(pages) => pages,
        Err(errno) => {
            assert_eq!(errno, Errno::EINVAL, "a kernel without huge pages");
            Pages::new(PAGES * page_size()).unwrap()
        }
    };
    let mut touch = || {
        let before = page_faults();
        for i in 0..PAGES {
            pages[i * page_size()] += 1;
        }
        page_faults() - before
    };
    let (first, second) = (touch(), touch());
    assert!(first >= PAGES as i64, "{first} faults for {PAGES} pages");
    // The second round has none of its own; the thread may have one elsewhere.
    assert!(
        second < PAGES as i64 / 2,
        "{second} faults for pages that are there"
    );
    assert!((0..PAGES).all(|i| pages[i * page_size()] == 2));
}

#[test]
fn pages_are_zeros_and_not_shared() {
    let (mut a, b) = (Pages::new(10_000).unwrap(), Pages::new(10_000).unwrap());
    a.fill(7);
    assert_eq!(a.len(), 10_000);
    assert!(b.iter().all(|byte| *byte == 0));
    let b = std::thread::spawn(move || b.len()).join().unwrap();
    assert_eq!(b, 10_000);
    assert_eq!(Pages::new(0).unwrap_err(), Errno::EINVAL);
    assert_eq!(Pages::new(usize::MAX).unwrap_err(), Errno::ENOMEM);
}

#[test]
fn a_mapped_file_shows_what_is_written_later() {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"before").unwrap();
    let map = FileMap::new(&file).unwrap();
    assert_eq!((map.size(), map.byte(0)), (6, b'b'));
    std::os::unix::fs::FileExt::write_all_at(&file, b"B", 0).unwrap();
    assert_eq!(map.byte(0), b'B');
    assert!(std::panic::catch_unwind(|| map.byte(6)).is_err());
}

#[test]
fn what_cannot_be_mapped_is_an_error() {
    let empty = tempfile::tempfile().unwrap();
    assert_eq!(FileMap::new(&empty).unwrap_err(), Errno::EINVAL);
    let folder = std::fs::File::open("/").unwrap();
    assert!(FileMap::new(&folder).is_err());
}

/// Only the pipe with something in it is ready, and one that ended.
#[test]
fn readable_says_which() {
    let (first, first_end) = std::io::pipe().unwrap();
    let (second, mut second_end) = std::io::pipe().unwrap();
    second_end.write_all(b"x").unwrap();
    let both = [first.as_fd(), second.as_fd()];
    assert_eq!(readable(&both), Ok(vec![1]));
    drop(first_end);
    assert_eq!(readable(&both), Ok(vec![0, 1]));
}

/// There is nothing in it, and nobody would wait for it.
#[test]
fn a_file_is_always_ready() {
    let file = tempfile::tempfile().unwrap();
    assert_eq!(readable(&[file.as_fd()]), Ok(vec![0]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A mapping is the file, byte for byte.
    #[test]
    fn a_mapping_reads_as_the_file(bytes in prop::collection::vec(any::<u8>(), 1..9000)) {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        let map = FileMap::new(&file).unwrap();
        let read: Vec<u8> = (0..map.size()).map(|i| map.byte(i)).collect();
        prop_assert_eq!(read, bytes);
    }
}
