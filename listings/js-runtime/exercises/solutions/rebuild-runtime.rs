//! A small runtime. A function that waits is kept as `Persistent`: a plain
//! `Function` cannot leave the call that it came from.

use js_runtime::rquickjs::{Context, Ctx, Function, Persistent, Result, Runtime};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Timers by due time and number, and the time it is, in ms.
#[derive(Default)]
struct World {
    timers: BTreeMap<(u64, u64), Persistent<Function<'static>>>,
    created: u64,
    now: u64,
    printed: Vec<String>,
}

/// Runs a program; what it printed.
pub fn run(program: &str) -> Result<Vec<String>> {
    let world = Rc::new(RefCell::new(World::default()));
    let runtime = Runtime::new()?;
    let context = Context::full(&runtime)?;
    let started = context.with(|ctx| {
        install(&ctx, &world)?;
        ctx.eval::<(), _>(program)
    });
    let ended = started.and_then(|()| turn(&runtime, &context, &world));
    // After an error some still wait. They go before the engine does.
    world.borrow_mut().timers.clear();
    let printed = std::mem::take(&mut world.borrow_mut().printed);
    ended.map(|()| printed)
}

fn turn(runtime: &Runtime, context: &Context, world: &RefCell<World>) -> Result<()> {
    loop {
        while runtime.execute_pending_job().is_ok_and(|ran| ran) {}
        let Some(((due, _), timer)) = world.borrow_mut().timers.pop_first() else {
            return Ok(());
        };
        world.borrow_mut().now = due;
        context.with(|ctx| timer.restore(&ctx)?.call::<_, ()>(()))?;
    }
}

fn install<'js>(ctx: &Ctx<'js>, world: &Rc<RefCell<World>>) -> Result<()> {
    let shared = Rc::clone(world);
    let print = move |text: String| shared.borrow_mut().printed.push(text);
    ctx.globals()
        .set("print", Function::new(ctx.clone(), print)?)?;
    let shared = Rc::clone(world);
    let set_timeout = move |ctx: Ctx<'js>, function: Function<'js>, after: u64| {
        let mut world = shared.borrow_mut();
        world.created += 1;
        let key = (world.now + after, world.created);
        world.timers.insert(key, Persistent::save(&ctx, function));
    };
    ctx.globals()
        .set("setTimeout", Function::new(ctx.clone(), set_timeout)?)
}
