# A stack too small for the prelude. Two ways, two places where that shows.
cd "$(dirname "$0")"
for way in --node-snapshot --no-node-snapshot; do
  echo "$way:"
  node $way --stack-size=40 empty.cjs 2>&1 | grep -v -e '^$' -e trace-uncaught
  node $way --stack-size=40 empty.cjs 2>/dev/null
  echo "exit $?"
done
