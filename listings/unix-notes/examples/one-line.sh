# One line of a program that prints for ever, and the error that ends it.
endless=listings/unix-notes/examples/node/lines.cjs
{ node $endless 2>&1 >&3 3>&- | grep -m 1 Error: >&2; } 3>&1 | head -n 1
