import test from 'ava'
import { ask, recorded, versions } from '../compare/clients.ts'
import type { Row } from '../compare/clients.ts'
import { HEADS } from '../compare/heads.ts'
import { poll, wrong } from '../compare/rule.ts'
import { haveTool } from '../helpers/tool.ts'

const both = haveTool('curl') && haveTool('go', ['version']) ? test : test.skip
both('curl and Go say what was recorded; of other versions, what they say now is compared', async (t) => {
  t.timeout(300_000)
  const { curl, go, heads } = recorded()
  const installed = versions()
  const now = await ask()
  if (installed.curl === curl && installed.go === go) {
    const before = heads.map(([, ...row]) => row)
    t.deepEqual(now, before)
    return
  }
  t.log(`recorded with curl ${curl} and Go ${go}, here are ${installed.curl} and ${installed.go}`)
  const said = await poll(HEADS)
  t.deepEqual(
    now.flatMap((row, at) => wrong(HEADS[at] as string, said[at] as Row, row)),
    [],
  )
})
