# Builds a snapshot with an unreferenced timer of so many milliseconds in it, and starts
# from it. The other arguments are the program that does so: Node, or the rebuild.
blob=$(mktemp)
milliseconds=$1
shift
"$@" --snapshot-blob "$blob" --build-snapshot \
  listings/bootstrap/examples/node/lost-timer.cjs "$milliseconds"
"$@" --snapshot-blob "$blob"
rm "$blob"
