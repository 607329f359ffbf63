import test from 'ava'
import { Diagnostics, QUIET_MS } from '../../src/print/diagnostics.ts'

function diagnosticsOf() {
  const clock = { ms: 1_000 }
  const texts: string[] = []
  const said = new Diagnostics(
    (text) => void texts.push(text),
    () => clock.ms,
  )
  return { said, clock, take: () => texts.splice(0).join('') }
}

test('every line begins with a level: its own, or that of the call', (t) => {
  const { said, take } = diagnosticsOf()
  said.log('a is lost\nb is lost\n')
  said.log('info: c is back\nerror: --d: no such flag\n')
  said.refuse('urls.txt: no such file\nwarning: e\n')
  t.is(
    take(),
    'warning: a is lost\nwarning: b is lost\ninfo: c is back\nerror: --d: no such flag\nerror: urls.txt: no such file\nwarning: e\n',
  )
})

test('what comes again within a minute is counted, and said once when the minute is over', (t) => {
  const { said, take, clock } = diagnosticsOf()
  for (let n = 0; n < 3; n++) said.log('a\n')
  said.log('b\n')
  t.is(take(), 'warning: a\nwarning: b\n')
  clock.ms += QUIET_MS
  said.flush(false)
  t.is(take(), 'warning: a (2 more times in the last minute)\n')
  said.log('a\nb\n')
  t.is(take(), 'warning: b\n', 'the line with the count began another minute')
  clock.ms += QUIET_MS
  said.log('a\n')
  t.is(take(), 'warning: a (1 more time in the last minute)\nwarning: a\n')
})

test('the end tells what was counted until then', (t) => {
  const { said, take } = diagnosticsOf()
  said.log('a\na\nb\n')
  said.flush()
  t.is(take(), 'warning: a\nwarning: b\nwarning: a (1 more time in the last minute)\n')
  said.flush()
  t.is(take(), '')
})

test('with --verbose every line is written', (t) => {
  const { said, take } = diagnosticsOf()
  said.repeatAll()
  said.log('a\na\n')
  t.is(take(), 'warning: a\nwarning: a\n')
})

test('a progress bar writes them above itself', (t) => {
  const { said, take } = diagnosticsOf()
  const above: string[] = []
  said.redirect((text) => above.push(text))
  said.log('a\n')
  t.deepEqual([above, take()], [['warning: a\n'], ''])
})

test('lines that are remembered are bounded, and none is lost', (t) => {
  const { said, take } = diagnosticsOf()
  said.log('first\nfirst\n')
  for (let n = 0; n < 10_000; n++) said.log(`${n}\n`)
  const lines = take().split('\n')
  t.is(lines.filter((line) => line.includes('first')).length, 2)
  said.log('9999\nfirst\n')
  t.is(take(), 'warning: first\n')
})
