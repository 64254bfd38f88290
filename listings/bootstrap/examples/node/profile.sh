# What V8 reads at a start, on both ways, without how long it took.
cd "$(dirname "$0")"
for way in --node-snapshot --no-node-snapshot; do
  echo "$way:"
  node $way --profile-deserialization empty.cjs |
    sed -e 's/^\[//' -e 's/ took.*//' -e 's/^Serializing to.*/Serializing/' | uniq -c |
    sed -e 's/^ *1 /  /' -e 's/^ *\([0-9]*\) Serializing/  Serializing, \1 times/'
done
