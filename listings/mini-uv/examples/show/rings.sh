# What a connection asks of the kernel: rings, and epoll_ctl outside of them. With
# `refused` the kernel refuses the rings.
[ "$1" != refused ] || inject='-e inject=io_uring_setup:error=EPERM'
strace -f -e trace=io_uring_setup,io_uring_enter,epoll_ctl $inject \
  node listings/mini-uv/examples/node/connect.cjs 2>&1 |
  grep -o -E '(io_uring|epoll_ctl).*' |
  sed -E 's/ .. IORING_SETUP.*\}\) = / …}) = /; s/ \(INJECTED\)//' |
  sed -E 's/, data=.*\}\}\)/})/; s/, 0x[0-9a-f]*\)/)/' | head -n "${2:-20}"
