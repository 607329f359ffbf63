import test from 'ava'
import { parseHeader } from '../../src/settings/headers.ts'

test('headers of the connection and of the upgrade to WebSocket are not set, others are', (t) => {
  for (const name of ['Connection', 'Upgrade', 'Sec-WebSocket-Key', 'Sec-WebSocket-Version'])
    t.throws(() => parseHeader(`${name}: x`), { instanceOf: RangeError, message: `${name} can't be set` })
  for (const name of ['Sec-WebSocket-Accept', 'sec-websocket-extensions'])
    t.throws(() => parseHeader(`${name}: x`), { instanceOf: RangeError, message: `${name} can't be set` })
  t.deepEqual(parseHeader('Sec-WebSocket-Protocol: chat'), ['Sec-WebSocket-Protocol', 'chat'])
})
