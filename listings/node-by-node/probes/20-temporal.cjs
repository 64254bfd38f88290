// Temporal
console.log(typeof Temporal === 'object');
