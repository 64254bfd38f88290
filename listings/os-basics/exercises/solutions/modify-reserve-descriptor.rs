//! A server that runs out of descriptors, and says so to those who wait.

use crate::checks::{Connections, Kernel};

pub fn serve(kernel: &mut Kernel, served: &mut Connections) {
    let mut reserve = kernel.open_null().ok();
    while kernel.wait_readable() {
        match kernel.accept() {
            Ok(connection) => served.push(connection),
            Err(24) => {
                if let Some(reserve) = reserve.take() {
                    kernel.close(reserve);
                }
                if let Ok(refused) = kernel.accept() {
                    kernel.close(refused);
                }
                reserve = kernel.open_null().ok();
            }
            Err(_) => {} // that client is gone: the next one may not be
        }
    }
}
