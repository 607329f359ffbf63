import test from 'ava'
import { ResourceTable } from '../../../src/resource/resource-table.ts'
import { NOT_POLLED } from '../../../src/resource/resource.ts'
import type { ResourceId, Url, Verdict } from '../../../src/resource/resource.ts'
import { unpackUrls } from '../../../src/state/url-batch.ts'
import { ReplayedPolls } from '../../../src/supervisors/monitor/replayed-polls.ts'
import { packUrls } from '../../../src/threads/pack-urls.ts'

test('a monitor that starts knows a URL as it was before the States that wait for it', (t) => {
  const table = new ResourceTable()
  const [a, b] = ['a', 'b'].map((name) => table.add(`http://${name}.example/` as Url)) as [
    ResourceId,
    ResourceId,
  ]
  const settling = { of: () => null }
  const replayed = new ReplayedPolls(table, settling)
  const poll = (id: ResourceId, verdict: Verdict, dueAt = 1) => {
    const polled = { ...table.read(id), verdict, dueAt, errCount: verdict === 'down' ? 1 : 0 }
    replayed.returned([polled])
    table.write(polled)
  }
  const told = () => {
    const verdicts: string[] = []
    const known = {
      settling,
      before: replayed.before,
      settings: null,
      earlier: null,
      places: null,
    }
    for (const part of packUrls(table, table.listed(), known))
      unpackUrls(part, ({ verdict, errCount }) => verdicts.push(`${verdict} ${errCount}`))
    return verdicts
  }
  poll(a, 'up')
  t.deepEqual(told(), ['up 0', 'pending 0'])
  replayed.switchPorts({ switchStatusPorts: () => {} })
  poll(a, 'down')
  poll(a, 'up')
  poll(a, 'down')
  poll(b, 'pending', NOT_POLLED)
  t.deepEqual(told(), ['up 0', 'pending 0'])
  t.is(replayed.polls, 3)
  table.remove(b)
  table.add('http://c.example/' as Url)
  poll(b, 'up')
  t.deepEqual(told(), ['up 0', 'pending 0'])
  replayed.monitorStarted()
  t.deepEqual(told(), ['down 1', 'up 0'])
  t.is(replayed.polls, 0)
})
