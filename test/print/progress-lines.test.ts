import test from 'ava'
import { ProgressLines } from '../../src/print/progress-lines.ts'

test('a line says how far it is, without anything that moves a cursor', (t) => {
  let written = ''
  let now = 0
  const lines = new ProgressLines({ write: (text) => (written += text) }, 200, () => now)
  lines.printAbove('a.example: refused\n')
  now = 10_000
  lines.say(50)
  t.is(written, 'a.example: refused\ninfo: 25% 50 of 200 URLs, 5.0 a second, 30s left\n')
})
