import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { History } from '../../src/history/history.ts'
import { PollBatch } from '../../src/history/poll-batch.ts'
import { REASONS } from '../../src/state/reasons.ts'
import { cli } from '../helpers/cli.ts'
import { directoryOf } from '../helpers/directory.ts'

const START = Date.UTC(2026, 0, 5)

/** A history that is open still, with sums, polls in the journal and an incident that goes on. */
function openHistory(file: string) {
  const clock = { now: START }
  const history = History.open(file, { sizeLimit: 1e9, now: () => clock.now, warn: () => {} })
  const ids = history.urls([
    { key: 'https://a.example', name: '=a, "first"', labels: 'team=x' },
    { key: 'https://b.example', name: 'https://b.example', labels: '' },
  ])
  history.flush()
  const batch = new PollBatch()
  for (let minute = 0; minute < 62; minute++) {
    batch.clear()
    for (const id of ids) {
      const isDown = id === 1 && minute >= 31
      const reason = REASONS.findIndex((name) => name === (isDown ? 'timeout' : 'ok'))
      batch.add(id, clock.now, isDown ? 1 : 0, reason, isDown ? 0 : 200, 20 + minute, {
        dns: 1,
        connect: 2,
        tls: 0,
        wait: 30,
      })
    }
    history.record(batch, () => 'no answer, "late"\nreally')
    for (let beat = 0; beat < 6; beat++) {
      clock.now += 10_000
      history.flush()
    }
  }
  return history
}

function run(args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'history', ...args], {
    encoding: 'utf8',
    input,
  })
  return { status, stdout, stderr }
}

test('headcount history copies, checks, exports and imports a history that is written', (t) => {
  const directory = directoryOf(t)
  const file = join(directory, 'h.db')
  const history = openHistory(file)
  const [copy, made] = [join(directory, 'copy.db'), join(directory, 'made.db')]
  t.deepEqual(run(['backup', file, copy]), { status: 0, stdout: '', stderr: '' })
  const checked = run(['check', copy])
  t.is(checked.status, 0)
  t.regex(
    checked.stdout,
    /^.*copy\.db: ok\n2 URLs, 1 incident\nwatched from 2026-01-05T00:00:00\.000Z to 2026-01-05T01:02:00/,
  )
  const lines = run(['export', file]).stdout
  t.deepEqual(run(['import', made], lines), { status: 0, stdout: '', stderr: '' })
  t.is(run(['export', made]).stdout, lines)
  t.is(
    run(['export', made, '--format', 'csv']).stdout,
    'url,from,to,uptime,up_seconds,down_seconds,unknown_seconds,maintenance_seconds,not_watched_seconds\n' +
      `"'=a, ""first""",2026-01-05T00:00:00.000Z,2026-01-05T01:02:00.000Z,0.5,1860,1860,0,0,0\n` +
      'https://b.example,2026-01-05T00:00:00.000Z,2026-01-05T01:02:00.000Z,1,3720,0,0,0,0\n',
  )
  t.is(history.uptime(1, START, START + 62 * 60_000).ratio, 0.5)
  history.close()
  const again = run(['import', made], lines)
  t.is(again.status, 3)
  t.regex(again.stderr, /import needs a new file, this one has URLs/)
})

test('headcount history says what is wrong', (t) => {
  const directory = directoryOf(t)
  const file = join(directory, 'h.db')
  openHistory(file).close()
  const missing = run(['check', join(directory, 'no.db')])
  t.is(missing.status, 3)
  t.regex(missing.stderr, /no\.db: there is no such file\n$/)
  const lines = join(directory, 'lines')
  writeFileSync(
    lines,
    '{"type":"headcount-history","version":1}\n{"type":"watched","begin":"now","end":""}\n',
  )
  const bad = run(['import', join(directory, 'made.db'), lines])
  t.is(bad.status, 3)
  t.regex(bad.stderr, /lines:2: begin is not a time\n$/)
  const bytes = readFileSync(file)
  bytes.fill(0xff, 8_192)
  writeFileSync(file, bytes)
  const damaged = run(['check', file])
  t.is(damaged.status, 2)
  t.regex(`${damaged.stdout}${damaged.stderr}`, /h\.db: .*(?:malformed|damaged|page)/)
})
