import { execFileSync } from 'node:child_process'
import type { ExecutionContext } from 'ava'
import { directoryOf } from './directory.ts'
import { leaveOut } from './tool.ts'

/** What runs a command as root; `sudo` only where it asks for no password. */
const [command, ...asRoot] = process.getuid?.() === 0 ? ['env'] : ['sudo', '-n']

/** A directory on a disk of its own with so many kB, which goes away with the test. Null where that is not allowed: the test passes then. Throws there where every test has to run. */
export function smallDisk(t: ExecutionContext, kilobytes: number): string | null {
  const directory = directoryOf(t)
  try {
    const options = ['-t', 'tmpfs', '-o', `size=${kilobytes}k,uid=${process.getuid?.()}`]
    execFileSync(command, [...asRoot, 'mount', ...options, 'tmpfs', directory], { stdio: 'ignore' })
  } catch {
    leaveOut('to mount a tmpfs (as root, or with sudo)')
    t.pass()
    return null
  }
  t.teardown(() => execFileSync(command, [...asRoot, 'umount', '-l', directory]))
  return directory
}
