//! What an engine can do alone: evaluate, and queue jobs that nobody runs.

use js_runtime::rquickjs::{Context, Runtime};

fn main() -> js_runtime::rquickjs::Result<()> {
    let runtime = Runtime::new()?;
    let context = Context::full(&runtime)?;
    context.with(|ctx| {
        let program =
            "var log = []; Promise.resolve().then(() => log.push('a job ran'));
            [typeof Promise, typeof console, typeof setTimeout, typeof process].join()";
        println!("{}", ctx.eval::<String, _>(program)?);
        println!("log: {:?}", ctx.eval::<String, _>("log.join()")?);
        Ok::<_, js_runtime::rquickjs::Error>(())
    })?;
    // A job waits. The engine does not run it: when the stack is empty, and before
    // what, is for the runtime to say.
    println!("a job waits: {}", runtime.is_job_pending());
    while runtime.execute_pending_job().is_ok_and(|ran| ran) {}
    context.with(|ctx| {
        println!("log: {:?}", ctx.eval::<String, _>("log.join()")?);
        Ok(())
    })
}
