import { existsSync, readlinkSync } from 'node:fs'

/** What Linux adds to the path of a folder that was removed. */
const REMOVED = / \(deleted\)$/

/** Nobody can make a file here, and none has a name that a person gives to one: a relative name leads to no file. Before, only those with `..` did. */
const REFUGE = '/proc/self/task'

/**
 * Leaves the working folder if it was removed: Node starts no thread in such a process, not even from an absolute path. To be called by the
 * main thread before a thread is started. It asks only /proc, which always answers at once; where there is none, it does nothing.
 */
export function leaveRemovedFolder(): void {
  try {
    const folder = readlinkSync('/proc/self/cwd')
    if (REMOVED.test(folder) && !existsSync(folder)) process.chdir(REFUGE)
  } catch {
    // No /proc.
  }
}
