import { onTerminal } from '../helpers/open-program.ts'
import { NEXT_STEPS } from '../../src/command/help/short-help.ts'
import { Terminal } from '../helpers/tmux.ts'
import test from 'ava'
import { headcount } from '../helpers/program.ts'

onTerminal('without arguments on a terminal: what to type next', async (t) => {
  const terminal = await Terminal.open(t)
  await terminal.headcount([], { after: '; echo ended $?' })
  const screen = await terminal.until((one) => one.includes('ended 3'))
  t.is(screen.slice(0, screen.indexOf('ended 3')), NEXT_STEPS)
})

test('without arguments and a terminal: one line', async (t) => {
  const { code, stdout, stderr } = await headcount(t, [])
  t.deepEqual([code, stdout, stderr.split('\n').length], [3, '', 2])
  t.regex(stderr, /^error: nothing to poll: /)
})
