import test from 'ava'
import { ask, recorded, versions } from '../compare/clients.ts'
import { haveTool } from '../helpers/tool.ts'

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
