import test from 'ava'
import { ResultPrinter, resultText } from '../../../src/print/text/result-text.ts'
import { stateMapOf } from '../../helpers/state-map.ts'
import { down, unknown, up } from '../../helpers/state.ts'
import { summary } from '../../helpers/summary.ts'

const URLS = Array.from({ length: 7 }, (_, n) => `https://a.example/${n}`)

test('counts by verdict and reason, most first; what was not polled has none', async (t) => {
  const dns = down(1, { reason: 'dns' })
  const map = stateMapOf(URLS, up(0), dns, down(2), down(3), up(4), unknown(5))
  const text = '7 URLs: 2 up (2 ok), 3 down (2 timeout, 1 dns), 1 unknown (1 local), 1 pending'
  t.is(resultText(map), text)
  const lines: string[] = []
  await new ResultPrinter((line) => lines.push(line)).finish(summary, map)
  t.deepEqual(lines, [`info: ${text}\n`])
})

test('that none is up is said', (t) => {
  t.is(resultText(stateMapOf(['https://a.example/'], down(0))), '1 URL: 0 up, 1 down (1 timeout)')
})
