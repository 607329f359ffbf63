import { constants, openSync } from 'node:fs'
import { Output } from '../../src/print/output.ts'
import type { OutputCommand, OutputReply } from '../helpers/piped-output.ts'

// Writes through an Output what its parent sends (test/helpers/piped-output.ts). Arguments: the bound of the Output, and a device; without
// one it writes to standard output.

const [, , bound, device] = process.argv
const { O_NOCTTY, O_NONBLOCK, O_RDWR } = constants
const descriptor = device === undefined ? 1 : openSync(device, O_RDWR | O_NONBLOCK | O_NOCTTY)
const codes: string[] = []
let restarts = 0
countRestarts()
const output = new Output(descriptor, (code) => codes.push(code), { maxBuffered: Number(bound) })

process.on('message', (command: OutputCommand) => void answer(command))
// What a device does not take is tried again for ever.
process.on('disconnect', () => process.exit())

async function answer({ write, flush, counted }: OutputCommand): Promise<void> {
  for (const text of write) output.write(text)
  const out = flush === 'no' ? null : await output.flush(flush)
  const reply: OutputReply = { out, codes, dropped: output.dropped }
  process.send?.(counted === true ? { ...reply, restarts } : reply)
}

/** Counts how often a timer begins anew. */
function countRestarts(): void {
  const start = globalThis.setTimeout
  globalThis.setTimeout = ((...args: Parameters<typeof start>) => {
    const timer = start(...args)
    const refresh = timer.refresh.bind(timer)
    timer.refresh = () => {
      restarts++
      return refresh()
    }
    return timer
  }) as typeof start
}
