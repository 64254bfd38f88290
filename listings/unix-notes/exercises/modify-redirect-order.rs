//! Redirections, applied in two passes: files first, copies last. It works for
//! `> log 2>&1`. Change it so that it does what sh does for every line.

use crate::checks::{Redirect, Target};

/// Where 0, 1, 2 lead, all of them to the terminal at first.
// UNSOLVED: apply each where it stands, then delete this line
pub fn apply(redirects: &[Redirect]) -> [Target; 3] {
    let mut table = [Target::Terminal; 3];
    for redirect in redirects {
        if let Redirect::To(fd, file) = *redirect {
            table[fd] = Target::File(file);
        }
    }
    for redirect in redirects {
        if let Redirect::Copy { fd, of } = *redirect {
            table[fd] = table[of];
        }
    }
    table
}
