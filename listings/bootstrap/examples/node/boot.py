# For gdb: what a start of Node passes through, on which thread, and who starts threads.
import gdb

gdb.execute('set pagination off')
gdb.execute('set print thread-events off')
gdb.execute('set breakpoint pending on')
PLACES = [
    'node::InitializeOncePerProcessInternal',
    'node::SnapshotBuilder::GetEmbeddedSnapshotData',
    'node::NodeMainInstance::CreateMainEnvironment',
    'v8::Context::FromSnapshot',
    'node::InitializePrimordials',
    'node::LoadEnvironment',
    'node::Environment::InitializeLibuv',
    'node::Realm::ExecuteBootstrapper',
    'node::SpinEventLoopInternal',
    'node::EmitProcessBeforeExit',
    'node::EmitProcessExitInternal',
    'node::Environment::RunCleanup',
    'node::TearDownOncePerProcess',
]


def side():
    """Marks what happens on the thread of a worker."""
    return '' if gdb.selected_thread().num == 1 else 'W: '


class Passed(gdb.Breakpoint):
    def stop(self):
        name = self.location.removeprefix('node::')
        if name.endswith('ExecuteBootstrapper'):
            # The id is the second argument, after `this`.
            name += ' ' + gdb.parse_and_eval('(char*)$rsi').string()
        print('== ' + side() + name)
        return False


class Thread(gdb.Breakpoint):
    def stop(self):
        frame = gdb.newest_frame()
        while frame is not None and not (frame.name() or '').startswith('node::'):
            frame = frame.older()
        by = frame.name().split('(')[0].split('::') if frame else ['nobody known']
        print('==   a thread, by ' + '::'.join(by[1:][-2:]))
        return False


class Compiled(gdb.Breakpoint):
    """BuiltinModule asks for the function of a module of lib/."""
    counts = {True: 0, False: 0}

    def stop(self):
        Compiled.counts[side() == ''] += 1
        return False


for place in PLACES:
    Passed(place)
Compiled('node::builtins::BuiltinLoader::CompileFunction')
Thread('pthread_create')
gdb.execute('run')
print('== further modules of lib/ that had to be run:', Compiled.counts[True])
if Compiled.counts[False]:
    print('== and on the thread of the worker, W:', Compiled.counts[False])
