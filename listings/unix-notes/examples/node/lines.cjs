(function more() {
  console.log('y');
  setImmediate(more);
})();
