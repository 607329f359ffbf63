import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'

/** A new directory that goes away with the test. */
export function directoryOf(t: Pick<ExecutionContext, 'teardown'>): string {
  const directory = mkdtempSync(join(tmpdir(), 'headcount-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
