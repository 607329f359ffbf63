import { spawnSync } from 'node:child_process'

/** What can befall a thread. */
export const FAULT_KINDS = ['exit', 'throw', 'heap', 'spin', 'hang', 'block'] as const

/** What can befall a thread. */
export type FaultKind = (typeof FAULT_KINDS)[number]

/** A thread blocks this long, in s: much longer than main waits for it. When it is over, the file FAULT_MARK-over is there. */
const BLOCK_S = 16

/** Does it to the thread that calls. */
export function injectFault(kind: FaultKind): void {
  switch (kind) {
    case 'exit':
      return process.exit(7)
    case 'throw':
      setImmediate(() => {
        throw new Error('thrown late')
      })
      break
    case 'heap': {
      const kept: number[][] = []
      for (;;) kept.push(Array.from({ length: 100_000 }, Math.random))
    }
    case 'spin':
      for (;;);
    case 'hang':
      // As a spin is to others, and takes no time of a processor.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
      break
    case 'block':
      // In a system call, where a thread can't be ended.
      spawnSync('sh', ['-c', `sleep ${BLOCK_S}; : >"$FAULT_MARK-over"`])
      break
    default:
      throw new Error(`no fault is called ${String(kind satisfies never)}`)
  }
}
