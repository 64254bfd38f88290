# The writes to descriptor 1, while nobody reads.
command -v strace > /dev/null || { echo needs strace; exit; }
strace -f -qq -s 1 -e trace=write -o strace.txt \
  node listings/unix-notes/examples/node/million.cjs | sleep 2
grep -o 'write(1,.*' strace.txt
rm strace.txt
