//! Two realms in one engine: two global objects, two sets of built-ins, one heap and one
//! queue of jobs.

use js_runtime::rquickjs::{Context, Ctx, Persistent, Result, Runtime, Value};

fn main() -> Result<()> {
    let runtime = Runtime::new()?;
    let (here, there) = (Context::full(&runtime)?, Context::full(&runtime)?);
    let array = there.with(|ctx| {
        let array: Value = ctx.eval("[1, 2, 3]")?;
        Ok::<_, js_runtime::rquickjs::Error>(Persistent::save(&ctx, array))
    })?;
    here.with(|ctx: Ctx| {
        ctx.globals().set("array", array)?;
        let program =
            "[array instanceof Array, Array.isArray(array), array.length].join()";
        println!("{}", ctx.eval::<String, _>(program)?);
        Ok(())
    })
}
