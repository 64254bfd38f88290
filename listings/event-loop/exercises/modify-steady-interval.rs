//! An interval of 100 ms. At 190 ms another callback computes for 50 ms, so the second
//! beat comes at 240 ms, and every later one is 40 ms late as well. Change the program
//! so that only that beat is late:
//!
//! ```text
//! beat at 100 ms
//! beat at 240 ms
//! beat at 300 ms
//! beat at 400 ms
//! ```

use event_loop::closures::Js;

// UNSOLVED: aim at the time of each beat, then delete this line
pub fn program(js: &mut Js) {
    let mut beats = 0;
    js.set_interval(100, move |js| {
        js.log(format_args!("beat at {} ms", js.now()));
        beats += 1;
        if beats == 4 {
            js.clear_this();
        }
    });
    js.set_timeout(190, |js| js.busy_wait(50));
}
