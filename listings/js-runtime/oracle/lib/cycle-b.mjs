import { a, hoisted } from '../esm-cycle.mjs';
export const b = 'b';
export const seeA = () => a;
console.log('b calls', hoisted());
try {
  seeA();
} catch (e) {
  console.log('b sees', e.name);
}
