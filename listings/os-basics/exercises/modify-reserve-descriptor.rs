//! A server accepts connections until the descriptors run out. Then `accept` fails, the
//! connection stays in the queue, the listening socket stays readable, and the loop
//! turns at full speed without getting anywhere.
//!
//! libuv keeps one descriptor in reserve (you have seen it open /dev/null). Do that:
//! whoever cannot be served is to be accepted and closed, so that it knows.

use crate::checks::{Connections, Kernel};

// UNSOLVED: when accept fails, give the reserve away, accept, close, get it back
pub fn serve(kernel: &mut Kernel, served: &mut Connections) {
    while kernel.wait_readable() {
        if let Ok(connection) = kernel.accept() {
            served.push(connection);
        }
    }
}
