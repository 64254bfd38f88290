# Builds a snapshot of entry points that have, or had, something open: what Node says of
# it, without the stack.
said=$(mktemp)
for entry in open closed listen socket; do
  echo "$entry.cjs:"
  node --snapshot-blob /dev/null --build-snapshot \
    "listings/bootstrap/examples/node/$entry.cjs" > "$said" 2>&1
  status=$?
  grep '^global handle' "$said"
  echo "exit $status"
done
rm "$said"
