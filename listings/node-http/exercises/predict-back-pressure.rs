//! Predict what Node prints for oracle/server-back-pressure.cjs.
//!
//! A handler writes 16 KiB six times in one tick. The socket takes nothing before the
//! tick is over. Which of the writes return true? How much waits when `'drain'` comes?
//! Is it another matter if the length is known, or if another response is first?

// UNSOLVED: put the right words into the lines, then delete this one
pub const PREDICTION: &[&str] = &[
    "chunks",
    "  true,true,true,true,true,true",
    "  drain, 65536 left",
    "  all was read",
    "a length",
    "  true,true,true,true,true,true",
    "  drain, 65536 left",
    "  all was read",
    "behind another response",
    "  false,false,false,false,false,false",
    "  drain, 65536 left",
    "  not all was read",
];
