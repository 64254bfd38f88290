//! The token is asked for when it is needed. A deserialize callback would do as well; a
//! getter on `config`, too. What must not happen is a copy while the snapshot is built.

pub const ENTRY: &str = "
const config = { url: 'https://example.test' };
function authorization() {
  return 'Bearer ' + process.env.TOKEN;
}
require('v8').startupSnapshot.setDeserializeMainFunction(() => {
  console.log(config.url, authorization());
});
";
