import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import test from 'ava'
import { NO_WEB_CONFIG } from '../../src/config/web/web-config.ts'
import { pollerNumber } from '../../src/resource/poller-number.ts'
import { AlerterThread } from '../../src/supervisors/alerter/alerter-thread.ts'
import { MonitorThread } from '../../src/supervisors/monitor/monitor-thread.ts'
import { PollerThread } from '../../src/supervisors/pollers/poller-thread.ts'
import { RecorderThread } from '../../src/supervisors/recorder/recorder-thread.ts'
import { WebThread } from '../../src/supervisors/web/web-thread.ts'
import { answerRequests } from '../../src/threads/requests.ts'
import { ThreadClient } from '../../src/threads/thread-client.ts'
import { UptimeClient } from '../../src/threads/uptime-client.ts'
import { PasswordThread } from '../../src/web/server/password-thread.ts'
import { monitorOptions } from '../helpers/monitor-options.ts'
import { pollOptions } from '../helpers/test-poller.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** A question, and what ends whoever is asked. */
interface Asked {
  readonly ask: () => Promise<unknown>
  readonly end: () => unknown
}

/** Asks this many times, some at a time, so that what is measured is what stays. */
async function askOften(ask: Asked['ask'], times: number): Promise<void> {
  for (let asked = 0; asked < times; asked += 500) await Promise.all(Array.from({ length: 500 }, () => ask()))
}

/** The heap in use, in bytes. What a collection frees by finalizers, the next one collects. */
async function settledHeap(): Promise<number> {
  for (let round = 0; round < 5; round++) {
    collect()
    await setImmediate()
  }
  return process.memoryUsage().heapUsed
}

const fails = {
  notice: (line: string) => {
    throw new Error(line)
  },
  lost: (error: Error) => {
    throw error
  },
}

/** A thread that owns a file or listens, asked as its supervisor does to see that it lives. */
async function pinged(thread: {
  start(timeoutMs: number): Promise<unknown>
  ping(): Promise<void>
  end(): Promise<void>
}): Promise<Asked> {
  await thread.start(30_000)
  return { ask: () => thread.ping(), end: () => thread.end() }
}

/** A port whose other end answers each question. */
function answering(answer: object): { readonly port: MessagePort; readonly end: () => void } {
  const { port1, port2 } = new MessageChannel()
  answerRequests(port1, () => answer)
  return { port: port2, end: () => port1.close() }
}

/** What asks another thread, and how; an answer to a question comes from the same code in each of them. */
const QUESTIONS: Readonly<Record<string, () => Asked | Promise<Asked>>> = {
  'main asks the monitor': () => {
    const monitor = new MonitorThread(monitorOptions, { received: () => {}, lost: fails.lost })
    return { ask: () => monitor.send({ type: 'reopen', inputs: [] }), end: () => monitor.end('') }
  },
  'main asks the recorder': () => pinged(new RecorderThread({ file: ':memory:', sizeLimit: 1e8 }, [], fails)),
  'main asks the alerter': () => {
    const config = { receivers: [], rules: [], maintenance: [], heartbeat: null }
    const others = { clockBegan: 0, file: null, once: false, link: '', userAgent: '', ca: null }
    return pinged(new AlerterThread({ ...others, config }, fails, null))
  },
  'main asks the web thread': () => {
    const options = { listen: null, otlp: null, metricsUrls: 0, connections: 1, prefix: '/', pages: [] }
    const unasked = { reload: () => Promise.reject(new Error()), settings: () => ({}) as never }
    return pinged(new WebThread({ ...options, config: NO_WEB_CONFIG }, { ...fails, ...unasked }))
  },
  'main asks a poller to send States elsewhere': () => {
    const unheard = { returned: () => {}, renew: () => {}, uplink: () => {} }
    const thread = new PollerThread(pollerNumber(0), pollOptions(), [], [], {
      ...unheard,
      notices: fails.notice,
    })
    const { complete, pending, status } = thread.launch
    pending.on('message', (message: { readonly status: MessagePort }) => {
      message.status.close()
      complete.postMessage({ type: 'status' })
    })
    const ask = async () => {
      const switched = thread.switchStatusPort()
      await switched.done
      switched.status.close()
    }
    return { ask, end: () => [complete, pending, status].forEach((port) => port.close()) }
  },
  'the web thread asks the monitor, the recorder or the alerter': () => {
    const { port, end } = answering({})
    const client = new ThreadClient('monitor', Error)
    client.setPort(port)
    return { ask: () => client.ask({}), end }
  },
  'the alerter asks the recorder': () => {
    const { port, end } = answering({ urls: [[{ ratio: 0.5 }]] })
    const client = new UptimeClient(fails.notice)
    client.setPort(port)
    // Those of one time would go in one question.
    let now = 0
    return { ask: () => client.uptimeOf('u', 1, ++now), end }
  },
  'the web thread asks for a password to be checked': () => {
    const passwords = new PasswordThread()
    // A hash of the lowest cost of another text.
    const hash = '$2y$04$ntbssW9JJkRRrMz9LwOItOuR.hbOetbXT601e4rPGJOVP6IvMcQS6'
    return { ask: () => passwords.check('', hash), end: () => {} }
  },
}

/** The heap itself varies by 2.5 MB. */
const HEAP_NOISE = 2.5e6

for (const [name, begin] of Object.entries(QUESTIONS))
  test.serial(`${name}: what was asked and answered leaves nothing behind`, async (t) => {
    t.timeout(600_000)
    // Each password takes a millisecond.
    const times = name.includes('password') ? 30_000 : 100_000
    const { ask, end } = await begin()
    t.teardown(end)
    await askOften(ask, 5_000)
    const before = await settledHeap()
    await askOften(ask, times)
    const bytes = ((await settledHeap()) - before) / times
    // A reaction to a promise that stays takes over 100 bytes.
    t.true(bytes < 60 + (times < 100_000 ? HEAP_NOISE / times / 2 : 0), `${bytes} bytes for each`)
  })
