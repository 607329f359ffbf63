import test from 'ava'
import { GONE_MS, LiveZones } from '../../../src/cluster/engine/live-zones.ts'
import { machineStatus } from '../../helpers/machine-status.ts'

const PULSE_MS = 400

const machine = (zone: string, rest: object = {}) => ({ ...machineStatus(`of ${zone}`), zone, ...rest })

/** Hears of these machines from one time to another. */
function hear(zones: LiveZones, machines: ReturnType<typeof machine>[], from: number, to: number): string {
  for (let now = from; now <= to; now += PULSE_MS) zones.heard(machines, now)
  return zones.names.toSorted().join()
}

test('a zone lives as long as a machine of it is heard, and some time more', (t) => {
  const zones = new LiveZones()
  const dead = machine('b', { ageMs: 60_000 })
  t.is(hear(zones, [machine('a'), machine('b')], 0, 10_000), 'a,b')
  t.is(hear(zones, [machine('a'), dead, machine('b', { ageMs: 1_000 })], 10_400, 30_000), 'a,b')
  t.is(hear(zones, [machine('a'), dead], 30_400, 30_000 + GONE_MS), 'a,b')
  t.is(hear(zones, [machine('a'), dead], 30_400 + GONE_MS, 31_000 + GONE_MS), 'a')
  t.is(hear(zones, [machine('a'), machine('b')], 41_000, 41_000), 'a,b')
})

for (const [does, rest] of [
  ['hand everything over', { isDrained: true }],
  ['are not ready', { isReady: false }],
] as const)
  test(`a zone whose machines ${does} is gone`, (t) => {
    const zones = new LiveZones()
    hear(zones, [machine('a'), machine('b')], 0, 10_000)
    t.is(hear(zones, [machine('a'), machine('b', rest)], 10_400, 20_000), 'a')
  })

test('nobody is gone because this machine did not hear anything for a while', (t) => {
  const zones = new LiveZones()
  hear(zones, [machine('a'), machine('b')], 0, 10_000)
  const late = [machine('a', { ageMs: 60_000 }), machine('b', { ageMs: 60_000 })]
  t.is(hear(zones, late, 70_000, 70_000 + GONE_MS - PULSE_MS), 'a,b')
  t.is(hear(zones, [machine('a'), machine('b')], 70_000 + GONE_MS, 90_000), 'a,b')
  // The server has lost everything, and the others tell it again.
  t.is(hear(zones, [machine('a')], 90_400, 91_000), 'a,b')
  t.is(hear(zones, [machine('a')], 150_000, 150_000), 'a,b')
})

test('a machine that starts waits for zones that were heard before', (t) => {
  const zones = new LiveZones()
  t.is(hear(zones, [machine('a'), machine('b', { ageMs: 1_000_000 })], 0, GONE_MS - PULSE_MS), 'a,b')
  t.is(hear(zones, [machine('a'), machine('b', { ageMs: 1_000_000 })], GONE_MS, GONE_MS + 800), 'a')
})
