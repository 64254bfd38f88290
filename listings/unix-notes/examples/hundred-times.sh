# How much arrives, and how often of a hundred times. Takes a while.
for _ in $(seq 100); do
  node listings/unix-notes/examples/node/million.cjs | wc -c
done | sort -n | uniq -c
