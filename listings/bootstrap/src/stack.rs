//! Room for recursion.

use std::thread;

/// Bytes of stack for [`crate::engine::MAX_DEPTH`] in a build without optimization.
const SIZE: usize = 256 << 20;

/// Runs `work` on a thread whose stack is large enough for the deepest program. The
/// kernel gives memory to the pages that are used, and to no other.
///
/// # Panics
/// If `work` does, or if there can be no thread.
pub fn on_a_big_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let thread = thread::Builder::new()
            .stack_size(SIZE)
            .spawn_scoped(scope, work)
            .expect("a thread");
        match thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}
