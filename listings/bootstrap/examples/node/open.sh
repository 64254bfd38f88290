# Node on the same entry point: the lines that say why, without the stack.
node --build-snapshot listings/bootstrap/examples/node/open.cjs 2>&1 |
  grep -e '^global handle' -e '^# [FC]'
