//! A binary heap whose items know where they stand, so that one can be removed or
//! moved from the middle (Node: lib/internal/priority_queue.js `PriorityQueue`).

/// Puts items into an order and remembers each one's place in the heap.
pub trait Order<T> {
    /// Must `a` leave the queue before `b`?
    fn before(&self, a: T, b: T) -> bool;
    /// `item` now stands at `position`.
    fn moved(&mut self, item: T, position: usize);
}

/// The heap. Its first item comes before all others by the [`Order`] that is passed
/// to each operation; always pass the same.
#[derive(Debug)]
pub struct PriorityQueue<T> {
    heap: Vec<T>,
}

impl<T: Copy> Default for PriorityQueue<T> {
    fn default() -> Self {
        PriorityQueue { heap: Vec::new() }
    }
}

impl<T: Copy> PriorityQueue<T> {
    /// How many items there are.
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Is there no item?
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }

    /// The first item.
    pub fn peek(&self) -> Option<T> {
        self.heap.first().copied()
    }

    /// The items, in the order of the heap's array.
    pub fn iter(&self) -> impl Iterator<Item = T> {
        self.heap.iter().copied()
    }

    /// Adds an item: O(log n).
    pub fn insert(&mut self, item: T, order: &mut impl Order<T>) {
        self.heap.push(item);
        self.percolate_up(self.heap.len() - 1, order);
    }

    /// Removes the item at `position`, if there is one: O(log n).
    pub fn remove_at(
        &mut self,
        position: usize,
        order: &mut impl Order<T>,
    ) -> Option<T> {
        if position >= self.heap.len() {
            return None;
        }
        let removed = self.heap.swap_remove(position);
        if position < self.heap.len() {
            // The last item took the hole. It may belong above or below it.
            let parent = position.saturating_sub(1) / 2;
            if order.before(self.heap[position], self.heap[parent]) {
                self.percolate_up(position, order);
            } else {
                self.percolate_down(position, order);
            }
        }
        Some(removed)
    }

    /// Moves the item at `position` down to where it belongs, after it became later.
    pub fn percolate_down(&mut self, mut position: usize, order: &mut impl Order<T>) {
        let item = self.heap[position];
        loop {
            let mut child = 2 * position + 1;
            if child >= self.heap.len() {
                break;
            }
            let sibling = child + 1;
            if sibling < self.heap.len()
                && order.before(self.heap[sibling], self.heap[child])
            {
                child = sibling;
            }
            if !order.before(self.heap[child], item) {
                break;
            }
            self.put(position, self.heap[child], order);
            position = child;
        }
        self.put(position, item, order);
    }

    fn percolate_up(&mut self, mut position: usize, order: &mut impl Order<T>) {
        let item = self.heap[position];
        while position > 0 {
            let parent = (position - 1) / 2;
            if !order.before(item, self.heap[parent]) {
                break;
            }
            self.put(position, self.heap[parent], order);
            position = parent;
        }
        self.put(position, item, order);
    }

    fn put(&mut self, position: usize, item: T, order: &mut impl Order<T>) {
        self.heap[position] = item;
        order.moved(item, position);
    }
}
