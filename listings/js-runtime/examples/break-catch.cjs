// A runaway loop that will not be caught out.
try {
  while (true) {
    try {
      while (true);
    } finally {
      console.log('finally');
    }
  }
} catch {
  console.log('caught');
}
