//! The entry point of a snapshot reads a token when it is built. So whoever has the
//! snapshot has the token, and every process uses the builder's instead of its own.
//! Change it so that the snapshot does not hold the token and the program prints its own.

// UNSOLVED: read the token where it belongs, then delete this line
pub const ENTRY: &str = "
const config = { url: 'https://example.test', token: process.env.TOKEN };
function authorization() {
  return 'Bearer ' + config.token;
}
require('v8').startupSnapshot.setDeserializeMainFunction(() => {
  console.log(config.url, authorization());
});
";
