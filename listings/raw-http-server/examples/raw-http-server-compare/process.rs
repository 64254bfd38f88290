//! What the kernel counts for a process and those it started.

use crate::Result;
use rustix::process::{Resource, getrlimit, setrlimit};
use std::fs;

/// Counters of a process and all below it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tree {
    /// Seconds of CPU, in ticks of 10 ms.
    pub cpu: f64,
    pub resident_kib: f64,
    /// The sum of the peaks.
    pub peak_kib: f64,
}

impl Tree {
    pub fn of(id: u32) -> Result<Tree> {
        let mut tree = Tree::default();
        let mut queue = vec![id];
        while let Some(id) = queue.pop() {
            let stat = fs::read_to_string(format!("/proc/{id}/stat"))?;
            let fields = stat.rsplit_once(')').ok_or("no stat")?.1;
            let fields: Vec<&str> = fields.split_whitespace().collect();
            // proc_pid_stat(5): utime and stime are fields 14 and 15, the state is 3.
            for field in [14 - 3, 15 - 3] {
                tree.cpu += fields[field].parse::<f64>()? / 100.0;
            }
            let status = fs::read_to_string(format!("/proc/{id}/status"))?;
            let value = |name: &str| -> Result<f64> {
                let line = status.lines().find_map(|line| line.strip_prefix(name));
                let words = line.ok_or("no memory")?.split_whitespace().next();
                Ok(words.ok_or("no memory")?.parse()?)
            };
            tree.resident_kib += value("VmRSS:")?;
            tree.peak_kib += value("VmHWM:")?;
            for task in fs::read_dir(format!("/proc/{id}/task"))? {
                let children = fs::read_to_string(task?.path().join("children"))?;
                queue.extend(
                    children
                        .split_whitespace()
                        .filter_map(|id| id.parse::<u32>().ok()),
                );
            }
        }
        Ok(tree)
    }
}

/// As many descriptors as this process may have; those it starts inherit that.
pub fn raise_limit() -> Result<()> {
    const NEEDED: u64 = 10_200;
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit)?;
    match limit.maximum {
        Some(most) if most < NEEDED => Err(format!(
            "needs {NEEDED} descriptors, and the hard limit is {most}: ulimit -Hn"
        )
        .into()),
        _ => Ok(()),
    }
}
