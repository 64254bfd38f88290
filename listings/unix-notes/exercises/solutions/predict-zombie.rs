//! The child has no memory any more, so no command line either; what is left is its exit
//! status. A signal finds nobody, and the status is still the one it exited with. The
//! entry goes when libuv calls waitpid, which it does in the poll phase, before 'exit'.

pub const PREDICTION: &[&str] = &[
    "state: Z",
    "command line: 0 bytes",
    "after SIGKILL: Z",
    "exit: code 0",
    "still in /proc: false",
];
