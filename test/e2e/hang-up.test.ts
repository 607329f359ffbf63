import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { startOrigin } from '../helpers/origin.ts'
import { headcount, pathOf, Program } from '../helpers/program.ts'
import { testWhere } from '../helpers/tool.ts'
import { waitUntil } from '../helpers/wait-until.ts'

// Signals that a process catches are in /proc on Linux only.
const onLinux = process.platform === 'linux' ? test : test.skip

const SIGHUP = 1n

/** Starts the program with a configuration that it waits for, sends SIGHUP meanwhile, then writes the configuration. */
async function hangUpEarly(t: ExecutionContext, lines: readonly string[]): Promise<Program> {
  const file = join(directoryOf(t), 'conf.yml')
  execFileSync('mkfifo', [file])
  const program = new Program(t, ['-c', file, '--pool-size', '1', '--interval', '200ms', '--format', 'json'])
  await waitUntil(() => catches(program.child.pid as number, SIGHUP))
  program.child.kill('SIGHUP')
  // In a process of its own, which waits until the program opens the FIFO.
  const writer = spawn('sh', ['-c', 'printf "%s\\n" "$@" >"$0"', file, ...lines])
  t.teardown(() => writer.kill())
  return program
}

function catches(pid: number, signal: bigint): boolean {
  const [, mask] = /^SigCgt:\s*(\w+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return ((BigInt(`0x${mask}`) >> (signal - 1n)) & 1n) === 1n
}

onLinux('SIGHUP before the lists are read does not end a run that can read them again', async (t) => {
  const origin = await startOrigin(t)
  const list = join(directoryOf(t), 'urls.txt')
  writeFileSync(list, `${origin.url}/a\n`)
  const program = await hangUpEarly(t, [`files: ${list}`])
  await origin.requested('/a', 2)
  program.child.kill('SIGTERM')
  t.like(await program.ended(), { code: 0, signal: null })
})

onLinux('SIGHUP before it is known what to do ends a run for which it means nothing', async (t) => {
  const origin = await startOrigin(t)
  const program = await hangUpEarly(t, ['once: true', `urls: ${origin.url}/a`])
  t.like(await program.ended(), { code: null, signal: 'SIGHUP' })
  t.deepEqual(origin.requestPaths, [])
})

test('SIGHUP ends a run for which it means nothing', async (t) => {
  const origin = await startOrigin(t, () => {})
  const program = new Program(t, ['--once', '--timeout', '10m', `${origin.url}/a`])
  await origin.requested('/a')
  program.child.kill('SIGHUP')
  t.like(await program.ended(), { code: null, signal: 'SIGHUP' })
})

/** As in a container: the first process of its own namespace. */
const FIRST = ['unshare', '--map-root-user', '--pid', '--fork']

testWhere('a PID namespace of its own (unshare --pid)', [...FIRST, 'true'])(
  'SIGHUP ends also the first process of a container, which is ended by no signal that it does not handle',
  async (t) => {
    const origin = await startOrigin(t, () => {})
    const program = new Program(t, ['--once', '--timeout', '10m', `${origin.url}/a`], { prefix: FIRST })
    await origin.requested('/a')
    const pid = program.child.pid as number
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')
    process.kill(Number(child), 'SIGHUP')
    t.like(await program.ended(), { code: 129, signal: null })
  },
)

test('SIGHUP that comes before the run decides that it means nothing is not lost, and what has to be left is left', async (t) => {
  const ended = await headcount(t, [], { script: pathOf('hang-up-while-busy') })
  t.like(ended, { code: null, signal: 'SIGHUP', stdout: 'left\n' })
})

test('SIGHUP while the lists are read has the modules of /probe read again too', async (t) => {
  const directory = directoryOf(t)
  const [fifo, list, modules] = ['fifo', 'urls.txt', 'modules.yml'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ]
  execFileSync('mkfifo', [fifo])
  writeFileSync(list, 'http://127.0.0.1:1/\n')
  writeFileSync(modules, 'modules: { own: { prober: http } }\n')
  const args = [
    '-f',
    list,
    '-f',
    fifo,
    '--probe-config',
    modules,
    '--listen',
    '127.0.0.1:0',
    '--pool-size',
    '1',
  ]
  const program = new Program(t, args)
  // It can open the FIFO when the program reads it, and ends the list when it is told to.
  const writer = spawn('sh', ['-c', 'exec 3>"$0"; echo opened; read -r line; echo "$line" >&3', fifo])
  t.teardown(() => writer.kill())
  await once(writer.stdout, 'data')
  writeFileSync(modules, 'modules: { own: { prober: nonsense } }\n')
  program.child.kill('SIGHUP')
  writer.stdin.end('http://127.0.0.1:2/\n')
  await program.until(({ stderr }) => stderr.includes('; the previous modules stay in use\n'))
  t.pass()
})
