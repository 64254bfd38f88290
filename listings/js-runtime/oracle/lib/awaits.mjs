import './first.mjs';
console.log('awaits');
export const awaited = await new Promise((resolve) => setTimeout(resolve, 1, 'a value'));
console.log('awaited');
