import test from 'ava'
import { DIFFERING_PULSES, MachineNotices } from '../../../src/cluster/engine/machine-notices.ts'
import { machineStatus } from '../../helpers/machine-status.ts'

const machine = (name: string, rest: object = {}) => ({ ...machineStatus(name), ...rest })

test('lists that differ for long are said once', (t) => {
  const lines: string[] = []
  const notices = new MachineNotices((line) => lines.push(line))
  const differ = (times: number, rest: object = { list: '2-b' }) => {
    for (let at = 0; at < times; at++) notices.check(machine('a'), [machine('b', rest)])
  }
  differ(DIFFERING_PULSES - 1)
  differ(1, {})
  differ(DIFFERING_PULSES - 1)
  differ(DIFFERING_PULSES, { list: '' })
  differ(DIFFERING_PULSES, { list: '2-b', ageMs: 60_000 })
  t.deepEqual(lines, [])
  differ(3 * DIFFERING_PULSES)
  t.is(lines.length, 1)
  t.regex(lines[0] ?? '', /^the lists of this machine are not those of b: only /)
  differ(1, {})
  differ(DIFFERING_PULSES, { list: '2-b', zone: 'eu' })
  t.regex(lines[1] ?? '', /^the lists of this machine are not those of b: a URL that some zones /)
})

test('a clock that is off by more than a lease is said once each time', (t) => {
  const lines: string[] = []
  const notices = new MachineNotices((line) => lines.push(line))
  for (const clockMs of [1_000, -5_000, -5_001, 3, 60_000]) notices.check(machine('a', { clockMs }), [])
  t.deepEqual(
    lines.map((line) => line.split(':')[0]),
    [
      "the clock of this machine is 5s behind that of the cluster's server",
      "the clock of this machine is 1m ahead of that of the cluster's server",
    ],
  )
})

test('that no machine has read all of its lists is said once each time, by the one that plans', (t) => {
  const lines: string[] = []
  const notices = new MachineNotices((line) => lines.push(line))
  const part = { isPart: true, list: '' }
  const said = [part, { ...part, plans: true }, { ...part, plans: true }, { plans: true }, part].map(
    (rest) => {
      notices.check(machine('a', rest), [])
      return lines.length
    },
  )
  t.deepEqual(said, [0, 1, 1, 1, 1])
  notices.check(machine('a', { ...part, plans: true }), [])
  t.is(lines.length, 2)
  t.regex(lines[0] ?? '', /^no machine has read all of its lists: /)
})
