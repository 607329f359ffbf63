import { execFile } from 'node:child_process'
import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { startOrigin } from '../helpers/origin.ts'
import { onTerminal } from '../helpers/open-program.ts'
import { parseLines } from '../helpers/program.ts'
import { Terminal } from '../helpers/tmux.ts'

// The single executable, alone in a folder, with no Node on the PATH.

const root = fileURLToPath(new URL('../../', import.meta.url))
const fault = fileURLToPath(new URL('../helpers/fault.ts', import.meta.url))
const run = promisify(execFile)
// Node 26 builds it.
const from26 = Number(process.versions.node.split('.')[0]) >= 26 ? test : test.skip

let directory = ''
let binary = ''

test.before('build', async () => {
  if (from26 === test.skip) return
  directory = await mkdtemp(join(tmpdir(), 'headcount-binary-test-'))
  const built = join(directory, 'built')
  await run(process.execPath, [join(root, 'scripts/build-binary.ts'), built])
  const moved = await mkdtemp(join(directory, 'empty-'))
  binary = join(moved, 'headcount')
  renameSync(built, binary)
})

test.after.always('remove it', () => rm(directory, { recursive: true, force: true }))

interface Ended {
  readonly code: number | string
  readonly stdout: string
  readonly stderr: string
}

/** Runs it with nothing in its environment but a cache of its own and what is given. */
function start(t: ExecutionContext, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const own = { PATH: '/nonexistent', XDG_CACHE_HOME: join(directoryOf(t), 'cache'), ...env }
  return new Promise((resolve) => {
    execFile(binary, args, { env: own, timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : (error.code ?? 'killed'), stdout, stderr })
    })
  })
}

from26('it says its version, and unpacks itself once', async (t) => {
  const cache = directoryOf(t)
  const env = { XDG_CACHE_HOME: cache }
  const both = await Promise.all([start(t, ['--version'], env), start(t, ['--version'], env)])
  for (const ended of [...both, await start(t, ['--version'], env)]) {
    t.deepEqual([ended.code, ended.stderr], [0, ''])
    t.regex(ended.stdout, /^headcount \d/)
  }
  t.is(readdirSync(join(cache, 'headcount')).length, 1, 'two that start at once make one folder')
})

from26('it polls from four threads of its own, in every kind of output', async (t) => {
  const origin = await startOrigin(t)
  const urls = Array.from({ length: 300 }, (_, n) => `${origin.url}/${n}`)
  const { code, stdout, stderr } = await start(t, ['--once', '--pool-size', '4', '--format', 'json', ...urls])
  t.deepEqual([code, stderr], [0, ''])
  const states = parseLines(stdout).filter(({ type }) => type === 'state')
  t.is(states.length, 300)
  t.deepEqual([...new Set(states.map(({ verdict }) => verdict))], ['up'])
})

from26('it has the page, the history and the manual page with it', async (t) => {
  const origin = await startOrigin(t)
  const history = join(directoryOf(t), 'history.db')
  const ended = await start(t, ['--once', '--history', history, `${origin.url}/`])
  t.deepEqual([ended.code, ended.stderr], [0, ''])
  t.is((await start(t, ['history', 'check', history])).code, 0)
  t.regex((await start(t, ['man'])).stdout, /^\.Dd /)
  const cache = directoryOf(t)
  await start(t, ['--version'], { XDG_CACHE_HOME: cache })
  const [name = ''] = readdirSync(join(cache, 'headcount'))
  t.true(existsSync(join(cache, 'headcount', name, 'dist/web/index.html')))
})

from26('it has the packages with it that few settings need', async (t) => {
  const origin = await startOrigin(t, (_, response) => void response.end('{"status":"ok"}'))
  const folder = directoryOf(t)
  writeFileSync(join(folder, 'key'), 'secret')
  const config = join(folder, 'headcount.yml')
  writeFileSync(
    config,
    `
receivers: { ops: { exec: 'true' } }
alerts: [{ to: ops, down: true, match: { team: '~we.' } }]
maintenance: [{ cron: '30 2 * * *', for: 1h }]
aws: { me: { access-key-id: id, secret-access-key: '@key', region: eu-central-1, service: s3 } }
urls:
  - ${origin.url}/json json.status=ok label.team=web
  - ${origin.url}/expression body=/o.?/
  - ${origin.url}/signed auth=aws:me
`,
  )
  const ended = await start(t, ['--once', '--format', 'quiet', '-c', config])
  t.is(ended.code, 0, ended.stderr)
  t.false(ended.stderr.includes('rror'), ended.stderr)
})

from26('a poller thread that ends is replaced', async (t) => {
  const healthy = await startOrigin(t)
  const deadly = await startOrigin(t)
  const urls = Array.from({ length: 40 }, (_, n) => `${n % 2 === 0 ? healthy.url : deadly.url}/${n}`)
  const env = {
    NODE_OPTIONS: `--import ${fault}`,
    FAULT_PORT: new URL(deadly.url).port,
    FAULT_KIND: 'throw',
    FAULT_MARK: join(directoryOf(t), 'mark'),
  }
  const args = ['--once', '--pool-size', '2', '--format', 'json', ...urls]
  const { code, stdout, stderr } = await start(t, args, env)
  t.is(code, 0, stderr)
  t.regex(stderr, /poller \d was lost/)
  t.is(parseLines(stdout).filter(({ type, verdict }) => type === 'state' && verdict === 'up').length, 40)
})

from26('a cache that can not be used is said, and a temporary folder is used and removed', async (t) => {
  const scratch = directoryOf(t)
  const cache = join(scratch, 'cache')
  writeFileSync(cache, '')
  const { code, stdout, stderr } = await start(t, ['--version'], { XDG_CACHE_HOME: cache, TMPDIR: scratch })
  t.is(code, 0)
  t.regex(stdout, /^headcount \d/)
  t.regex(stderr, /^warning: the cache is not used: .*; using .*\n$/)
  t.deepEqual(readdirSync(scratch), ['cache'])
})

const inTerminal = from26 === test.skip ? test.skip : onTerminal
inTerminal('it shows the table', async (t) => {
  const origin = await startOrigin(t)
  const terminal = await Terminal.open(t)
  const cache = join(directoryOf(t), 'cache')
  await terminal.type(
    `XDG_CACHE_HOME=${cache} PATH=/nonexistent ${binary} -i 1s ${origin.url}/shown; echo ended $?\n`,
  )
  const screen = await terminal.until((one) => />up +20\d/.test(one))
  t.true(screen.includes('/shown'))
  await terminal.press('q')
  await terminal.until((one) => /ended 0$/m.test(one))
  t.pass()
})
