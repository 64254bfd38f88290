//! All exercises, the easy ones first.

use super::{Exercise, Kind, RunProgram, solution};

pub const EXERCISES: &[Exercise] = &[
    Exercise {
        file: "predict-empty-stack.rs",
        task: "a job is queued deep inside calls: when does it run?",
        kind: Kind::Predict(
            [
                super::predict_empty_stack::PREDICTION,
                solution::predict_empty_stack::PREDICTION,
            ],
            include_str!("../../oracle/empty-stack.out"),
        ),
    },
    Exercise {
        file: "predict-handled-late.rs",
        task: "three rejections are handled late: who hears of them?",
        kind: Kind::Predict(
            [
                super::predict_handled_late::PREDICTION,
                solution::predict_handled_late::PREDICTION,
            ],
            include_str!("../../oracle/handled-late.out"),
        ),
    },
    Exercise {
        file: "predict-esm-cycle.rs",
        task: "two modules import each other: what is there already?",
        kind: Kind::Predict(
            [
                super::predict_esm_cycle::PREDICTION,
                solution::predict_esm_cycle::PREDICTION,
            ],
            include_str!("../../oracle/esm-cycle.out"),
        ),
    },
    Exercise {
        file: "modify-give-way.cjs",
        task: "a thousand steps starve a timer: give way so that it fires in time",
        kind: Kind::Modify("timer after 5 ms\n1000 steps after 1000 ms\n"),
    },
    Exercise {
        file: "modify-in-time.cjs",
        task: "a failed prefetch ends the process: handle it without hiding it",
        kind: Kind::Modify("asked in time: no user 1\nasked late: no user 1\n"),
    },
    Exercise {
        file: "rebuild-require.cjs",
        task: "require: a cache, circles, and a second try",
        kind: Kind::RebuildJs("rebuild-require.cjs"),
    },
    Exercise {
        file: "rebuild-runtime.rs",
        task: "a runtime in fifty lines: print, setTimeout, and who runs what",
        kind: Kind::RebuildRust([
            super::rebuild_runtime::run,
            solution::rebuild_runtime::run,
        ]),
    },
];

/// Programs, and what a runtime must print for them.
const PROGRAMS: [(&str, &[&str]); 5] = [
    ("print('a')", &["a"]),
    (
        "Promise.resolve().then(() => print('job')); print('main')",
        &["main", "job"],
    ),
    (
        "setTimeout(() => print('2 ms'), 2); setTimeout(() => print('1 ms'), 1); print('main')",
        &["main", "1 ms", "2 ms"],
    ),
    (
        "for (const name of ['a', 'b']) setTimeout(() => {
           print(name); Promise.resolve().then(() => print(`job of ${name}`)); }, 1)",
        &["a", "job of a", "b", "job of b"],
    ),
    (
        "setTimeout(() => { print('5'); setTimeout(() => print('5 + 1'), 1) }, 5);
         setTimeout(() => print('7'), 7)",
        &["5", "5 + 1", "7"],
    ),
];

pub fn check_runtime(run: RunProgram) -> Result<(), String> {
    for (program, wanted) in PROGRAMS {
        match run(program) {
            Ok(printed) if printed == wanted => {}
            Ok(printed) => {
                return Err(format!(
                    "{program}\nprints {printed:?}\nand should {wanted:?}"
                ));
            }
            Err(error) => return Err(format!("{program}\nfails: {error}")),
        }
    }
    Ok(())
}
