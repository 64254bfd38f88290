# An empty program's own snapshot: how Node gets at it, and what is in it.
blob=$(mktemp)
node --snapshot-blob "$blob" --build-snapshot "$(dirname "$0")/empty.cjs"
strace -s 0 -e trace=openat,read node --snapshot-blob "$blob" \
  "$(dirname "$0")/empty.cjs" 2>&1 |
  sed -n "\|\"$blob\"|,\|^openat|p" | sed "s|$blob|blob|" | grep -e '"blob"' -e ', [0-9]\{7\})'
node --snapshot-blob "$blob" --profile-deserialization "$(dirname "$0")/empty.cjs" |
  sed -n 's/^.\(Deserializing .*bytes)\).*/\1/p'
rm "$blob"
