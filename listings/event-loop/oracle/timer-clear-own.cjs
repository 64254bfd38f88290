// A timer clears itself, refreshes itself, both: which calls come?
for (const name of ['clear', 'refresh', 'clear, refresh', 'refresh, clear']) {
  let calls = 0;
  const timer = setTimeout(() => {
    console.log(`${name}: call ${++calls}`);
    if (calls === 2) return;
    for (const step of name.split(', ')) {
      if (step === 'clear') clearTimeout(timer);
      else timer.refresh();
    }
  }, 1);
}
