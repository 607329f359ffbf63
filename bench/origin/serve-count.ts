import { createInterface } from 'node:readline'

/** The other end of `startCountingServer`. */
export function serveCount(port: number, count: () => number): void {
  process.stdout.write(`${port}\n`)
  createInterface({ input: process.stdin }).on('line', () => process.stdout.write(`${count()}\n`))
}
