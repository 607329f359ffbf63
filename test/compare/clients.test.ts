import test from 'ava'
import { recorded, shown } from './clients.ts'
import type { Row } from './clients.ts'
import { HEADS } from './heads.ts'
import { poll, wrong } from './rule.ts'

test('the record is of these heads', (t) => {
  t.deepEqual(
    recorded().heads.map(([head]) => head),
    HEADS.map(shown),
  )
})

test('heads that curl and Go accept are accepted, and those that both refuse are refused, with each method', async (t) => {
  t.timeout(120_000)
  const said = await poll(HEADS)
  const mistakes = recorded().heads.flatMap(([, ...row], at) =>
    wrong(HEADS[at] as string, said[at] as Row, row),
  )
  t.deepEqual(mistakes, [])
})
