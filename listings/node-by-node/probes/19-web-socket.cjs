// WebSocket
console.log(typeof WebSocket === 'function');
