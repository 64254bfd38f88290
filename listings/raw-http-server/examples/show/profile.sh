# Whose code a server's processor runs while wrk asks it: `perf` looks 997 times a second.
# JOB... as in compare/compare.toml; needs perf (linux-perf) and wrk.
set -eu
cargo build -q --release -p raw-http-server --example raw-http-server-compare
compare=${CARGO_TARGET_DIR:-target}/release/examples/raw-http-server-compare
samples=$(mktemp)
trap 'rm -f "$samples"' EXIT
for job; do
  for who in rebuild hyper; do
    perf record -q -e cpu-clock -F 997 -o "$samples" -- "$compare" "$who" "$job" >/dev/null
    perf report -i "$samples" --stdio --sort comm,dso 2>/dev/null |
      awk -v who="$who" -v job="$job" '
        /%/ && $2 != "wrk" {
          if ($3 ~ /^\[kernel/) of = "kernel"
          else if ($3 ~ /compare$/) of = "server"
          else of = "libc and others"
          share[of] += $1; all += $1
        }
        END {
          printf "%-9s %-7s  kernel %2.0f %%, server %2.0f %%, libc and others %2.0f %%\n",
            job, who, 100 * share["kernel"] / all, 100 * share["server"] / all,
            100 * share["libc and others"] / all
        }'
  done
done
