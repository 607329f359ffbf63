import test from 'ava'
import { askCluster } from '../../../src/cluster/engine/cluster-tool.ts'
import { machineFindings, serverFindings } from '../../../src/cluster/engine/doctor.ts'
import type { Finding } from '../../../src/cluster/engine/doctor.ts'
import { parseEngineUrl } from '../../../src/settings/cluster-options.ts'
import { machineStatus } from '../../helpers/machine-status.ts'
import { testWith } from '../../helpers/tool.ts'
import { Valkey } from '../../helpers/valkey.ts'

const testWithValkey = testWith('valkey-server')

const GOOD = {
  valkey_version: '8.1.1',
  role: 'master',
  maxmemory_policy: 'noeviction',
  maxmemory: '0',
  used_memory: '1000000',
  aof_enabled: '1',
  aof_last_write_status: 'ok',
  rdb_last_bgsave_status: 'ok',
}

const wrongOf = (findings: readonly Finding[]) =>
  findings.flatMap(({ level, what }) => (level === 'ok' ? [] : [`${level} ${what}`]))

for (const [changed, wrong] of [
  [{}, []],
  [{ valkey_version: '7.0.0' }, ['bad server']],
  [{ cluster_enabled: '1' }, ['bad server']],
  [{ role: 'slave' }, ['bad role']],
  [{ maxmemory_policy: 'allkeys-lru' }, ['bad maxmemory-policy']],
  [{ maxmemory: '2000000' }, []],
  [{ maxmemory: '1100000' }, ['bad memory']],
  [{ aof_enabled: '0' }, ['warn persistence']],
  [{ aof_last_write_status: 'err' }, ['bad persistence']],
  [{ aof_enabled: '0', rdb_last_bgsave_status: 'err' }, ['bad persistence']],
] as const)
  test(`a server with ${JSON.stringify(changed)}`, (t) => {
    const findings = serverFindings(new Map(Object.entries({ ...GOOD, ...changed })), false)
    t.deepEqual(wrongOf(findings), wrong)
    t.true(findings.every(({ level, fix }) => (fix === '') === (level === 'ok')))
  })

const machine = (name: string, rest: object = {}) => ({
  ...machineStatus(name),
  isUp: true,
  run: 'run',
  ...rest,
})

for (const [why, machines, wrong] of [
  ['the same list', [machine('a'), machine('b', { list: '' })], []],
  ['other clocks', [machine('a', { clockMs: -5_000 }), machine('b')], ['warn clock of a']],
  ['other versions', [machine('a', { version: '1.1.0' }), machine('b')], ['warn versions']],
  ['other lists', [machine('a', { list: '2-b' }), machine('b')], ['warn lists']],
  ['no list', [machine('a', { list: '' })], ['bad lists']],
  ['no list in a zone', [machine('a'), machine('b', { zone: 'eu', list: '' })], ['bad lists']],
  ['lists that none has read', [machine('a', { list: '', isPart: true })], ['warn lists of a']],
  ['one that cannot poll', [machine('a'), machine('b', { isReady: false })], ['warn machine b']],
  ['one that is drained', [machine('a'), machine('b', { isReady: false, isDrained: true })], []],
  ['no machines', [], []],
] as const)
  test(`machines with ${why}`, (t) => {
    t.deepEqual(wrongOf(machineFindings(machines)), wrong)
  })

const optionsOf = (url: string) => ({ server: parseEngineUrl(url), name: 'test', node: 'tool', zone: '' })

