# What a connection asks of the kernel: rings, and epoll_ctl outside of them, and which
# thread asks. With `refused` the kernel refuses the rings.
[ "$1" != refused ] || inject='-e inject=io_uring_setup:error=EPERM'
strace -f -Y -e trace=io_uring_setup,io_uring_enter,epoll_ctl $inject \
  node listings/mini-uv/examples/node/connect.cjs 2>&1 |
  sed -E 's/.*<([^>]*)>\] /\1 /; s/^io/node-MainThread io/' | grep -E ' (io_|epoll_)' |
  sed -E 's/ \{flags=.*\}\) = / …) = /; s/ \(INJECTED\)//' |
  sed -E 's/, data=.*\}\}\)/})/; s/, 0x[0-9a-f]*\)/)/' | head -n "${2:-20}"
