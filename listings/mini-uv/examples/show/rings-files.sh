# Which thread reads a file, and how, with and without UV_USE_IO_URING.
for on in 0 1; do
  echo "UV_USE_IO_URING=$on"
  UV_USE_IO_URING=$on strace -f -Y -e trace=io_uring_enter,read \
    node -e 'fs.readFile("README.md", () => {})' 2>&1 |
    sed -n -E 's/.*<([^>]*)>\] (read.*"# Node.*)/  \1 \2/p'
done
