# What a start of Node passes through; the arguments go before the program's name.
cd "$(dirname "$0")"
gdb -q -batch -x boot.py --args node "$@" empty.cjs 2>/dev/null | grep ^==
