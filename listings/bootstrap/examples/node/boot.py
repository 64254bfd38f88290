# For gdb: what a start of Node passes through, and who starts which thread.
import gdb

gdb.execute('set pagination off')
gdb.execute('set print thread-events off')
gdb.execute('set breakpoint pending on')
PLACES = [
    'node::InitializeOncePerProcessInternal',
    'node::SnapshotBuilder::GetEmbeddedSnapshotData',
    'node::NodeMainInstance::CreateMainEnvironment',
    'v8::Context::FromSnapshot',
    'node::LoadEnvironment',
    'node::Environment::InitializeLibuv',
    'node::Realm::ExecuteBootstrapper',
    'node::SpinEventLoopInternal',
    'node::EmitProcessBeforeExit',
    'node::EmitProcessExitInternal',
    'node::Environment::RunCleanup',
    'node::TearDownOncePerProcess',
]


class Passed(gdb.Breakpoint):
    def stop(self):
        name = self.location.removeprefix('node::')
        if name.endswith('ExecuteBootstrapper'):
            # The id is the second argument, after `this`.
            name += ' ' + gdb.parse_and_eval('(char*)$rsi').string()
        print('==', name)
        return False


class Thread(gdb.Breakpoint):
    def stop(self):
        frame = gdb.newest_frame()
        while frame is not None and not (frame.name() or '').startswith('node::'):
            frame = frame.older()
        by = frame.name().split('(')[0] if frame else 'nobody known'
        print('==   a thread, by', by.removeprefix('node::'))
        return False


class Compiled(gdb.Breakpoint):
    """BuiltinModule asks for the function of a module of lib/."""
    count = 0

    def stop(self):
        Compiled.count += 1
        return False


for place in PLACES:
    Passed(place)
Compiled('node::builtins::BuiltinLoader::CompileFunction')
Thread('pthread_create')
gdb.execute('run')
print('== further modules of lib/ that had to be run:', Compiled.count)
