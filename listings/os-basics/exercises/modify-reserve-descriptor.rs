//! A server accepts connections until the descriptors run out. Then `accept` fails, the
//! connection stays in the queue, the listening socket stays readable, and the loop
//! turns at full speed without getting anywhere.
//!
//! libuv keeps one descriptor in reserve (you have seen it open /dev/null). Do that:
//! a client that comes when all are taken is to be accepted and closed, so that it knows.
//! Any other error of `accept` is no reason to refuse anybody. (`Kernel` is a small one, in
//! exercises/checks/modify.rs.)

use crate::checks::{Connections, Kernel};

// UNSOLVED: on EMFILE (24), give the reserve away, accept, close, get it back
pub fn serve(kernel: &mut Kernel, served: &mut Connections) {
    while kernel.wait_readable() {
        if let Ok(connection) = kernel.accept() {
            served.push(connection);
        }
    }
}
