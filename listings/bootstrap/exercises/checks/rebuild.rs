//! Rebuilds: a small piece of the host, against all that it must do.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A module's function. It requires other modules, by the function that it is called with.
pub type Module = Rc<dyn Fn(&mut dyn FnMut(&'static str) -> Seen)>;

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

/// Who required whom, and saw what.
type Log = Rc<RefCell<Vec<String>>>;

/// A module that requires `dependencies`, in order, and notes what it sees.
fn module(
    id: &'static str,
    dependencies: &'static [&'static str],
    log: &Log,
) -> Module {
    let log = Rc::clone(log);
    Rc::new(move |require| {
        for dependency in dependencies {
            let seen = require(dependency);
            log.borrow_mut()
                .push(format!("{id} sees {dependency} {seen:?}"));
        }
    })
}

const MODULES: [(&str, &[&str]); 5] = [
    ("fs", &["path", "util"]),
    ("path", &[]),
    ("util", &["inspect"]),
    ("inspect", &["util", "path"]),
    ("os", &["fs"]),
];

/// What is required from outside, the list then, and what the modules saw.
type Case = (&'static [&'static str], &'static str, &'static str);

const CASES: [Case; 4] = [
    (&["path"], "path", ""),
    (&["path", "path"], "path", ""),
    (
        &["fs"],
        "path, inspect, util, fs",
        "fs sees path Complete, inspect sees util Incomplete, inspect sees path Complete, \
         util sees inspect Complete, fs sees util Complete",
    ),
    (
        &["inspect", "os"],
        "util, path, inspect, fs, os",
        "util sees inspect Incomplete, inspect sees util Complete, \
         inspect sees path Complete, fs sees path Complete, fs sees util Complete, \
         os sees fs Complete",
    ),
];

pub fn builtin_loader<L: BuiltinLoader>() -> Result<(), String> {
    for (requests, list, saw) in CASES {
        let log = Log::default();
        let modules = MODULES.map(|(id, needs)| (id, module(id, needs, &log)));
        let mut loader = L::with_modules(BTreeMap::from(modules));
        let after = requests.join(", ");
        for id in requests {
            if loader.require(id) != Seen::Complete {
                return Err(format!("{id} is complete when require returns."));
            }
        }
        same(&after, "the list is", &loader.load_list().join(", "), list)?;
        same(&after, "this was seen:", &log.borrow().join(", "), saw)?;
    }
    Ok(())
}

fn same(after: &str, what: &str, found: &str, wanted: &str) -> Result<(), String> {
    match found == wanted {
        true => Ok(()),
        false => Err(format!(
            "After {after} {what}\n  {found}\nIt should be\n  {wanted}"
        )),
    }
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
    let distinct: BTreeSet<usize> = numbers.iter().flatten().copied().collect();
    if distinct.len() != count {
        return Err("two things became one".into());
    }
    match new.len() == count {
        true => Ok(()),
        false => Err(format!("{} things were written, not {count}", new.len())),
    }
}

/// A loader that calls everything complete, and one thing for two.
#[cfg(test)]
#[test]
fn what_is_nearly_right_is_refused() {
    #[derive(Default)]
    struct AllComplete(
        BTreeMap<&'static str, Module>,
        Vec<&'static str>,
        BTreeSet<&'static str>,
    );
    impl BuiltinLoader for AllComplete {
        fn with_modules(modules: BTreeMap<&'static str, Module>) -> Self {
            AllComplete(modules, Vec::new(), BTreeSet::new())
        }
        fn require(&mut self, id: &'static str) -> Seen {
            if self.2.insert(id) {
                let function = Rc::clone(&self.0[id]);
                function(&mut |dependency| self.require(dependency));
                self.1.push(id);
            }
            Seen::Complete
        }
        fn load_list(&self) -> &[&'static str] {
            &self.1
        }
    }
    let wrong = builtin_loader::<AllComplete>().expect_err("a circle is incomplete");
    assert!(wrong.contains("inspect sees util Incomplete"), "{wrong}");
    let (two, one) = (
        vec![vec![1, 2], vec![], vec![]],
        vec![vec![1, 1], vec![], vec![]],
    );
    assert!(same_shape(&two, 0, &one).is_err());
}
