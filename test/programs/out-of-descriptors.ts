import { monotonicMs } from '../../src/runtime/clock.ts'
import { Dialer } from '../../src/poll/dial/dialer.ts'
import { Attempt } from '../../src/poll/attempt/attempt.ts'
import { fillDescriptors } from '../helpers/fill-descriptors.ts'
import { outcome } from '../helpers/test-dialer.ts'

// Opens files until no descriptor is left, dials, and prints the outcomes.
const dialer = new Dialer({ family: 0, resolvers: [], denyPrivate: false })
const attempt = () => new Attempt(monotonicMs() + 10_000, monotonicMs)
const empty = fillDescriptors()
const ends = [
  await outcome(dialer.dial(attempt(), '127.0.0.1', 1)),
  await outcome(dialer.dial(attempt(), 'a.example', 1)),
]
empty()
process.stdout.write(JSON.stringify(ends))
