// Which promise of a chain is the unhandled one, and how often is it reported?
process.on('unhandledRejection', (e) => console.log('unhandled', e.message));
const root = Promise.reject(new Error('root'));
root.then(() => console.log('never'));
root.finally(() => console.log('finally'));
root.catch(() => { throw new Error('in catch'); });