testWithValkey('a real server is examined, and what is wrong is the exit code', async (t) => {
  const [good, evicting] = await Promise.all([
    Valkey.start(t),
    Valkey.start(t, '--maxmemory-policy', 'allkeys-lru', '--appendonly', 'no'),
  ])
  const fine = await askCluster(optionsOf(good.url), { action: 'doctor', node: '' })
  t.is(fine.code, 0, fine.text)
  t.regex(fine.text, /^ok +server +Valkey \d/m)
  t.regex(fine.text, /^ok +persistence +appendonly yes/m)
  const { code, text } = await askCluster(optionsOf(evicting.url), { action: 'doctor', node: '' })
  t.is(code, 2)
  t.regex(text, /^bad +maxmemory-policy +allkeys-lru: .*noeviction/m)
  t.regex(text, /^warn +persistence +appendonly no: .*set appendonly yes/m)
})

testWithValkey('a server that is not there, or wants a password, is said', async (t) => {
  const locked = await Valkey.start(t, '--requirepass', 'secret')
  await t.throwsAsync(askCluster(optionsOf(locked.url), { action: 'status', node: '' }), {
    message: /can't be used: it asks for a password/,
  })
  await locked.kill()
  await t.throwsAsync(askCluster(optionsOf(locked.url), { action: 'status', node: '' }), {
    message: /does not answer \(connect ECONNREFUSED/,
  })
})

testWithValkey('a machine is drained only when another one is up', async (t) => {
  const valkey = await Valkey.start(t)
  const options = optionsOf(valkey.url)
  const none = await askCluster(options, { action: 'drain', node: 'a' })
  t.is(none.code, 1)
  t.regex(none.text, /^a: no such machine is up/)
  /** Asks when these machines have just been heard: they count as up for a short time only. */
  const ask = async (
    machines: Readonly<Record<string, string>>,
    action: 'status' | 'drain' | 'resume',
    node = '',
  ) => {
    for (const [name, says] of Object.entries(machines))
      await valkey.command('HSET', '{headcount-test}:machines', name, `'run ${Date.now()} ${says}'`)
    return (await askCluster(options, { action, node })).text
  }
  t.regex(await ask({ a: '{}' }, 'drain', 'a'), /^a: no other machine is up/)
  const unready = { a: '{}', b: '{"isReady":false}' }
  t.regex(await ask(unready, 'drain', 'a'), /^a: no other machine is up/)
  t.regex(await ask(unready, 'status'), /^b +not ready +0 /m)
  t.regex(await ask(unready, 'resume', 'a'), /^a: it was not drained/)
  t.regex(await ask(unready, 'status'), /^a +up +0 /m)
  const text = await ask({ a: '{}', b: '{"zone":"eu"}' }, 'status')
  t.regex(text, /^machine +zone +state/m)
  t.regex(text, /^a +- +up +0 /m)
  t.regex(text, /^b +eu +up +0 /m)
})

testWithValkey('whether a server wants a password is asked of the server', async (t) => {
  const [open, locked] = await Promise.all([
    Valkey.start(t, '--protected-mode', 'no'),
    Valkey.start(t, '--requirepass', 'secret'),
  ])
  // Loopback in a form that does not count as this machine.
  const ask = async ({ port }: Valkey) => {
    const options = optionsOf(`redis://:secret@[::ffff:127.0.0.1]:${port}`)
    const { text } = await askCluster(options, { action: 'doctor', node: '' })
    return /^.*access.*$/m.exec(text)?.[0] ?? ''
  }
  t.regex(await ask(open), /^warn +access +no password: /)
  t.regex(await ask(locked), /^warn +access +a password, no TLS: /)
})

testWithValkey('of two machines that are drained at once, one stays', async (t) => {
  const valkey = await Valkey.start(t)
  const options = optionsOf(valkey.url)
  // Neither has told yet that it was drained.
  await valkey.command('HSET', '{headcount-test}:drained', 'a', 'run')
  for (const node of ['a', 'b'])
    await valkey.command('HSET', '{headcount-test}:machines', node, `"run ${Date.now()} {}"`)
  const { code, text } = await askCluster(options, { action: 'drain', node: 'b' })
  t.is(code, 1)
  t.regex(text, /^b: no other machine is up/)
  t.is(await valkey.command('HLEN', '{headcount-test}:drained'), ':1\r\n')
})
