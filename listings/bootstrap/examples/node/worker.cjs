new (require('worker_threads').Worker)('', { eval: true })
