//! The poll phase, the closing phase.

use event_loop::closures::Js;

// ANCHOR: phase-cycle
pub fn phase_cycle(js: &mut Js) {
    js.set_immediate(|js| {
        js.log("check");
        js.set_immediate(|js| js.log("check again"));
        js.set_timeout(1, |js| js.log("timers"));
        js.stat("program.js", |js, _| js.log("poll"));
        js.busy_wait(200); // until the timer is due and the file's size is there
    });
}
// ANCHOR_END: phase-cycle

pub fn io_immediate_timer(js: &mut Js) {
    js.stat("program.js", |js, _| {
        js.set_timeout(1, |js| js.log("timer"));
        js.set_immediate(|js| js.log("immediate"));
        js.next_tick(|js| js.log("tick"));
        js.busy_wait(5);
        js.log("stat");
    });
}

pub fn io_callback_or_promise(js: &mut Js) {
    js.stat("program.js", |js, _| {
        js.log("callback");
        js.next_tick(|js| js.log("tick"));
        let resolved = js.resolved(());
        js.then(&resolved, |js, _| js.log("microtask"));
        js.set_immediate(again);
    });
    fn again(js: &mut Js) {
        let stat = js.stat_promise("program.js");
        js.then(&stat, |js, _| {
            js.log("promise");
            js.next_tick(|js| js.log("tick"));
            let resolved = js.resolved(());
            js.then(&resolved, |js, _| js.log("microtask"));
        });
    }
}

pub fn server_close(js: &mut Js) {
    // Listening calls back from a tick.
    let server = js.open_stream();
    js.next_tick(move |js| {
        js.set_immediate(move |js| {
            js.log("immediate 1");
            js.close_server(server, |js| js.log("server closed"));
            js.next_tick(|js| js.log("tick"));
            let resolved = js.resolved(());
            js.then(&resolved, |js, _| js.log("microtask"));
            js.set_timeout(1, |js| js.log("timer"));
            js.busy_wait(5);
        });
        js.set_immediate(|js| js.log("immediate 2"));
    });
}

pub fn socket_close(js: &mut Js) {
    // A request stands for the connection: both call back from the poll phase.
    let socket = js.open_stream();
    js.stat("program.js", move |js, _| {
        js.destroy_socket(socket, |js| js.log("socket closed"));
        js.next_tick(|js| js.log("tick"));
        js.set_immediate(|js| js.log("immediate"));
        js.set_timeout(1, |js| js.log("timer"));
        js.busy_wait(5);
    });
}

pub fn closing_order(js: &mut Js) {
    let sockets = ["A", "B", "C"].map(|name| (name, js.open_stream()));
    js.stat("program.js", move |js, _| {
        for (name, socket) in sockets {
            js.destroy_socket(socket, move |js| js.log(format_args!("{name} closed")));
        }
    });
}
