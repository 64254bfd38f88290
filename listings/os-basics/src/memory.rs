//! Mappings: parts of the address space that have something behind them.

#![allow(unsafe_code)]

use nix::errno::Errno;
use nix::sys::mman::{MapFlags, MmapAdvise, ProtFlags};
use nix::sys::mman::{madvise, mmap, mmap_anonymous, munmap};
use nix::unistd::{SysconfVar, sysconf};
use std::ffi::c_void;
use std::fs::File;
use std::num::NonZeroUsize;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

/// The size of a page in bytes.
pub fn page_size() -> usize {
    let size = sysconf(SysconfVar::PAGE_SIZE).ok().flatten();
    size.expect("Linux tells the size of its pages") as usize
}

/// An address range that is unmapped when it goes.
#[derive(Debug)]
struct Range {
    start: NonNull<c_void>,
    len: NonZeroUsize,
}

impl Drop for Range {
    fn drop(&mut self) {
        // SAFETY: the range was mapped by us, and whoever borrowed from it borrowed from
        // the owner of this range, so nobody does any more.
        let result = unsafe { munmap(self.start, self.len.get()) };
        debug_assert_eq!(result, Ok(()));
    }
}

// SAFETY: a mapping belongs to the process, not to a thread.
unsafe impl Send for Range {}
// SAFETY: a shared range is only read.
unsafe impl Sync for Range {}

// ANCHOR: pages
/// Memory from the kernel, all zeros: what `malloc` takes its large pieces from, and
/// `Buffer.alloc` of Node with it. It is there when it is touched, a page at a time.
#[derive(Debug)]
pub struct Pages(Range);

impl Pages {
    /// Maps `len` bytes.
    ///
    /// # Errors
    /// `ENOMEM` if the address space is at its limit, `EINVAL` if `len` is 0.
    pub fn new(len: usize) -> Result<Pages, Errno> {
        let len = NonZeroUsize::new(len).ok_or(Errno::EINVAL)?;
        let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: a new range at an address of the kernel's choice touches no other.
        let start =
            unsafe { mmap_anonymous(None, len, access, MapFlags::MAP_PRIVATE)? };
        Ok(Pages(Range { start, len }))
    }
    // ANCHOR_END: pages

    /// Asks for pages of the usual size even where the kernel would rather give huge
    /// ones, so that each page is a fault of its own.
    ///
    /// # Errors
    /// `EINVAL` from a kernel that knows no huge pages: then there is nothing to do.
    pub fn in_small_pages(self) -> Result<Pages, Errno> {
        let (start, len) = (self.0.start, self.0.len.get());
        // SAFETY: the advice changes how the range is filled, not what is in it.
        unsafe { madvise(start, len, MmapAdvise::MADV_NOHUGEPAGE)? };
        Ok(self)
    }
}

impl Deref for Pages {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: the range is readable, zeroed by the kernel, and ours alone.
        unsafe {
            std::slice::from_raw_parts(self.0.start.as_ptr().cast(), self.0.len.get())
        }
    }
}

impl DerefMut for Pages {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: as above, and nobody else has a reference.
        unsafe {
            std::slice::from_raw_parts_mut(
                self.0.start.as_ptr().cast(),
                self.0.len.get(),
            )
        }
    }
}

/// A file as memory, to be read. There is no slice of it: others may write to the file
/// meanwhile, and no reference may point to what changes.
#[derive(Debug)]
pub struct FileMap(Range);

impl FileMap {
    /// Maps the whole file.
    ///
    /// # Errors
    /// `EINVAL` if it is empty, `ENODEV` if it cannot be mapped (a pipe, a directory).
    pub fn new(file: &File) -> Result<FileMap, Errno> {
        let size = nix::sys::stat::fstat(file)?.st_size;
        let len = usize::try_from(size).map_err(|_| Errno::EOVERFLOW)?;
        let len = NonZeroUsize::new(len).ok_or(Errno::EINVAL)?;
        let (access, flags) = (ProtFlags::PROT_READ, MapFlags::MAP_SHARED);
        // SAFETY: a new range at an address of the kernel's choice touches no other.
        let start = unsafe { mmap(None, len, access, flags, file, 0)? };
        Ok(FileMap(Range { start, len }))
    }

    /// How long the file was when it was mapped.
    pub fn size(&self) -> usize {
        self.0.len.get()
    }

    /// The byte at `index`, as it is now. If the file has become shorter than that, there
    /// is no byte, and the kernel ends the process with `SIGBUS`.
    ///
    /// # Panics
    /// If `index` is not below [`FileMap::size`].
    pub fn byte(&self, index: usize) -> u8 {
        assert!(index < self.size(), "{index} is not in the mapping");
        let start: *const u8 = self.0.start.as_ptr().cast();
        // SAFETY: the address is in the range, which is readable; volatile because what
        // is there can change between two reads.
        unsafe { start.add(index).read_volatile() }
    }
}
