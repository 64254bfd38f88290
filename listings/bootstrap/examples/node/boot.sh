# What a start of Node passes through. The arguments go before the program's name, which
# is $PROGRAM, or empty.cjs.
cd "$(dirname "$0")"
gdb -q -batch -x boot.py --args node "$@" "${PROGRAM:-empty.cjs}" 2>/dev/null | grep ^==
