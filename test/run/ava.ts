// ava, with a report in TAP that names every test that hangs or fails. As it is, its report crashes when tests take too long or call
// process.exit, because such an error does not come from a thread of tests (lib/reporters/tap.js, writeTimeout); and when an error has no
// trace, as where a Poller has set Error.stackTraceLimit to 0: it writes the first line of the trace as YAML, which has no undefined.
import { stat } from 'node:fs/promises'
import workerThreads from 'node:worker_threads'
import { syncBuiltinESMExports } from 'node:module'

interface Report {
  writeTest(event: { err?: unknown }, flags: unknown): void
}

/** An error of a test, as ava passes it on. */
interface TestError {
  readonly stack?: string
  readonly originalError?: { readonly stack?: string }
}

function withTrace(error: TestError): TestError {
  const stack = error.stack ?? error.originalError?.stack
  return stack === undefined || stack.includes('\n')
    ? error
    : { ...error, stack: `${stack}\n    at an unknown place` }
}

// libuv reads the size of its pool when something is first given to it. Programs that tests start have the usual one.
await stat('.')
delete process.env['UV_THREADPOOL_SIZE']

const ava = new URL('../../node_modules/ava/', import.meta.url)
const { default: TapReport } = (await import(new URL('lib/reporters/tap.js', ava).href)) as {
  default: { prototype: Report }
}
const { writeTest } = TapReport.prototype
TapReport.prototype.writeTest = function writeAnyTest(this: Report, event, flags) {
  const { err } = event
  const isPlain = err instanceof Error && !('originalError' in err)
  const { name, stack } = isPlain ? err : {}
  const shown = isPlain ? { type: 'native', originalError: err, name, stack } : err
  Reflect.apply(writeTest, this, [
    shown === undefined || shown === null ? event : { ...event, err: withTrace(shown) },
    flags,
  ])
}

// Each file of tests is a thread. A thread that ends closes the descriptors that it has opened with node:fs, by their numbers, also those
// that a net.Socket has closed since, as after a pipe was read: the number may be that of something of another thread by then.
const { Worker } = workerThreads
workerThreads.Worker = class extends Worker {
  constructor(file: string | URL, options?: workerThreads.WorkerOptions) {
    super(file, { ...options, trackUnmanagedFds: false })
  }
}
syncBuiltinESMExports()

await import(new URL('entrypoints/cli.js', ava).href)
