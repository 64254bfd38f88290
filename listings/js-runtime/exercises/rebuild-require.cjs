// Rebuild `require`. `files` are texts by name; `compile(text)` makes a function of
// (exports, require, module) of one. A module runs once, whoever asks; a circle gets
// what is there so far; a module that throws may be tried again; the error for a name that
// is no file says the name.

// UNSOLVED: make the checks below pass, then delete this line
exports.makeRequire = function makeRequire(files, compile) {
  return function require(name) {
    const module = { exports: {} };
    compile(files[name])(module.exports, require, module);
    return module.exports;
  };
};
