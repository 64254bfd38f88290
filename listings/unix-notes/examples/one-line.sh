# One line of a program that prints for ever, and the error that ends it.
node listings/unix-notes/examples/node/lines.cjs 2> errors.txt | head -n 1
grep Error: errors.txt
rm errors.txt
