//! The comparison, with another allocator under the rebuild: what its rows owe to
//! `malloc`.

#[path = "event-loop-compare.rs"]
mod compare;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    compare::main()
}
