import type { TestFn } from 'ava'
import { Turns } from './turns.ts'

/**
 * Lets no more than `most` tests of the file run at once. Tests of a file all begin together: where each starts a program of
 * several threads, they would wait for one another longer than the program waits for its threads.
 */
export function limitConcurrency(test: TestFn, limit: number): void {
  const turns = new Turns(limit)
  test.beforeEach(() => turns.begin())
  test.afterEach.always(() => turns.end())
}
