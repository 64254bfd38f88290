# tests/c/closing.c with the mistake, under AddressSanitizer: who reads, who freed.
set -e
mkdir -p target
cc -g -fsanitize=address -DFREE_EARLY -o target/free-early \
  listings/mini-uv/tests/c/closing.c -luv
target/free-early 2>&1 | grep -E 'ERROR|#[01]|freed by' | head -n 6 |
  sed -E 's/==[0-9]+==//; s/ on address.*//; s/by thread.*/by/; s/0x[0-9a-f]+ in //' |
  sed -E 's/ [^ ]*libsanitizer.*//; s/ \(.*//'
