import { execFileSync } from 'node:child_process'
import type { ExecutionContext } from 'ava'
import { directoryOf } from './directory.ts'

/** A directory on a disk of its own with so many kB, which goes away with the test. Null where that is not allowed: the test passes then. */
export function smallDisk(t: ExecutionContext, kilobytes: number): string | null {
  const directory = directoryOf(t)
  try {
    const options = ['-t', 'tmpfs', '-o', `size=${kilobytes}k`]
    execFileSync('mount', [...options, 'tmpfs', directory], { stdio: 'ignore' })
  } catch {
    t.log('skipped: mounting needs root')
    t.pass()
    return null
  }
  t.teardown(() => execFileSync('umount', ['-l', directory]))
  return directory
}
