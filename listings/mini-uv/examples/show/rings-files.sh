# Which rings Node makes, and how a file is read, with and without UV_USE_IO_URING.
for on in 0 1; do
  echo "UV_USE_IO_URING=$on"
  UV_USE_IO_URING=$on strace -f -e trace=io_uring_setup,read \
    node -e 'fs.readFile("README.md", () => {})' 2>&1 |
    grep -o -E 'io_uring_setup\(256, \{flags=[0-9a-fx]+|read\([0-9]+, "# Node.*'
done
