//! Predict what Node prints for oracle/server-back-pressure.cjs.
//!
//! `write` takes everything and returns whether less than 64 KiB wait: 16, 32 and 48
//! KiB do, the fourth write makes it 64. `'drain'` means that nothing waits, not that a
//! little less does. All of this is the same where the bytes wait for the socket, and
//! where they wait for another response.

pub const PREDICTION: &[&str] = &[
    "chunks",
    "  true,true,true,false,false,false",
    "  drain, 0 left",
    "  all was read",
    "a length",
    "  true,true,true,false,false,false",
    "  drain, 0 left",
    "  all was read",
    "behind another response",
    "  true,true,true,false,false,false",
    "  drain, 0 left",
    "  all was read",
];
