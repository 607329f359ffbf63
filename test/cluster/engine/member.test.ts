import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import { Member } from '../../../src/cluster/engine/member.ts'
import type { ClusterEvent } from '../../../src/cluster/engine/messages.ts'
import { monotonicMs } from '../../../src/runtime/clock.ts'
import { parseEngineUrl } from '../../../src/settings/cluster-options.ts'
import { testWith } from '../../helpers/tool.ts'
import { Valkey } from '../../helpers/valkey.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

const test = testWith('valkey-server')

/** A machine without main: what it says. */
function memberOf(t: ExecutionContext, valkey: Valkey) {
  const events: ClusterEvent[] = []
  const options = { server: parseEngineUrl(valkey.url), name: 'test', node: 'a' }
  const member = new Member({ options, run: 'run', launch: 1, known: [] }, monotonicMs, (event) =>
    events.push(event),
  )
  member.start()
  t.teardown(async () => {
    member.handle({ type: 'stop' })
    await waitUntil(() => events.some(({ type }) => type === 'stopped'))
  })
  const notices = () => events.flatMap((event) => (event.type === 'notice' ? [event.line] : []))
  const leases = () => events.filter(({ type }) => type === 'lease').length
  return { notices, leases, events }
}

test('a server that cannot be used after a new connection is asked again until it can', async (t) => {
  const valkey = await Valkey.start(t)
  const { notices, leases } = memberOf(t, valkey)
  await waitUntil(() => leases() > 0)
  await valkey.command('CONFIG SET maxmemory-policy allkeys-lru')
  await valkey.command('CLIENT KILL TYPE normal')
  await waitUntil(() => notices().some((line) => line.includes("can't be used: its maxmemory-policy")))
  const before = leases()
  await valkey.command('CONFIG SET maxmemory-policy noeviction')
  await waitUntil(() => leases() > before)
  t.regex(notices().at(-1) ?? '', /answers again$/)
})

test('results are read, also when their place could not be found at first', async (t) => {
  const valkey = await Valkey.start(t)
  await valkey.command('ACL SETUSER default -xrevrange')
  const { leases } = memberOf(t, valkey)
  await waitUntil(() => leases() > 0)
  const reads = async () => (await valkey.command('CLIENT LIST')).includes('cmd=xread')
  t.false(await reads())
  await valkey.command('ACL SETUSER default +xrevrange')
  while (!(await reads())) await nextTurn()
  t.pass()
})
