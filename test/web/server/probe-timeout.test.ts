import test from 'ava'
import { probeTimeoutS } from '../../../src/web/server/probe-timeout.ts'

test('a probe has the time of its module, or what Prometheus allows less half a second', (t) => {
  t.is(probeTimeoutS('', 0), 119.5)
  t.is(probeTimeoutS('', 5), 5)
  t.is(probeTimeoutS('10', 0), 9.5)
  t.is(probeTimeoutS('10', 5), 5)
  t.is(probeTimeoutS('3', 5), 2.5)
  for (const text of ['3.', '3.0', '+3e0', '.3e1']) t.is(probeTimeoutS(text, 5), 2.5, text)
  // Less than half a second leaves nothing: the module decides.
  t.is(probeTimeoutS('0.2', 5), 5)
  t.is(probeTimeoutS('abc', 5), Number.NaN)
  for (const text of ['inf', '+Inf', 'infinity', '-inf']) t.is(probeTimeoutS(text, 5), 5, text)
  t.is(probeTimeoutS('inf', 0), 120)
  // In a time that grows with the square of the length the last would take hours.
  for (const text of ['1e400', '0x10', 'infi', 'in', '1.2.3', '.', `${'0'.repeat(1_000_000)}x`])
    t.is(probeTimeoutS(text, 5), Number.NaN, text.slice(0, 9))
})
