import { validateHeaderName, validateHeaderValue } from 'node:http'
import test from 'ava'
import { RESPONSE } from '../../src/settings/named-setting.ts'
import {
  checkFieldName,
  parseHeader,
  parseHeaderCheck,
  parseHeaderValue,
} from '../../src/settings/headers.ts'

test('headers of the connection and of the upgrade to WebSocket are not set, others are', (t) => {
  for (const name of ['Connection', 'Upgrade', 'Sec-WebSocket-Key', 'Sec-WebSocket-Version'])
    t.throws(() => parseHeader(`${name}: x`), { instanceOf: RangeError, message: `${name} can't be set` })
  for (const name of ['Sec-WebSocket-Accept', 'sec-websocket-extensions'])
    t.throws(() => parseHeader(`${name}: x`), { instanceOf: RangeError, message: `${name} can't be set` })
  t.deepEqual(parseHeader('Sec-WebSocket-Protocol: chat'), ['Sec-WebSocket-Protocol', 'chat'])
})

test('names and values have the characters that Node allows', (t) => {
  const isAllowed = (check: () => void) => {
    try {
      check()
      return true
    } catch {
      return false
    }
  }
  const wrong = Array.from({ length: 0x3000 }, (_, code) => `a${String.fromCharCode(code)}a`).filter(
    (text) =>
      isAllowed(() => checkFieldName(text)) !== isAllowed(() => validateHeaderName(text)) ||
      isAllowed(() => parseHeaderValue(text)) !== isAllowed(() => validateHeaderValue('x', text)),
  )
  t.deepEqual(wrong, [])
  t.throws(() => checkFieldName(''))
})

test('a check of a header with != is refused, and not taken for a name with an exclamation mark', (t) => {
  const message = 'a header has no != as body and json have'
  t.throws(() => RESPONSE.checkName('x-cache!'), { instanceOf: RangeError, message })
  t.throws(() => parseHeaderCheck('x-cache!: miss'), { instanceOf: RangeError, message })
  t.notThrows(() => RESPONSE.checkName('x!cache'))
})
