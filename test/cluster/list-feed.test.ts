import test from 'ava'
import { ListFeed } from '../../src/cluster/list-feed.ts'
import type { ClusterMessage } from '../../src/cluster/engine/messages.ts'
import { ResourceTable } from '../../src/resource/resource-table.ts'
import type { ResourceId, Url } from '../../src/resource/resource.ts'
import { Profiles } from '../../src/settings/profiles.ts'
import { urlOptionsOf } from '../../src/settings/url-options.ts'

test('lists of which one could not be read are not whole, until it was', async (t) => {
  const table = new ResourceTable()
  const profiles = new Profiles(urlOptionsOf(({ initial }) => initial))
  const { promise: complete, resolve } = Promise.withResolvers<void>()
  const readings = { isComplete: false, complete }
  const said: ClusterMessage[] = []
  const feed = new ListFeed(table, profiles, readings, (message) => said.push(message))
  table.add('http://a.example/' as Url)
  feed.start()
  feed.add([table.add('http://b.example/' as Url) as ResourceId])
  const whole = () => said.flatMap((message) => (message.type === 'complete' ? [message.isWhole] : []))
  t.deepEqual(whole(), [false, false])
  feed.remove([table.find('http://b.example/' as Url) as ResourceId])
  readings.isComplete = true
  resolve()
  await complete
  t.deepEqual(whole(), [false, false, true])
})
