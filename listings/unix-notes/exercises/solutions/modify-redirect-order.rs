//! A copy is dup2(2): it copies what the entry is now. What happens to the other entry
//! later is of no concern to it.

use crate::checks::{Redirect, Target};

pub fn apply(redirects: &[Redirect]) -> [Target; 3] {
    let mut table = [Target::Terminal; 3];
    for redirect in redirects {
        match *redirect {
            Redirect::To(fd, file) => table[fd] = Target::File(file),
            Redirect::Copy { fd, of } => table[fd] = table[of],
        }
    }
    table
}
