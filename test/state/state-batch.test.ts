import test from 'ava'
import { MessageChannel } from 'node:worker_threads'
import { pollerNumber } from '../../src/resource/poller-number.ts'
import { MAX_SERVER_TEXT_LENGTH, StateBatch, unpackStates } from '../../src/state/state-batch.ts'
import type { SentState } from '../../src/state/state-batch.ts'
import { REASON_FACTS, REASONS } from '../../src/state/reasons.ts'
import type { Reason } from '../../src/state/reasons.ts'
import type { State } from '../../src/state/state.ts'
import { down, unknown, up } from '../helpers/state.ts'

function unpacked(buffer: ArrayBuffer): SentState[] {
  const states: SentState[] = []
  unpackStates(buffer, (state) => states.push(state))
  return states
}

function roundTrip(...states: State[]): SentState[] {
  const batch = new StateBatch()
  for (const state of states) batch.add(state)
  return unpacked(batch.take())
}

function sent(state: State): SentState {
  const rest: Partial<State> = { ...state }
  Reflect.deleteProperty(rest, 'url')
  return rest as SentState
}

const round = test.macro({
  exec(t, state: State) {
    // Between two others: each is read from where the last one ended.
    t.deepEqual(roundTrip(up(1), state, down(2)), [up(1), state, down(2)].map(sent))
  },
  title: (name) => `comes back whole: ${name}`,
})

test('up', round, up(7))
test('down', round, down(7, { errCount: 0xffff_ffff }))
test('unknown', round, unknown(7))
test('status 999', round, down(7, { reason: 'status', status: 999, statusText: 'Größe 🚀' }))
test(
  'GET, rechecked, the highest numbers',
  round,
  up(0xffff_fffe, { method: 'GET', rechecked: true, redirects: 0xffff, poller: pollerNumber(0xfffe) }),
)
test('a method of its own', round, down(7, { method: 'M-SEARCH' }))
test('no method', round, down(7, { method: '' }))
test(
  'times of nothing and of days',
  round,
  up(7, { durationMs: 0, lateMs: 86_400_000, stalledMs: Math.fround(1e-3) }),
)
test(
  'a certificate that does not say when it expires',
  round,
  up(7, { tls: { protocol: 'TLSv1.2', expiresAt: Number.NaN } }),
)
test('TLS without a protocol', round, up(7, { tls: { protocol: '', expiresAt: 5 } }))
test('no TLS', round, up(7, { tls: null }))
test(
  'texts of the greatest length',
  round,
  down(7, {
    detail: '数'.repeat(MAX_SERVER_TEXT_LENGTH),
    statusText: 'x'.repeat(MAX_SERVER_TEXT_LENGTH),
    finalUrl: `http://a/${'x'.repeat(16_384)}`,
  }),
)
test(
  'hostile texts',
  round,
  down(7, { detail: '\u001b[2J\r\n\u009b', statusText: '\u0000\ufeff\u202e', address: 'fe80::1%eth0' }),
)

test('the time of a proxy', round, up(7, { phasesMs: { dns: 0, connect: 0, tls: 2, wait: 4, proxy: 8 } }))

/** A State with a reason, and the verdict that goes with it. */
function stateWith(reason: Reason): State {
  const { verdict } = REASON_FACTS[reason]
  if (verdict === 'up') return up(3)
  return { ...(verdict === 'unknown' ? unknown(3) : down(3)), reason } as State
}

for (const reason of REASONS) {
  test(`reason ${reason} comes back with its verdict`, (t) => {
    const state = stateWith(reason)
    t.deepEqual(roundTrip(state), [sent(state)])
  })
}

test('what a server said without end is cut', (t) => {
  const [state] = roundTrip(
    down(1, { statusText: 'x'.repeat(MAX_SERVER_TEXT_LENGTH + 1), detail: 'y'.repeat(16_384) }),
  )
  t.is(state?.statusText, 'x'.repeat(MAX_SERVER_TEXT_LENGTH))
  t.is(state?.detail, 'y'.repeat(MAX_SERVER_TEXT_LENGTH))
})

test('long texts are cut between characters', (t) => {
  const long = `x${'😀'.repeat(MAX_SERVER_TEXT_LENGTH)}`
  const [state] = roundTrip(down(1, { statusText: long, detail: long }))
  const whole = long.slice(0, MAX_SERVER_TEXT_LENGTH - 1)
  t.is(state?.statusText, whole)
  t.is(state?.detail, whole)
})

test('a batch that was taken is empty, and its buffer leaves when it is sent', (t) => {
  const batch = new StateBatch()
  batch.add(up(1))
  batch.add(down(2))
  t.is(batch.size, 2)
  const buffer = batch.take()
  t.is(batch.size, 0)
  t.deepEqual(unpacked(batch.take()), [])
  const { port1 } = new MessageChannel()
  port1.postMessage(buffer, [buffer])
  t.is(buffer.byteLength, 0)
  port1.close()
})
