import { closeSync, openSync } from 'node:fs'
import { monotonicMs } from '../../src/runtime/clock.ts'
import { Dialer } from '../../src/poll/dial/dialer.ts'
import { Attempt } from '../../src/poll/attempt/attempt.ts'
import { outcome } from '../helpers/test-dialer.ts'

// Opens files until no descriptor is left, dials, and prints the outcomes.
const dialer = new Dialer({ family: 0, resolvers: [], denyPrivate: false })
const attempt = () => new Attempt(monotonicMs() + 10_000, monotonicMs)
const descriptors: number[] = []
for (let full = false; !full;) {
  try {
    descriptors.push(openSync('/dev/null', 'r'))
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('EMFILE')) throw error
    full = true
  }
}
const ends = [
  await outcome(dialer.dial(attempt(), '127.0.0.1', 1)),
  await outcome(dialer.dial(attempt(), 'a.example', 1)),
]
// At its end, Node writes the file of a coverage run.
for (const descriptor of descriptors) closeSync(descriptor)
process.stdout.write(JSON.stringify(ends))
