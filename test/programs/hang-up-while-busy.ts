import { writeSync } from 'node:fs'
import { listenToSignals } from '../../src/runtime/signals.ts'

// SIGHUP comes while the event loop is busy. Only then does the process decide that SIGHUP ends it.

process.on('exit', () => writeSync(1, 'left\n'))
const signals = listenToSignals(() => process.exit(1))
process.kill(process.pid, 'SIGHUP')
signals.endOnHangUp()
// The signal was lost if this comes: timers run before the event loop waits for signals, immediates after.
setTimeout(() => setImmediate(() => process.exit(3)), 1_000)
