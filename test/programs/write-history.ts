import { writeSync } from 'node:fs'
import { History } from '../../src/history/history.ts'
import { PollBatch } from '../../src/history/poll-batch.ts'
import { REASONS } from '../../src/state/reasons.ts'
import { FLUSH_STEP_MS, pollsOfFlush, SCRIPT_URLS } from '../helpers/history-script.ts'

// Records the polls of history-script.ts until it is killed, and prints the number of each flush when it is done.
// Arguments: the file, when the run begins (ms since the epoch).

const [file = '', begin = ''] = process.argv.slice(2)
let now = Number(begin)
const history = History.open(file, {
  // The least: a small write-ahead log, so that most flushes are checkpoints too.
  sizeLimit: Number(process.env['HISTORY_SIZE'] ?? 64e6),
  now: () => now,
  blocksPerFlush: 1,
  warn: (line) => writeSync(2, `${line}\n`),
})
history.urls(
  Array.from({ length: SCRIPT_URLS }, (_, index) => ({ key: `${index + 1}`, name: '', labels: '' })),
)
history.flush()
const batch = new PollBatch()
for (let index = 1; ; index++) {
  batch.clear()
  for (const { url, at, verdict, reason, ms } of pollsOfFlush(index, Number(begin)))
    if (verdict !== null)
      batch.add(
        url,
        at,
        verdict,
        REASONS.findIndex((name) => name === reason),
        0,
        ms,
      )
  now = Number(begin) + index * FLUSH_STEP_MS
  history.record(batch)
  history.flush()
  writeSync(1, `${index}\n`)
}
