import { cpus, totalmem } from 'node:os'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import {
  cores,
  keptConnectionsPerPoller,
  memoryLimit,
  maxPollsByMemory,
  neededDescriptors,
  maxPollsByPorts,
  maxPollsByDescriptors,
} from '../../src/command/capacity/limits.ts'
import { parseDuration } from '../../src/settings/durations.ts'
import { parseHeader } from '../../src/settings/headers.ts'
import { parseAccept, parseResolver, parsePositiveDuration, parseInteger } from '../../src/settings/values.ts'

const takes = test.macro({
  exec: <T>(t: ExecutionContext, parse: (text: string) => T, text: string, value: T) => {
    t.deepEqual(parse(text), value)
  },
  title: (_, parse: { name: string }, text: string) => `${parse.name} takes ${JSON.stringify(text)}`,
})
const refuses = test.macro({
  exec: (t, parse: (text: string) => unknown, text: string, message: RegExp) => {
    t.throws(() => parse(text), { instanceOf: RangeError, message })
  },
  title: (_, parse: { name: string }, text: string) => `${parse.name} refuses ${JSON.stringify(text)}`,
})

test(takes, parseDuration, '250ms', 250)
test(takes, parseDuration, '1.5s', 1_500)
test(takes, parseDuration, '2m', 120_000)
test(takes, parseDuration, '1h', 3_600_000)
test(takes, parseDuration, '0s', 0)
test(refuses, parseDuration, '10', /did you mean 10s\?/)
test(refuses, parseDuration, '', /such as/)
test(refuses, parseDuration, '-1s', /such as/)
test(refuses, parseDuration, '1e3s', /such as/)
test(refuses, parseDuration, ' 1s', /such as/)
test(refuses, parseDuration, '481h', /longer/)
test(refuses, parsePositiveDuration, '0.5ms', /too short/)
// What is suggested is taken.
test(refuses, parsePositiveDuration, '0', /^not a duration, such as 250ms/)
test(refuses, parseDuration, '1728001', /^not a duration, such as 250ms/)
test(refuses, parseDuration, '9'.repeat(500), /^not a duration, such as 250ms/)
const wholeTo9 = (text: string) => parseInteger(text, 1, 9)
test(takes, wholeTo9, '9', 9)
test(refuses, wholeTo9, '0', /from 1 to 9/)
test(refuses, wholeTo9, '10', /from 1 to 9/)
test(refuses, wholeTo9, '1.5', /from 1 to 9/)
test(refuses, wholeTo9, '', /from 1 to 9/)
test(takes, parseAccept, '200..=299,401', [
  [200, 299],
  [401, 401],
])
test(takes, parseAccept, '2xx, 401,5XX', [
  [200, 299],
  [401, 401],
  [500, 599],
])
test(refuses, parseAccept, '0xx', /^not a status or a range/)
test(refuses, parseAccept, '200-299', /^not a status or a range such as 200\.\.=299 or 2xx$/)
test(refuses, parseAccept, '200,,300', /^item 2: not a status/)
test(refuses, parseAccept, '', /^not a status/)
test(refuses, parseAccept, '300..=200', /not a valid range of statuses/)
test(refuses, parseAccept, '099', /not a valid range of statuses/)
test(takes, parseHeader, 'Accept:  text/html ', ['Accept', 'text/html'])
test(takes, parseHeader, 'x-empty:', ['x-empty', ''])
test(refuses, parseHeader, ': value', /name: value/)
test(refuses, parseHeader, 'a b: value', /not allowed in a header/)
test(refuses, parseHeader, 'a: x\ny: z', /not allowed in a header/)
test(refuses, parseHeader, 'Transfer-Encoding: chunked', /can't be set/)
test(refuses, parseHeader, 'User-Agent: me', /--user-agent/)
test(takes, parseResolver, '192.0.2.1', '192.0.2.1')
test(takes, parseResolver, '192.0.2.1:5353', '192.0.2.1:5353')
test(takes, parseResolver, '2001:db8::1', '2001:db8::1')
test(takes, parseResolver, '[2001:db8::1]:5353', '[2001:db8::1]:5353')
test(refuses, parseResolver, 'dns.example', /not an IP address/)
test(refuses, parseResolver, '192.0.2.1:0', /not an IP address/)
test(refuses, parseResolver, '192.0.2.1:65536', /not an IP address/)

test('descriptors are shared among the pollers, and one poll always fits', (t) => {
  t.is(maxPollsByDescriptors(1_024, 1), 448)
  t.is(maxPollsByDescriptors(1_024, 4), 112)
  t.is(maxPollsByDescriptors(64, 4), 1)
  t.is(maxPollsByDescriptors(Number.POSITIVE_INFINITY, 4), Number.POSITIVE_INFINITY)
})

test('so few descriptors are enough for the threads', (t) => {
  t.is(neededDescriptors(1), 44)
  t.is(neededDescriptors(4), 68)
})

test('memory and ports are shared among the pollers, and a few polls always fit', (t) => {
  t.is(maxPollsByMemory(1e9, 10), 666)
  t.is(maxPollsByMemory(100e6, 10), 16)
  t.is(maxPollsByPorts(28_232, 4), 7_058)
  t.is(maxPollsByPorts(0, 4), Number.POSITIVE_INFINITY)
})

test('the memory and the processors of this machine are known', (t) => {
  t.true(memoryLimit() > 0 && memoryLimit() <= totalmem())
  t.true(cores() >= 1 && cores() <= cpus().length)
})

test.serial('where a cgroup limits the memory, that is the limit; one that limits nothing is none', (t) => {
  const { constrainedMemory } = process
  t.teardown(() => Object.assign(process, { constrainedMemory }))
  for (const [group, limit] of [
    [50e6, 50e6],
    [2 ** 63, totalmem()],
    [0, totalmem()],
  ] as const) {
    process.constrainedMemory = () => group
    t.is(memoryLimit(), limit)
  }
})

test('connections are kept with the descriptors that polls leave, and a bound', (t) => {
  t.is(keptConnectionsPerPoller(20_128, 2, 512), 8_976)
  t.is(keptConnectionsPerPoller(1_024, 1, 448), 224)
  t.is(keptConnectionsPerPoller(Number.POSITIVE_INFINITY, 4, 512), 16_384)
  t.is(keptConnectionsPerPoller(Number.POSITIVE_INFINITY, 4, 512, 1e9), 5_000)
})
