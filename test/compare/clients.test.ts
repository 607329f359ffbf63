import test from 'ava'
import { haveTool } from '../helpers/tool.ts'
import { ask, recorded, shown, versions } from './clients.ts'
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

const both = haveTool('curl') && haveTool('go', ['version']) ? test : test.skip
both('curl and Go say what was recorded', async (t) => {
  t.timeout(300_000)
  const { curl, go, heads } = recorded()
  const installed = versions()
  if (installed.curl !== curl || installed.go !== go) {
    t.log(
      `not compared: recorded with curl ${curl} and Go ${go}, here are ${installed.curl} and ${installed.go}`,
    )
    t.pass()
    return
  }
  t.deepEqual(
    await ask(),
    heads.map(([, ...row]) => row),
  )
})
