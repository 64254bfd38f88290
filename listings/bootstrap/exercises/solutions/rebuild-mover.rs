//! A table of new numbers, and a list of what has a number but is not copied yet. The
//! list is what makes a walk without recursion out of it.

use crate::checks::{Graph, Mover};

pub struct Walk;

impl Mover for Walk {
    fn take(heap: &Graph, root: usize) -> Graph {
        let mut numbers = vec![None; heap.len()];
        let mut order = vec![root];
        numbers[root] = Some(0);
        let mut to = Graph::new();
        while let Some(from) = order.get(to.len()).copied() {
            let mut references = Vec::new();
            for next in &heap[from] {
                let number = numbers[*next].unwrap_or_else(|| {
                    order.push(*next);
                    order.len() - 1
                });
                numbers[*next] = Some(number);
                references.push(number);
            }
            to.push(references);
        }
        to
    }
}
