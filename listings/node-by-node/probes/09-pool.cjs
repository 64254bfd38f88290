// Buffer.poolSize
console.log(Buffer.poolSize);
