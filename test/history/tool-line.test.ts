import test from 'ava'
import { readToolLine } from '../../src/history/tool/tool-line.ts'

const CASES: readonly (readonly [line: string, request: unknown])[] = [
  ['--help', { type: 'help' }],
  ['backup a b', { type: 'backup', file: 'a', to: 'b' }],
  ['check a', { type: 'check', file: 'a' }],
  ['import a', { type: 'import', file: 'a', from: '-' }],
  ['import a b', { type: 'import', file: 'a', from: 'b' }],
  ['export a', { type: 'lines', file: 'a' }],
  [
    'export a --format csv',
    { type: 'csv', file: 'a', table: 'uptime', step: 3_600_000, from: null, to: null },
  ],
  [
    'export --format csv --table sums --step 1d --from 2026-01-01 --to 2026-01-02T00:00:01Z a',
    {
      type: 'csv',
      file: 'a',
      table: 'sums',
      step: 86_400_000,
      from: Date.UTC(2026, 0, 1),
      to: Date.UTC(2026, 0, 2, 0, 0, 1),
    },
  ],
]

for (const [line, request] of CASES)
  test(`headcount history ${line}`, (t) => {
    t.deepEqual(readToolLine(line.split(' ').filter((word) => word !== '')), request as never)
  })

const MISTAKES: readonly (readonly [line: string, why: RegExp])[] = [
  ['', /the command is missing: use one of backup/],
  ['export a --format csv --from 2026-11-27 --to 2026-11-26', /--to: it is not after --from/],
  ['restore a', /unknown command "restore": use one of backup, check, export, import/],
  ['frob', /unknown command "frob": use one of backup, check, export, import/],
  ['backup', /backup: the file of the history is missing/],
  ['backup a', /the name of the copy is missing/],
  ['check a b', /check: too many arguments/],
  ['check a --step 1h', /check: it takes no flags/],
  ['check a --nope', /--nope/],
  ['export a --step 1h', /--format jsonl exports all/],
  ['export a --format xml', /only jsonl and csv are known/],
  ['export a --format csv --table urls', /only uptime, incidents, sums, polls are known/],
  ['export a --format csv --step 2h', /only 5m, 1h, 1d are known/],
  ['export a --format csv --from yesterday', /--from: not a date, or a time with its zone/],
  ['export a --format csv --from 2026-11-26T05:00', /--from: not a date, or a time with its zone/],
  ['export a --format csv --to 2026-02-30', /--to: not a date, or a time with its zone/],
]

for (const [line, why] of MISTAKES)
  test(`headcount history ${line}: a mistake`, (t) => {
    const request = readToolLine(line.split(' ').filter((word) => word !== ''))
    t.is(request.type, 'mistake')
    if (request.type === 'mistake') t.regex(request.why, why)
  })
