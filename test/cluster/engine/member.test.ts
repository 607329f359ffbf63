import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import { Member } from '../../../src/cluster/engine/member.ts'
import type { ClusterEvent } from '../../../src/cluster/engine/messages.ts'
import { monotonicMs } from '../../../src/runtime/clock.ts'
import { parseEngineUrl } from '../../../src/settings/cluster-options.ts'
import { withoutTimeouts } from '../../helpers/engine.ts'
import { testWith } from '../../helpers/tool.ts'
import { Valkey } from '../../helpers/valkey.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

const test = testWith('valkey-server')

/** A machine without main: what it says. */
function memberOf(t: ExecutionContext, { url }: Pick<Valkey, 'url'>, node = 'a') {
  const events: ClusterEvent[] = []
  const options = { server: parseEngineUrl(url), name: 'test', node, zone: '' }
  const post = (event: ClusterEvent) => events.push(event)
  const member = new Member({ options, run: `run-${node}`, launch: 1, known: [] }, monotonicMs, post, t.fail)
  member.start()
  t.teardown(async () => {
    member.handle({ type: 'stop' })
    await waitUntil(() => events.some(({ type }) => type === 'stopped'))
  })
  const notices = () => events.flatMap((event) => (event.type === 'notice' ? [event.line] : []))
  const leases = () => events.filter(({ type }) => type === 'lease').length
  return { member, notices, leases, events }
}

/** Has a machine connect anew to a server that it can't use, until it says why, and then to one that it can, until it has a lease again. */
async function breakAndMend(
  valkey: Valkey,
  { notices, leases }: ReturnType<typeof memberOf>,
  { breaking, said, mending }: Readonly<Record<'breaking' | 'said' | 'mending', string>>,
): Promise<void> {
  await waitUntil(() => leases() > 0)
  await valkey.command(breaking)
  await valkey.command('CLIENT KILL TYPE normal')
  await waitUntil(() => notices().some((line) => line.includes(said)))
  const before = leases()
  await valkey.command(mending)
  await waitUntil(() => leases() > before)
}

test('a server that cannot be used after a new connection is asked again until it can', async (t) => {
  const valkey = await Valkey.start(t)
  const member = memberOf(t, valkey)
  await breakAndMend(valkey, member, {
    breaking: 'CONFIG SET maxmemory-policy allkeys-lru',
    said: "can't be used: its maxmemory-policy",
    mending: 'CONFIG SET maxmemory-policy noeviction',
  })
  // This thread may have stood still since, and have had no answer in time.
  const said = member.notices().filter((line) => !line.includes('does not answer'))
  t.regex(said.at(-1) ?? '', /answers again$/)
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

test('a machine whose database is not there takes no part in the cluster of another one', async (t) => {
  const valkey = await Valkey.start(t)
  const { events } = memberOf(t, { url: `${valkey.url}/99` })
  const answers = () => events.filter(({ type }) => type === 'refused' || type === 'lease')
  await waitUntil(() => answers().length > 0)
  const [first] = answers()
  t.like(first, { type: 'refused' })
  t.regex(first?.type === 'refused' ? first.message : '', /can't be used: it has no database of this number/)
})

test('one that loses the right to its database waits for it, and goes on in no other', async (t) => {
  const valkey = await Valkey.start(t)
  await breakAndMend(valkey, memberOf(t, { url: `${valkey.url}/1` }), {
    breaking: 'ACL SETUSER default -select',
    said: 'may not do what is needed',
    mending: 'ACL SETUSER default +select',
  })
  t.is(await valkey.command('EXISTS {headcount-test}:machines'), ':0\r\n', 'in database 0')
})

test('the plan of a newer headcount is left alone: nothing is taken and nothing planned until it can be read', async (t) => {
  const valkey = await Valkey.start(t)
  await valkey.command('SET {headcount-test}:revision 2:all:newer')
  await valkey.command('HSET {headcount-test}:plan one v2')
  const { member, notices, events } = memberOf(t, valkey)
  const url = 'http://a.example/'
  member.handle({ type: 'listed', targets: [[url, JSON.stringify([url, null, null])]] })
  member.handle({ type: 'complete', isWhole: true })
  await waitUntil(() => notices().some((line) => line.includes('made by a newer headcount')))
  const pulses = () => events.filter(({ type }) => type === 'status').length
  const before = pulses()
  await waitUntil(() => pulses() > before + 2)
  t.is(await valkey.command('HGETALL {headcount-test}:plan'), '*2\r\n$3\r\none\r\n$2\r\nv2\r\n')
  t.is(await valkey.command('EXISTS {headcount-test}:planner:plan:lock'), ':0\r\n')
  t.false(events.some(({ type }) => type === 'define' || type === 'undefine' || type === 'lend'))
  await valkey.command('DEL {headcount-test}:plan')
  await valkey.command('DEL {headcount-test}:revision')
  await waitUntil(() => events.some(({ type }) => type === 'define'))
  t.is(withoutTimeouts(notices()).length, 1)
})

test('a machine that could not read all of its lists lets one plan that has', async (t) => {
  const valkey = await Valkey.start(t)
  const planner = (node: string, isWhole: boolean) => {
    const machine = memberOf(t, valkey, node)
    const url = `http://${node}.example/`
    machine.member.handle({ type: 'listed', targets: [[url, JSON.stringify([url, null, null])]] })
    machine.member.handle({ type: 'complete', isWhole })
    const knows = () =>
      machine.events.flatMap((event) =>
        event.type === 'define' || event.type === 'undefine'
          ? [event.type === 'define' ? event.targets : '-']
          : [],
      )
    return { ...machine, knows }
  }
  const part = planner('part', false)
  const said = () => withoutTimeouts(part.notices())
  await waitUntil(() => said().length > 0 && part.knows().length > 0)
  t.regex(said()[0] ?? '', /^no machine has read all of its lists/)
  t.deepEqual(part.knows(), ['[["http://part.example/",null,null]]'])
  planner('whole', true)
  // A list of a few URLs is one batch.
  const planned = () => valkey.command('GET {headcount-test}:definition:b')
  while (!(await planned()).includes('whole.example')) await nextTurn()
  t.false((await planned()).includes('part.example'))
})
