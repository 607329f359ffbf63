import { readTargets } from '../../src/targets/read-targets.ts'

// Reads a list from standard input and prints each URL; with the argument `count` prints, as JSON, only how many URLs there are
// and the largest resident memory on the way, in bytes.

const isCount = process.argv[2] === 'count'
let urls = 0
let maxRss = 0
await readTargets(
  { urls: [], files: ['-'], stdin: process.stdin },
  {
    target: ({ url }) => {
      if (!isCount) process.stdout.write(`${url}\n`)
      if (++urls % 10_000 === 0) maxRss = Math.max(maxRss, process.memoryUsage.rss())
    },
    invalid: (line) => {
      throw new Error(line)
    },
  },
)
if (isCount) process.stdout.write(JSON.stringify({ urls, maxRss }))
