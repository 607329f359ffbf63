import { execFileSync } from 'node:child_process'
import { constants, mkdtempSync, openSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'

/** A new directory that goes away with the test. */
export function temporaryDirectory(t: ExecutionContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'headcount-'))
  t.teardown(() => rmSync(directory, { recursive: true }))
  return directory
}

/** Both ends of a pipe: a descriptor to write to, and a reader that has not begun to read. */
export function fifo(t: ExecutionContext): { fd: number; reader: Socket } {
  const path = join(temporaryDirectory(t), 'pipe')
  execFileSync('mkfifo', [path])
  const reader = new Socket({
    fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK),
    writable: false,
  })
  reader.pause()
  t.teardown(() => reader.destroy())
  return { fd: openSync(path, constants.O_WRONLY), reader }
}
