import { once } from 'node:events'
import { connect } from 'node:net'
import test from 'ava'
import { classify } from '../../../src/poll/attempt/classify.ts'
import { REASON_FACTS } from '../../../src/state/reasons.ts'

test('a refusal of a real socket has the address', async (t) => {
  const [error] = (await once(connect({ host: '127.0.0.1', port: 1 }), 'error').catch((thrown: Error) => [
    thrown,
  ])) as [Error]
  const { reason, detail } = classify(error)
  t.deepEqual([reason, detail], ['refused', `${REASON_FACTS.refused.text} 127.0.0.1:1`])
})

test('a local address that this machine does not have is a local fault, whose text has the code', async (t) => {
  const socket = connect({ host: '127.0.0.1', port: 1, localAddress: '192.0.2.1' })
  const [error] = (await once(socket, 'error').catch((thrown: Error) => [thrown])) as [Error]
  const { reason, detail } = classify(error)
  t.is(reason, 'local')
  t.regex(detail, /^out of local ports .*\(EADDRNOTAVAIL\)$/)
})

test('an AggregateError is classified by its first error', (t) => {
  const refused = Object.assign(new Error('connect ECONNREFUSED'), {
    code: 'ECONNREFUSED',
    address: '::1',
    port: 80,
  })
  const { reason, detail } = classify(new AggregateError([refused, refused]))
  t.deepEqual([reason, detail], ['refused', `${REASON_FACTS.refused.text} [::1]:80`])
})

for (const [code, reason] of [
  ['EMFILE', 'local'],
  ['ENOBUFS', 'local'],
  ['EPIPE', 'reset'],
  ['ERR_SSL_SOMETHING_NEW', 'tls'],
  ['SOMETHING_NEW', 'local'],
] as const) {
  test(`code ${code}`, (t) => t.is(classify(Object.assign(new Error('x'), { code })).reason, reason))
}

test('a thrown value that is not an error is a local fault', (t) => t.is(classify('x').reason, 'local'))
