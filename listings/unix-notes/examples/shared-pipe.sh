# Two programs with one stdout, a pipe that is read late. The first does not even write.
{
  node -e 'process.stdout; setTimeout(() => {}, 900)' &
  sleep 0.6
  head -c 200000 /dev/zero
  wait
} | {
  sleep 1
  wc -c
}
