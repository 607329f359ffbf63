import test from 'ava'
import type { ConfigFile } from '../../src/config/config-file.ts'
import { idleRuleLines } from '../../src/reload/idle-rules.ts'
import { ResourceTable } from '../../src/resource/resource-table.ts'
import type { ResourceId, Url } from '../../src/resource/resource.ts'

function tableOf(...labels: readonly string[]): ResourceTable {
  const table = new ResourceTable()
  for (const [n, text] of labels.entries())
    table.setLabels(table.add(`https://a.example/${n}` as Url) as ResourceId, text)
  return table
}

const page = (name: string, ...match: readonly (readonly [string, string])[]) => ({ name, match })

test('a public page that no URL is for has a line', async (t) => {
  const pages = [page('all', ['public', 'yes']), page('shop', ['public', 'yes'], ['team', 'shop'])]
  const file = { path: 'conf.yml', config: { pages, alerts: null } } as unknown as ConfigFile
  const line = (name: string) =>
    `conf.yml: public: match of the page ${name}: no URL of the lists has such labels`
  t.deepEqual(await idleRuleLines(file, tableOf('{"public":"ye"}', '')), [line('all'), line('shop')])
  t.deepEqual(await idleRuleLines(file, tableOf('{"public":"yes"}', '{"team":"shop"}')), [line('shop')])
  t.deepEqual(await idleRuleLines(file, tableOf('{"public":"yes","team":"shop"}')), [])
  t.deepEqual(await idleRuleLines(null, tableOf('')), [])
})
