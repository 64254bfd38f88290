# Builds a snapshot with an unreferenced timer in it, and starts from it. The arguments
# are the program that does so: Node, or the rebuild.
blob=$(mktemp)
"$@" --snapshot-blob "$blob" --build-snapshot \
  listings/bootstrap/examples/node/lost-timer.cjs
"$@" --snapshot-blob "$blob"
rm "$blob"
