import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { TestCluster } from '../helpers/cluster.ts'
import { CutProxy } from '../helpers/cut-proxy.ts'
import { headcount } from '../helpers/program.ts'
import { directoryOf } from '../helpers/directory.ts'
import { freePort } from '../helpers/free-port.ts'
import type { Program } from '../helpers/program.ts'
import { haveTool } from '../helpers/tool.ts'
import { ValkeyCluster } from '../helpers/valkey-cluster.ts'
import { Valkey } from '../helpers/valkey.ts'

// Three machines, a real server, and URLs on servers that record who asks. What must hold whatever happens: no slot of a URL is polled by
// two machines, no URL is shown as down, and all are polled again.

const pathOfFault = fileURLToPath(new URL('../helpers/thread-fault.ts', import.meta.url))

const pathOfLastingFault = fileURLToPath(new URL('../helpers/lasting-fault.ts', import.meta.url))

const run = haveTool('valkey-server') ? test.serial : test.skip

async function threeMachines(t: ExecutionContext): Promise<{ valkey: Valkey; cluster: TestCluster }> {
  const valkey = await Valkey.start(t)
  const cluster = await TestCluster.start(t, valkey.url, 6, 40)
  cluster.machine('a')
  cluster.machine('b')
  cluster.machine('c', false)
  await cluster.shared(0.25, 'a', 'b', 'c')
  return { valkey, cluster }
}

function check(t: ExecutionContext, cluster: TestCluster): void {
  t.deepEqual(cluster.doublyPolled, [])
  t.deepEqual(cluster.notUp, [])
  t.log(`longest gap ${cluster.longestGapMs} ms`)
}

run('a machine that is killed', async (t) => {
  const { cluster } = await threeMachines(t)
  cluster.signal('a', 'SIGKILL')
  await cluster.allPolled('b', 'c')
  check(t, cluster)
  cluster.machine('a')
  await cluster.shared(0.25, 'a', 'b', 'c')
  check(t, cluster)
})

run('a machine that is frozen and comes back', async (t) => {
  const { cluster } = await threeMachines(t)
  cluster.signal('b', 'SIGSTOP')
  await cluster.allPolled('a', 'c')
  cluster.signal('b', 'SIGCONT')
  await cluster.shared(0.25, 'a', 'b', 'c')
  check(t, cluster)
})

run('a machine that is frozen for about as long as a lease, again and again', async (t) => {
  const { cluster } = await threeMachines(t)
  for (let frozenMs = 600; frozenMs <= 2_600; frozenMs += 250) {
    cluster.signal('a', 'SIGSTOP')
    await sleep(frozenMs)
    cluster.signal('a', 'SIGCONT')
    await cluster.allPolled()
  }
  check(t, cluster)
})

run('machines that are stopped hand over, and no slot is left out', async (t) => {
  const { cluster } = await threeMachines(t)
  cluster.signal('a', 'SIGTERM')
  await cluster.allPolled('b', 'c')
  cluster.signal('b', 'SIGTERM')
  await cluster.allPolled('c')
  check(t, cluster)
})

run('a machine that is drained hands over, and takes nothing until it is resumed', async (t) => {
  const { valkey, cluster } = await threeMachines(t)
  const tool = (...args: string[]) => headcount(t, ['cluster', ...args, '--cluster', valkey.url])
  t.is((await tool('drain', 'a')).stdout.split(':')[0], 'a')
  await cluster.allPolled('b', 'c')
  const status = await tool('status')
  t.regex(status.stdout, /^a +drained +0 /m)
  t.regex(status.stdout, /^3 of 3 up; \d+ batches in the plan, 0 of them/m)
  t.is((await tool('resume', 'a')).code, 0)
  await cluster.shared(0.25, 'a', 'b', 'c')
  check(t, cluster)
})

run('a machine that is cut off from the server, and is not told', async (t) => {
  const valkey = await Valkey.start(t)
  const cluster = await TestCluster.start(t, valkey.url, 6, 40)
  const proxy = await CutProxy.start(t, valkey.port)
  cluster.machine('a')
  cluster.machine('b', true, proxy.url)
  cluster.machine('c', false)
  await cluster.shared(0.25, 'a', 'b', 'c')
  proxy.cut()
  await cluster.allPolled('a', 'c')
  await sleep(3_000)
  proxy.restore()
  await cluster.shared(0.25, 'a', 'b', 'c')
  check(t, cluster)
})

