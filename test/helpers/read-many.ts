// Reads a list of a million lines from standard input, by itself in a process: says how many URLs there were and the most
// memory that was resident on the way, in bytes.
import { readTargets } from '../../src/targets/read-targets.ts'

let urls = 0
let most = 0
await readTargets(
  { urls: [], files: ['-'], stdin: process.stdin },
  {
    target: () => {
      if (++urls % 10_000 === 0) most = Math.max(most, process.memoryUsage.rss())
    },
    invalid: (line) => {
      throw new Error(line)
    },
  },
)
process.stdout.write(JSON.stringify({ urls, most }))
