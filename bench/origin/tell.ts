import { createInterface } from 'node:readline'

/** The other end of `startCounted`. */
export function tell(port: number, count: () => number): void {
  process.stdout.write(`${port}\n`)
  createInterface({ input: process.stdin }).on('line', () => process.stdout.write(`${count()}\n`))
}
