import test from 'ava'
import { RefusedError } from '../../src/runtime/refused-error.ts'
import { ThreadSupervisor } from '../../src/threads/thread-supervisor.ts'
import { NotReadyError } from '../../src/threads/worker-lifetime.ts'

interface Thread {
  readonly usage: null
  ping(): Promise<void>
  end(): Promise<void>
}

/** A supervisor of threads of which the first cannot be started because of these errors, and what it writes. */
function supervise(...errors: Error[]) {
  const lines: string[] = []
  /** How long each thread has to start, in s. */
  const times: number[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const supervisor = new ThreadSupervisor<Thread>({
    name: 'The clerk',
    checkTimes: { intervalMs: 60_000, silenceMs: 60_000 },
    launch(_lost, timeoutMs) {
      times.push(timeoutMs / 1_000)
      const error = errors.shift()
      const thread: Thread = { usage: null, ping: () => Promise.resolve(), end: () => Promise.resolve() }
      return error === undefined ? Promise.resolve(thread) : Promise.reject(error)
    },
    started: () => {},
    lost: () => '',
    log(text) {
      lines.push(text)
      if (text.endsWith('has started\n')) resolve()
    },
  })
  return { supervisor, lines, times, started: promise }
}

test('a thread that cannot be started now is tried again; each reason is said once, and when it has started', async (t) => {
  const { supervisor, lines, started } = supervise(new Error('busy'), new Error('busy'), new Error('full'))
  await supervisor.startOrRetry('nothing is filed')
  t.is(supervisor.thread, null)
  await started
  t.not(supervisor.thread, null)
  supervisor.release()
  t.deepEqual(lines, [
    'busy; it is tried again, and nothing is filed meanwhile\n',
    'full; it is tried again\n',
    'info: The clerk has started\n',
  ])
})

test('a thread that can never be started is not tried again', async (t) => {
  const { supervisor, lines } = supervise(new RefusedError('no'))
  await t.throwsAsync(supervisor.startOrRetry('nothing is filed'), {
    instanceOf: RefusedError,
    message: 'no',
  })
  t.deepEqual(lines, [])
})

test('a thread that was not ready in time is followed by one that has longer, until one starts', async (t) => {
  const late = Array.from({ length: 6 }, () => new NotReadyError('late'))
  const { supervisor, times } = supervise(...late.slice(0, 2), new Error('busy'), ...late.slice(2))
  for (let n = 0; n < 7; n++) await t.throwsAsync(supervisor.start())
  await supervisor.start()
  supervisor.release()
  await supervisor.start()
  t.deepEqual(times, [30, 60, 120, 120, 240, 480, 600, 600, 30])
})
