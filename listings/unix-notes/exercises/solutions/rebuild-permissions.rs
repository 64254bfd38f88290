//! The first class that fits decides alone. Root may everything, except execute what
//! nobody may.

use unix_notes::permissions::{Inode, Who};

pub fn may(who: &Who, file: Inode, want: u32) -> bool {
    let Inode { owner, group, mode } = file;
    let granted = match who.user {
        0 if mode & 0o111 == 0 => 0o6,
        0 => 0o7,
        user if user == owner => mode >> 6,
        _ if who.groups.contains(&group) => mode >> 3,
        _ => mode,
    };
    granted & want == want
}
