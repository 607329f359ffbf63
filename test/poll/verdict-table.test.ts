import { setTimeout as sleep } from 'node:timers/promises'
import { createServer } from 'node:tls'
import test from 'ava'
import type { PollOptions } from '../../src/poll/options.ts'
import type { Reason, State } from '../../src/state/state.ts'
import { selfSigned } from '../helpers/certificates.ts'
import { Hostile, SCRIPTS } from '../helpers/hostile.ts'
import { TestPoller } from '../helpers/poll.ts'

type Said = readonly [State['verdict'], Reason, status: number]

/** Each script of the hostile server, and what a poll of it must say, with either method: undici asks GET, we HEAD. */
const CASES: Readonly<Record<string, Said>> = {
  ok: ['up', 'ok', 200],
  'ok-open': ['up', 'ok', 200],
  'http-1.0': ['up', 'ok', 200],
  'no-content': ['up', 'ok', 204],
  'early-hints': ['up', 'ok', 200],
  continue: ['up', 'ok', 200],
  'continue-apart': ['up', 'ok', 200],
  'continue-after-hints': ['up', 'ok', 200],
  'body-after-head': ['up', 'ok', 200],
  'endless-body': ['up', 'ok', 200],
  'reset-after-head': ['up', 'ok', 200],
  'byte-by-byte': ['up', 'ok', 200],
  'long-head': ['up', 'ok', 200],
  'no-phrase': ['up', 'ok', 200],
  silent: ['down', 'timeout', 0],
  drip: ['down', 'timeout', 0],
  'hints-forever': ['down', 'timeout', 0],
  'continue-forever': ['down', 'timeout', 0],
  'switching-protocols': ['down', 'protocol', 0],
  'switching-to-nothing': ['down', 'protocol', 0],
  'status-000': ['down', 'protocol', 0],
  'status-99': ['down', 'protocol', 0],
  'status-1000': ['down', 'protocol', 0],
  'status-abc': ['down', 'protocol', 0],
  'lf-only': ['down', 'protocol', 0],
  'nul-in-header': ['down', 'protocol', 0],
  'esc-in-header': ['down', 'protocol', 0],
  'esc-in-phrase': ['down', 'status', 500],
  'ssh-banner': ['down', 'protocol', 0],
  'http-0.9': ['down', 'protocol', 0],
  'two-lengths': ['down', 'protocol', 0],
  'head-too-large': ['down', 'overflow', 0],
  'header-too-large': ['down', 'overflow', 0],
  'phrase-too-large': ['down', 'overflow', 0],
  'endless-phrase': ['down', 'overflow', 0],
  'reset-at-once': ['down', 'reset', 0],
  'reset-in-head': ['down', 'reset', 0],
  'end-at-once': ['down', 'closed', 0],
  'end-in-head': ['down', 'closed', 0],
  'not-found': ['down', 'status', 404],
  'server-error': ['down', 'status', 500],
  'status-999': ['down', 'status', 999],
  'not-modified': ['down', 'status', 304],
  'head-405': ['up', 'ok', 200],
  'head-501': ['down', 'status', 503],
  'all-405': ['down', 'status', 405],
  'busy-for-a-minute': ['down', 'status', 503],
  'moved-to-ok': ['up', 'ok', 200],
  'moved-relative': ['up', 'ok', 200],
  'moved-to-silent': ['down', 'timeout', 0],
  'moved-to-itself': ['down', 'redirect', 0],
  ping: ['down', 'redirect', 0],
  'moved-on': ['down', 'redirect', 0],
  'moved-nowhere': ['down', 'redirect', 0],
  'moved-to-ftp': ['down', 'redirect', 0],
  'moved-to-nonsense': ['down', 'redirect', 0],
}

let server: Hostile
let secure: Hostile
test.before(async () => {
  server = await Hostile.start()
  const certificate = await selfSigned([{ type: 'ip', value: '127.0.0.1' }])
  secure = await Hostile.start(
    SCRIPTS,
    createServer(certificate, () => {}),
  )
})
test.after.always(() => Promise.all([server.close(), secure.close()]))

const verdict = test.macro(async (t, name: string, url: () => string, different: Partial<PollOptions>) => {
  const poller = new TestPoller(different)
  const state = await poller.settle(url())
  await poller.close()
  t.deepEqual([state.verdict, state.reason, state.status], CASES[name] as never, JSON.stringify(state))
  // A thread that stood still moves the deadline.
  if (state.heldMs === 0) t.true(state.durationMs <= 1_000 + 100, `took ${state.durationMs} ms`)
  t.is(poller.notices.length, state.verdict === 'up' ? 0 : 1)
  t.deepEqual(poller.events, ['state', 'complete'])
})

for (const name of Object.keys(CASES)) {
  for (const method of ['HEAD', 'GET'] as const) {
    test(`${method} ${name}`, verdict, name, () => server.url(name), { method })
    test(`${method} ${name}, kept alive`, verdict, name, () => server.url(name), { method, keepAlive: true })
  }
  // Node resets no TLS connection.
  if (name.startsWith('reset-')) continue
  test(`TLS ${name}`, verdict, name, () => `https://127.0.0.1:${secure.port}/${name}`, { insecure: true })
}

for (const method of ['HEAD', 'GET'] as const) {
  test(`the connection of an endless body is closed, ${method}`, async (t) => {
    const endless = await Hostile.start()
    t.teardown(() => endless.close())
    const poller = new TestPoller({ method })
    t.is((await poller.settle(endless.url('endless-body'))).verdict, 'up')
    while (endless.open > 0) await sleep(10)
    t.is(endless.open, 0)
    await poller.close()
  })
}
