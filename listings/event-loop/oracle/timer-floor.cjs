// What becomes of a duration that is too short, too long, or no number?
for (const after of [0, -5, 0.5, NaN, 2 ** 31, 2 ** 31 - 1]) {
  const timer = setTimeout(() => {}, after);
  console.log(after, '->', timer._idleTimeout);
  clearTimeout(timer);
}