run('a server that is killed and started again, with its data', async (t) => {
  const { valkey, cluster } = await threeMachines(t)
  await valkey.kill()
  await sleep(3_000)
  await valkey.run()
  await cluster.allPolled()
  await cluster.shared(0.25, 'a', 'b', 'c')
  check(t, cluster)
})

run('a server that is killed and started again at once', async (t) => {
  const { valkey, cluster } = await threeMachines(t)
  for (let times = 0; times < 4; times++) {
    await valkey.kill()
    await valkey.run()
    await cluster.allPolled()
  }
  check(t, cluster)
})

run('a server that loses everything', async (t) => {
  const { valkey, cluster } = await threeMachines(t)
  for (let times = 0; times < 3; times++) {
    await valkey.command('FLUSHALL')
    await cluster.allPolled()
  }
  check(t, cluster)
})

run('a list that changes', async (t) => {
  const { cluster } = await threeMachines(t)
  const { urls } = cluster
  const gone = urls.filter((_, index) => index % 10 === 3)
  cluster.write(urls.filter((url) => !gone.includes(url)))
  const last = () => Math.max(...gone.map((url) => cluster.requests.get(url)?.at(-1)?.at ?? 0))
  while (Date.now() - last() < 2_500) await sleep(100)
  check(t, cluster)
  cluster.write(urls)
  await cluster.allPolled()
  check(t, cluster)
})

run('a thread for the cluster that dies is replaced, and polls go on', async (t) => {
  const valkey = await Valkey.start(t)
  const cluster = await TestCluster.start(t, valkey.url, 2, 20)
  const mark = join(directoryOf(t), 'mark')
  const env = { FAULT_MARK: mark, FAULT_KIND: 'exit', NODE_OPTIONS: `--import ${pathOfFault}` }
  const program = cluster.machine('a', true, valkey.url, env)
  await cluster.allPolled()
  for (let deaths = 1; deaths <= 2; deaths++) {
    writeFileSync(`${mark}-cluster`, '')
    await program.until(({ stderr }) => (stderr.match(/another takes its place/g)?.length ?? 0) >= deaths)
    await cluster.allPolled('a')
  }
  // What is polled now is shown: a URL that comes back to the list, too.
  const [first = '', ...others] = cluster.urls
  const shown = () => program.json.filter(({ type, url }) => type === 'state' && url === first).length
  cluster.write(others)
  await program.until(({ stderr }) => stderr.includes('1 gone'))
  const before = shown()
  cluster.write(cluster.urls)
  await program.until(() => shown() > before)
  program.child.kill('SIGTERM')
  const { code, stderr } = await program.ended()
  t.is(code, 0)
  t.regex(stderr, /^The cluster thread ended; another takes its place, and nothing is polled meanwhile$/m)
  check(t, cluster)
})

/** Three machines, of which c has a main or pollers that stop to work for as long as a file is there. */
async function lasting(t: ExecutionContext, part: 'main' | 'poller') {
  const valkey = await Valkey.start(t)
  const cluster = await TestCluster.start(t, valkey.url, 6, 40)
  for (const name of ['a', 'b']) cluster.machine(name)
  await cluster.shared(0.4, 'a', 'b')
  const mark = join(directoryOf(t), 'mark')
  const start = () =>
    cluster.machine('c', true, valkey.url, {
      FAULT_MARK: mark,
      NODE_OPTIONS: `--import ${pathOfLastingFault}`,
    })
  const says = async (state: string) => {
    const status = () => headcount(t, ['cluster', 'status', '--cluster', valkey.url])
    while (!new RegExp(`^c +${state} `, 'm').test((await status()).stdout)) await sleep(100)
  }
  const begin = () => writeFileSync(`${mark}-${part}`, '')
  return { cluster, start, says, begin, end: () => rmSync(`${mark}-${part}`) }
}

run('nothing is handed over to a machine whose main has not started yet', async (t) => {
  const { cluster, start, says, begin, end } = await lasting(t, 'main')
  begin()
  const program = start()
  await says('not ready')
  await sleep(2_000)
  await cluster.allPolled('a', 'b')
  end()
  await cluster.shared(0.25, 'a', 'b', 'c')
  t.is(program.stderr, '')
  check(t, cluster)
})

