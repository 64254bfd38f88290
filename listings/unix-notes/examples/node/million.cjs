process.stdout.write('x'.repeat(1e6));
process.exit();
