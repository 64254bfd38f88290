//! Values in numbered places. A place is used again, its id is not.

// ANCHOR: id
/// Names a value in [`Slots`]. When the value is gone, its id names nothing: the place
/// may have a new tenant, but that one has another generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id {
    index: u32,
    generation: u32,
}
// ANCHOR_END: id

impl Id {
    /// As one number, for the kernel to keep (`epoll_data_t`).
    pub fn to_u64(self) -> u64 {
        u64::from(self.index) << 32 | u64::from(self.generation)
    }

    /// Back from [`Id::to_u64`].
    pub fn from_u64(number: u64) -> Id {
        Id {
            index: (number >> 32) as u32,
            generation: number as u32,
        }
    }
}

struct Slot<T> {
    generation: u32,
    value: Option<T>,
}

/// A vector with holes.
pub struct Slots<T> {
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
}

impl<T> Slots<T> {
    pub fn new() -> Self {
        Slots {
            slots: Vec::new(),
            free: Vec::new(),
        }
    }

    /// # Panics
    /// With more than 2³² − 1 values at once.
    pub fn insert(&mut self, value: T) -> Id {
        if let Some(index) = self.free.pop() {
            let slot = &mut self.slots[index as usize];
            slot.value = Some(value);
            let generation = slot.generation;
            return Id { index, generation };
        }
        let index = u32::try_from(self.slots.len()).expect("fewer than 2^32 values");
        self.slots.push(Slot {
            generation: 0,
            value: Some(value),
        });
        Id {
            index,
            generation: 0,
        }
    }

    pub fn get(&self, id: Id) -> Option<&T> {
        let slot = self.slots.get(id.index as usize)?;
        slot.value
            .as_ref()
            .filter(|_| slot.generation == id.generation)
    }

    pub fn get_mut(&mut self, id: Id) -> Option<&mut T> {
        let slot = self.slots.get_mut(id.index as usize)?;
        match slot.generation == id.generation {
            true => slot.value.as_mut(),
            false => None,
        }
    }

    pub fn remove(&mut self, id: Id) -> Option<T> {
        self.get(id)?;
        let slot = &mut self.slots[id.index as usize];
        // A place whose generations are used up stays empty.
        if let Some(next) = slot.generation.checked_add(1) {
            slot.generation = next;
            self.free.push(id.index);
        }
        slot.value.take()
    }

    pub fn len(&self) -> usize {
        self.iter().count()
    }

    pub fn iter(&self) -> impl Iterator<Item = (Id, &T)> {
        let slots = self.slots.iter().enumerate();
        slots.filter_map(|(index, slot)| {
            let id = Id {
                index: index as u32,
                generation: slot.generation,
            };
            Some((id, slot.value.as_ref()?))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_a_removed_value_names_nothing() {
        let mut slots = Slots::new();
        let first = slots.insert("first");
        assert_eq!(slots.remove(first), Some("first"));
        assert_eq!(slots.remove(first), None);
        let second = slots.insert("second");
        assert_eq!(first.index, second.index);
        assert_eq!(slots.get(first), None);
        assert_eq!(slots.get_mut(first), None);
        assert_eq!(slots.get(second), Some(&"second"));
        assert_eq!(slots.len(), 1);
    }

    #[test]
    fn an_id_survives_the_way_through_the_kernel() {
        for (index, generation) in [(0, 0), (1, 0), (0, 1), (u32::MAX, u32::MAX - 1)] {
            let id = Id { index, generation };
            assert_eq!(Id::from_u64(id.to_u64()), id);
        }
    }

    /// A place that ran out of generations is given up: no id is ever used twice.
    #[test]
    fn the_last_generation_is_the_last() {
        let mut slots = Slots::new();
        let first = slots.insert(1);
        slots.remove(first);
        slots.slots[0].generation = u32::MAX;
        let last = slots.insert(2);
        assert_eq!(slots.remove(last), Some(2));
        let next = slots.insert(3);
        assert_ne!(next.index, last.index);
        assert_eq!(slots.get(last), None);
    }
}
