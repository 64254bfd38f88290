//! Who may do what to a file, by its mode bits (inode(7), path_resolution(7)).

/// Whoever asks: a user, and the groups it is in.
#[derive(Clone, Debug)]
pub struct Who {
    pub user: u32,
    pub groups: Vec<u32>,
}

/// What belongs to a file that is no folder.
#[derive(Clone, Copy, Debug)]
pub struct Inode {
    pub owner: u32,
    pub group: u32,
    /// The lower twelve bits of `st_mode`.
    pub mode: u32,
}

/// Read, write, execute: the bits 4, 2, 1.
pub type Want = u32;

/// Does the kernel let `who` do `want`? The *first* class that fits decides, even if a
/// later one would allow more. User 0 (`CAP_DAC_OVERRIDE`) is asked for nothing but one
/// bit: whatever nobody may execute, it may not either. (It may enter every folder, which
/// is why an [`Inode`] is none.)
pub fn may(who: &Who, file: Inode, want: Want) -> bool {
    if who.user == 0 {
        return want & 0o1 == 0 || file.mode & 0o111 != 0;
    }
    let class = if who.user == file.owner {
        file.mode >> 6
    } else if who.groups.contains(&file.group) {
        file.mode >> 3
    } else {
        file.mode
    };
    class & want == want
}
