//! An interval counts from its last call, so what it lost is lost. A timeout for each
//! beat can aim at the time of that beat.

use event_loop::closures::Js;

pub fn program(js: &mut Js, busy: u64) {
    beat(js, 1);
    js.busy_wait(busy);
}

fn beat(js: &mut Js, n: u32) {
    let left = f64::from(100 * n) - js.now() as f64;
    js.set_timeout(left, move |js| {
        js.log(format_args!("beat at {} ms", js.now()));
        if n < 4 {
            beat(js, n + 1);
        }
    });
}
