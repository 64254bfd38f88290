# Six lookups of a second and one stat, with pools of three sizes.
set -e
here=listings/mini-uv/examples
mkdir -p target
cc -shared -fPIC -o target/slow-getaddrinfo.so $here/c/slow-getaddrinfo.c
for n in 1 4 8; do
  echo "UV_THREADPOOL_SIZE=$n"
  UV_THREADPOOL_SIZE=$n LD_PRELOAD=$PWD/target/slow-getaddrinfo.so \
    node $here/node/staircase.cjs
done
