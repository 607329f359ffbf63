import { readFileSync } from 'node:fs'

/** Concurrent polls. */
export const CONCURRENCY = 64

/** Polls the URLs of a list again and again, `CONCURRENCY` at a time. On SIGTERM it prints the number of polls and exits. */
export function pollForever(list: string, poll: (url: string) => Promise<void>): void {
  const urls = readFileSync(list, 'utf8').trim().split('\n')
  let next = 0
  let polls = 0
  let failed = 0
  let why = ''
  const loop = async () => {
    for (;;) {
      const url = urls[next++ % urls.length] as string
      try {
        await poll(url)
      } catch (error) {
        failed++
        why = String((error as Error).cause ?? error)
      }
      polls++
    }
  }
  for (let count = 0; count < CONCURRENCY; count++) void loop()
  process.once('SIGTERM', () => {
    process.stdout.write(`${JSON.stringify({ polls, failed, why })}\n`, () => process.exit())
  })
}
