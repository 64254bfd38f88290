//! The child has no memory any more, so no command line either; its name is kept by the
//! kernel. A signal can be sent, and finds nobody: the status is still the one it exited
//! with. The entry goes when libuv calls waitpid, in the poll phase, before 'exit'.

pub const PREDICTION: &[&str] = &[
    "name: true",
    "command line: 0 bytes",
    "kill: true",
    "state: Z",
    "exit: code 0, signal null",
    "still in /proc: false",
];
