import { createInterface } from 'node:readline'

/** The part of `startCountingServer` in the server's process: prints the port, and the count for each line. */
export function serveCount(port: number, count: () => number): void {
  process.stdout.write(`${port}\n`)
  createInterface({ input: process.stdin }).on('line', () => process.stdout.write(`${count()}\n`))
}
