// Preloaded into every thread of the program with NODE_OPTIONS=--import: the time of day is off by so many ms as the file
// FAULT_MARK-clock says, while it is there. The monotonic clock goes on, as when somebody sets the clock of a machine.
import { readFileSync } from 'node:fs'

const now = Date.now
let offMs = 0

setInterval(() => {
  try {
    offMs = Number(readFileSync(`${process.env['FAULT_MARK']}-clock`, 'utf8'))
  } catch {
    offMs = 0 // Nobody has set it.
  }
}, 20).unref()

Date.now = () => now() + offMs
