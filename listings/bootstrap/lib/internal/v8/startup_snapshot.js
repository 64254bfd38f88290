const { ArrayPrototypePush } = primordials;
const { codedError } = require('internal/errors');
const binding = internalBinding('mksnapshot');

const serializeCallbacks = [];
let deserializeCallbacks = [];
let mainIsSet = false;

function isBuildingSnapshot() {
  return binding.isBuildingSnapshot();
}

function throwIfNotBuilding() {
  if (isBuildingSnapshot()) return;
  throw codedError('ERR_NOT_BUILDING_SNAPSHOT',
                   'Operation cannot be invoked when not building startup snapshot');
}

function addSerializeCallback(callback, data) {
  throwIfNotBuilding();
  ArrayPrototypePush(serializeCallbacks, { callback, data });
  binding.setSerializeCallback(runSerializeCallbacks);
}

function runSerializeCallbacks() {
  for (const { callback, data } of serializeCallbacks) callback(data);
}

function addDeserializeCallback(callback, data) {
  throwIfNotBuilding();
  ArrayPrototypePush(deserializeCallbacks, { callback, data });
}

// On the long way there are none. After a snapshot they run once, in pre-execution.
function runDeserializeCallbacks() {
  if (isBuildingSnapshot()) return;
  const callbacks = deserializeCallbacks;
  deserializeCallbacks = [];
  for (const { callback, data } of callbacks) callback(data);
}

function setDeserializeMainFunction(callback, data) {
  throwIfNotBuilding();
  if (mainIsSet) {
    throw codedError('ERR_DUPLICATE_STARTUP_SNAPSHOT_MAIN_FUNCTION',
                     'Deserialize main function is already configured.');
  }
  mainIsSet = true;
  binding.setDeserializeMainFunction(() => {
    const { prepareMainThreadExecution, markBootstrapComplete } =
      require('internal/process/pre_execution');
    prepareMainThreadExecution(false);
    markBootstrapComplete();
    callback(data);
  });
}

module.exports = {
  runDeserializeCallbacks,
  namespace: {
    addDeserializeCallback,
    addSerializeCallback,
    setDeserializeMainFunction,
    isBuildingSnapshot,
  },
};
