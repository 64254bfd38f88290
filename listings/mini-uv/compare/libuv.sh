#!/bin/sh
# Builds libuv.c where it is missing or old, and runs a job of it: on the libuv of the
# system (`libuv.sh system JOB`), or on the one inside the pinned Node (`node JOB`).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
built=${CARGO_TARGET_DIR:-$here/../../../target}/mini-uv-compare
mkdir -p "$built"
if ! printf '#include <uv.h>\n' | cc -E - >/dev/null 2>&1; then
  echo 'needs a C compiler and the headers of libuv: apt install libuv1-dev' >&2
  exit 1
fi
build() {
  out=$1
  shift
  [ "$out" -nt "$here/libuv.c" ] || cc -O2 -Wall -Wextra -o "$out" "$here/libuv.c" "$@"
}
case $1 in
system)
  build "$built/libuv" -luv
  exec "$built/libuv" "$2"
  ;;
node)
  node=$(ls "$here"/../../../tools/node/node_modules/node-*/bin/node 2>/dev/null | head -n 1)
  [ -n "$node" ] || { echo 'needs the pinned Node: npm ci --prefix tools/node' >&2; exit 1; }
  build "$built/libuv.node" -shared -fPIC -DIN_NODE
  export LIBUV_JOB="$2"
  exec "$node" -e 'process.dlopen({ exports: {} }, process.argv[1])' "$built/libuv.node"
  ;;
*)
  echo 'say `system` or `node`, then a job' >&2
  exit 2
  ;;
esac
