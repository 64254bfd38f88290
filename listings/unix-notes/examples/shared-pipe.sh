# Two programs with one stdout, a pipe that is read late. The first does not even write.
{
  node -e 'process.stdout; setInterval(() => {}, 1000)' &
  until grep -q '^flags:.*4001$' /proc/$!/fdinfo/1; do sleep 0.1; done
  head -c 200000 /dev/zero
  kill $!
  touch written
} | {
  until [ -e written ]; do sleep 0.1; done
  rm written
  wc -c
}
