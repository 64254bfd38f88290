//! Binding `mksnapshot`: what a program can arrange while a snapshot is built.

use super::{arg, ext};
use crate::engine::External;
use crate::engine::heap::Value;

pub const TABLE: &[External] = &[
    ext("mksnapshot::setSerializeCallback", |e, _, a| {
        e.heap.set_slot("serialize", arg(a, 0));
        Ok(Value::Undefined)
    }),
    ext("mksnapshot::setDeserializeMainFunction", |e, _, a| {
        e.heap.set_slot("deserializeMain", arg(a, 0));
        Ok(Value::Undefined)
    }),
    ext("mksnapshot::isBuildingSnapshot", |e, _, _| {
        Ok(Value::Bool(e.host.building_snapshot))
    }),
];
