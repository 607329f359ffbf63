import type { TestFn } from 'ava'

/**
 * Lets no more than `most` tests of the file run at once. Tests of a file all begin together: where each starts a program of
 * several threads, they would wait for one another longer than the program waits for its threads.
 */
export function limitConcurrency(test: TestFn, limit: number): void {
  let running = 0
  const waiting: (() => void)[] = []
  test.beforeEach(async () => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve))
    running++
  })
  test.afterEach.always(() => {
    running--
    waiting.shift()?.()
  })
}
