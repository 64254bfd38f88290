//! The table of descriptors of a process: a row for each number, the lowest free first.

use crate::checks::DescriptorTable;

pub struct Table {
    rows: Vec<Option<String>>,
    limit: usize,
}

impl DescriptorTable for Table {
    fn with_limit(limit: usize) -> Table {
        let rows = Vec::new();
        Table { rows, limit }
    }

    fn open(&mut self, file: &str) -> Result<usize, i32> {
        let free = self.rows.iter().position(Option::is_none);
        let fd = free.unwrap_or(self.rows.len());
        if fd >= self.limit {
            return Err(24);
        }
        if fd == self.rows.len() {
            self.rows.push(None);
        }
        self.rows[fd] = Some(file.to_string());
        Ok(fd)
    }

    fn close(&mut self, fd: usize) -> Result<(), i32> {
        let row = self.rows.get_mut(fd).ok_or(9)?;
        row.take().map(drop).ok_or(9)
    }

    fn file(&self, fd: usize) -> Result<&str, i32> {
        self.rows.get(fd).and_then(Option::as_deref).ok_or(9)
    }
}
