# The rebuild on the same entry point.
cargo run -q -p bootstrap -- \
  --build-snapshot listings/bootstrap/examples/node/open.cjs
