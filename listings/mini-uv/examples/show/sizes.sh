# UV_THREADPOOL_SIZE, and how many threads the pool has before and after its first job.
for n in '' 0 7 -3 99999 abc; do
  printf 'UV_THREADPOOL_SIZE=%-5s threads: ' "$n"
  node listings/mini-uv/examples/node/sizes.cjs $n
done
