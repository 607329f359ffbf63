import { readFileSync } from 'node:fs'
import test from 'ava'
import { planOf } from '../../../src/command/capacity/plan.ts'
import { planText } from '../../../src/command/capacity/plan-text.ts'
import type { PlanInput, PlannedGroup } from '../../../src/command/capacity/plan.ts'

const way: PlannedGroup = { urls: 600, intervalMs: 60_000, timeoutMs: 10_000, keepAlive: false }
const machine: PlanInput = {
  groups: [way],
  secure: 0,
  origins: 100,
  maxKeptConnections: 16_384,
  poolSize: 1,
  concurrency: 512,
  cores: 2,
  descriptors: 20_000,
  ports: 28_232,
  memory: 4e9,
}

test('a small list needs little', (t) => {
  const plan = planOf(machine)
  t.is(plan.pollsPerSecond, 10)
  t.true(plan.coresUsed < 0.01)
  t.is(plan.pollers, 1)
  t.deepEqual(plan.shortages, [])
  t.regex(planText(machine, plan), /This machine can keep the schedule\n$/)
})

test('twice the URLs or half the interval is twice the work; TLS is more, kept connections are less', (t) => {
  const { coresUsed } = planOf(machine)
  t.is(planOf({ ...machine, groups: [{ ...way, urls: 1_200 }] }).coresUsed, 2 * coresUsed)
  t.is(planOf({ ...machine, groups: [{ ...way, intervalMs: 30_000 }] }).coresUsed, 2 * coresUsed)
  t.true(planOf({ ...machine, secure: 600 }).coresUsed > coresUsed)
  t.true(planOf({ ...machine, groups: [{ ...way, keepAlive: true }] }).coresUsed < coresUsed)
})

test('each shortage is reported with the flag or limit that helps', (t) => {
  const asked = (urls: number) => ({ ...machine, groups: [{ ...way, urls }] })
  const short = (urls: number, different: Partial<PlanInput> = {}) =>
    planOf({ ...asked(urls), ...different }).shortages.join('\n')
  t.regex(short(6_000_000), /cores of CPU, and there are 2$/m)
  t.regex(short(600_000, { cores: 16 }), /^2 pollers, and --pool-size is 1$/m)
  t.regex(short(60_000), /room for 512 \(--concurrency/)
  t.regex(short(20_000, { descriptors: 256 }), /ulimit -n/)
  t.is(short(600, { memory: 100e6 }), '195 MB of memory, and there are 100 MB')
  t.regex(planText(machine, planOf(machine)), /^memory: 195 MB of 4000 MB$/m)
  t.regex(planText(machine, planOf(asked(6_000_000))), /cannot keep the schedule with these settings\n$/)
})

test('URLs that are polled in other ways count as their own', (t) => {
  const often = { urls: 10, intervalMs: 1_000, timeoutMs: 60_000, keepAlive: true }
  const input = { ...machine, groups: [way, often] }
  const plan = planOf(input)
  t.is(plan.pollsPerSecond, 20)
  const [one, other] = [planOf(machine), planOf({ ...machine, groups: [often] })]
  t.is(plan.coresUsed, one.coresUsed + other.coresUsed)
  t.is(plan.inFlight.bad, Math.ceil(20 * 0.18 + (10 + 60)))
  t.true(plan.memoryBytes > one.memoryBytes)
  t.regex(planText(input, plan), /^610 URLs \(0 with https\) on 100 origins, every 1 s to 60 s\n/)
})

test('the example of docs/scale.md is what a million URLs on a thousand origins need on such a machine', (t) => {
  const input = { ...machine, groups: [{ ...way, urls: 1_000_000, keepAlive: true }], origins: 1_000 }
  const page = readFileSync(new URL('../../../docs/scale.md', import.meta.url), 'utf8')
  t.true(page.includes(`\`\`\`\n${planText(input, planOf(input))}\`\`\`\n`), planText(input, planOf(input)))
})
