# How often the threads of a pool ask the kernel to sleep or to wake each other, while
# 40,000 empty jobs go through it: calls of futex(2).
set -e
calls() {
  name=$1
  shift
  strace -f -qq -e trace=futex "$@" many-jobs 2>&1 | grep -c 'futex(' |
    sed "s/^/$name: futex calls: /"
}
cargo build -q --release -p mini-uv --example mini-uv-compare
calls 'the rebuild' "${CARGO_TARGET_DIR:-target}/release/examples/mini-uv-compare" rebuild
calls 'libuv      ' sh listings/mini-uv/compare/libuv.sh system
