module.exports = {
  EOL: '\n',
  tmpdir: () => process.env.TMPDIR || '/tmp',
};
