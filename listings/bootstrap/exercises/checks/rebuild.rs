//! Rebuilds: a small piece of the host, against all that it must do.

use std::collections::BTreeMap;

/// The ids that a module requires, in order.
pub type Module = Vec<&'static str>;

/// What a module sees of one that it requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// It is loading: its exports are what they are so far.
    Incomplete,
    Complete,
}

/// A loader of built-in modules.
pub trait BuiltinLoader {
    fn with_modules(modules: BTreeMap<&'static str, Module>) -> Self;
    fn require(&mut self, id: &'static str) -> Seen;
    fn load_list(&self) -> &[&'static str];
}

pub fn builtin_loader<L: BuiltinLoader>() -> Result<(), String> {
    let modules = || {
        BTreeMap::from([
            ("fs", vec!["path", "util"]),
            ("path", vec![]),
            ("util", vec!["inspect"]),
            ("inspect", vec!["util", "path"]),
            ("os", vec!["fs"]),
        ])
    };
    let cases: &[(&[&'static str], &[&'static str])] = &[
        (&["path"], &["path"]),
        (&["path", "path"], &["path"]),
        (&["fs"], &["path", "inspect", "util", "fs"]),
        (&["inspect", "os"], &["util", "path", "inspect", "fs", "os"]),
    ];
    for (requests, wanted) in cases {
        let mut loader = L::with_modules(modules());
        for id in *requests {
            if loader.require(id) != Seen::Complete {
                return Err(format!("{id} is complete when require returns."));
            }
        }
        if loader.load_list() != *wanted {
            let list = loader.load_list().join(", ");
            let wanted = wanted.join(", ");
            let requests = requests.join(", ");
            return Err(format!(
                "After {requests} the list is\n  {list}\nIt should be\n  {wanted}"
            ));
        }
    }
    Ok(())
}

/// For each thing, the numbers of those that it refers to.
pub type Graph = Vec<Vec<usize>>;

/// Writes what can be reached from `root`, which gets the number 0.
pub trait Mover {
    fn take(heap: &Graph, root: usize) -> Graph;
}

pub fn mover<M: Mover>() -> Result<(), String> {
    let shapes: [(&str, Graph, usize); 5] = [
        ("a list", vec![vec![1], vec![2], vec![]], 0),
        ("garbage", vec![vec![], vec![0], vec![3], vec![]], 2),
        (
            "two ways to one thing",
            vec![vec![1, 2], vec![3], vec![3], vec![]],
            0,
        ),
        ("a circle", vec![vec![1], vec![2], vec![0]], 1),
        ("itself", vec![vec![0, 0]], 0),
    ];
    for (what, heap, root) in &shapes {
        same_shape(heap, *root, &M::take(heap, *root))
            .map_err(|wrong| format!("{what}: {wrong}"))?;
    }
    let long: Graph = (0..100_000).map(|i| vec![(i + 1) % 100_000]).collect();
    same_shape(&long, 7, &M::take(&long, 7)).map_err(|w| format!("a long circle: {w}"))
}

/// Walks both at once: each thing of the one is one thing of the other.
fn same_shape(heap: &Graph, root: usize, new: &Graph) -> Result<(), String> {
    let mut numbers = vec![None; heap.len()];
    numbers[root] = Some(0);
    let (mut waiting, mut count) = (vec![root], 1);
    while let Some(from) = waiting.pop() {
        let copy = new.get(numbers[from].unwrap_or_default());
        let copy = copy.ok_or("a number leads nowhere")?;
        if copy.len() != heap[from].len() {
            return Err("a thing has lost references, or won some".into());
        }
        for (next, number) in heap[from].iter().zip(copy) {
            match numbers[*next] {
                Some(known) if known != *number => {
                    return Err("one thing became two".into());
                }
                Some(_) => {}
                None => {
                    numbers[*next] = Some(*number);
                    waiting.push(*next);
                    count += 1;
                }
            }
        }
    }
    match new.len() == count {
        true => Ok(()),
        false => Err(format!("{} things were written, not {count}", new.len())),
    }
}
