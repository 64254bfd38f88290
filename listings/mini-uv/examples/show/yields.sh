# How often a loop that was woken gives its processor away, because the thread that woke
# it has not left uv_async_send yet: calls of sched_yield(2) in 40,000 wakeups.
set -e
calls() {
  name=$1
  shift
  # grep counts to nought with a failure, which is an answer, too.
  strace -f -qq -e trace=sched_yield "$@" wakeups 2>&1 | { grep -c 'sched_yield(' || :; } |
    sed "s/^/$name: sched_yield calls: /"
}
libuv=listings/mini-uv/compare/libuv.sh
calls "$(sh $libuv system version)" sh $libuv system
calls "$(sh $libuv node version)" sh $libuv node
