exports.value = 1;
exports.class = 2;
exports.null = 3;
exports['a b'] = 4;
exports.await = 5;
