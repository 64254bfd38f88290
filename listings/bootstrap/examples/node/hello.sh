# Builds a snapshot of hello.cjs and starts from it twice; the shell tells each command.
dir=$(mktemp -d)
cp "$(dirname "$0")/hello.cjs" "$dir"
cd "$dir" || exit
exec 2>&1
set -x
node --snapshot-blob blob --build-snapshot hello.cjs red
node --snapshot-blob blob blue
node --snapshot-blob blob green
{ set +x; } 2> /dev/null
rm -r "$dir"