for (const [part, what, why] of [
  ['main', 'whose main stands still', 'its main thread stands still'],
  ['poller', 'that has no poller', 'none of its pollers runs'],
] as const)
  run(`a machine ${what} hands its URLs over until it can poll again`, async (t) => {
    const { cluster, start, says, begin, end } = await lasting(t, part)
    const program = start()
    await cluster.shared(0.25, 'a', 'b', 'c')
    begin()
    await says('not ready')
    await program.until(({ stderr }) =>
      stderr.includes(`this machine hands its URLs over until it can poll again: ${why}\n`),
    )
    await cluster.allPolled('a', 'b')
    end()
    await program.until(({ stderr }) => stderr.includes('this machine can poll again, and takes its share'))
    await cluster.shared(0.25, 'a', 'b', 'c')
    check(t, cluster)
  })

for (const [what, begins, ends, line] of [
  [
    'is out of memory',
    'CONFIG SET maxmemory 1mb',
    'CONFIG SET maxmemory 0',
    /takes no commands \(OOM command not allowed/,
  ],
  [
    'is a read-only replica',
    'REPLICAOF 127.0.0.1 1',
    'REPLICAOF NO ONE',
    /takes no commands \(READONLY|the connection was closed/,
  ],
] as const)
  run(`a server that ${what} for a while`, async (t) => {
    const valkey = await Valkey.start(t)
    const cluster = await TestCluster.start(t, valkey.url, 6, 40)
    const programs = ['a', 'b'].map((name) => cluster.machine(name))
    await cluster.shared(0.25, 'a', 'b')
    await valkey.command(...begins.split(' '))
    for (const program of programs) await program.until(({ stderr }) => line.test(stderr))
    await sleep(3_000)
    await valkey.command(...ends.split(' '))
    for (const program of programs) await program.until(({ stderr }) => stderr.includes('answers again'))
    await cluster.shared(0.25, 'a', 'b')
    check(t, cluster)
    for (const { stderr } of programs) t.is(stderr.match(/the cluster's server/g)?.length, 2, stderr)
  })

run('sentinels put a replica in the place of a server that was killed', async (t) => {
  const first = await Valkey.start(t)
  await Valkey.start(t, '--replicaof', '127.0.0.1', `${first.port}`)
  const directory = directoryOf(t)
  const port = await freePort()
  const watch = [`monitor main 127.0.0.1 ${first.port} 1`, 'down-after-milliseconds main 1000']
  const lines = [`port ${port}`, `dir ${directory}`, ...watch.map((line) => `sentinel ${line}`)]
  const file = join(directory, 'sentinel.conf')
  writeFileSync(file, `${lines.join('\n')}\n`)
  const sentinel = spawn('valkey-server', [file, '--sentinel'], { stdio: 'ignore' })
  t.teardown(() => sentinel.kill('SIGKILL'))
  while (!(await firstServer(port)).includes('slaves=1')) await sleep(100)

  const cluster = await TestCluster.start(t, `redis-sentinel://127.0.0.1:${port}/main`, 6, 40)
  const programs = ['a', 'b'].map((name) => cluster.machine(name))
  await cluster.shared(0.25, 'a', 'b')
  const answers = ({ stderr }: Program) => stderr.match(/answers again/g)?.length ?? 0
  const before = programs.map(answers)
  await first.kill()
  for (const [index, program] of programs.entries())
    await program.until(() => answers(program) > (before[index] as number))
  await cluster.allPolled()
  check(t, cluster)
})

run('a replica takes the place of a server of a Redis Cluster that was killed', async (t) => {
  const servers = await ValkeyCluster.start(t)
  const cluster = await TestCluster.start(t, servers.url, 6, 40)
  const programs = ['a', 'b'].map((name) => cluster.machine(name))
  await cluster.shared(0.25, 'a', 'b')
  const answers = ({ stderr }: Program) => stderr.match(/answers again/g)?.length ?? 0
  const before = programs.map(answers)
  const owner = await servers.ownerOf('{headcount-headcount}:plan')
  await owner?.kill()
  for (const [index, program] of programs.entries())
    await program.until(() => answers(program) > (before[index] as number))
  await cluster.allPolled()
  check(t, cluster)
})

/** What a sentinel says of the servers that it watches; '': it does not answer yet. */
async function firstServer(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write('INFO sentinel\r\n')
  const [answer] = (await once(socket, 'data').catch(() => [''])) as [Buffer | string]
  socket.destroy()
  return answer.toString()
}
