//! An interval of 100 ms. The main script is busy for 150 ms, so the first beat comes
//! at 150 ms, and every later one is 50 ms late as well. Change the program so that
//! only the first is late, however long the script was busy:
//!
//! ```text
//! beat at 150 ms
//! beat at 200 ms
//! beat at 300 ms
//! beat at 400 ms
//! ```

use event_loop::closures::Js;

// UNSOLVED: aim at the time of each beat, then delete this line
pub fn program(js: &mut Js, busy: u64) {
    let mut beats = 0;
    js.set_interval(100, move |js| {
        js.log(format_args!("beat at {} ms", js.now()));
        beats += 1;
        if beats == 4 {
            js.clear_this();
        }
    });
    js.busy_wait(busy);
}
