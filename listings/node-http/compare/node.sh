#!/bin/sh
# The pinned Node, and nothing else.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
node=$(ls "$here"/../../../tools/node/node_modules/node-*/bin/node 2>/dev/null | head -n 1)
[ -n "$node" ] || { echo 'needs the pinned Node: npm ci --prefix tools/node' >&2; exit 1; }
exec "$node" "$@"
