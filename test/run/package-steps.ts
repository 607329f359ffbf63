// `node test/run/package-steps.ts`: packs the package, installs it into an empty project with npm, and runs it there with the Node that
// runs this script. Needs the registry, as `npm ci` does.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The most that an installation may take, in bytes. */
const MAX_BYTES = 40_000_000

const root = fileURLToPath(new URL('../../', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'headcount-install-'))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))
const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` }
const say = (line: string) => void process.stdout.write(`${line}\n`)

// As any file of the work tree would do: `prepack` builds it.
execFileSync('npm', ['pack', '--silent', '--pack-destination', scratch], { cwd: root, env })
const tarball = readdirSync(scratch).find((name) => name.endsWith('.tgz')) ?? ''
const project = join(scratch, 'project')
mkdirSync(project)
writeFileSync(join(project, 'package.json'), '{}')
execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', join(scratch, tarball)], {
  cwd: project,
  env,
})

const sizes = new Map<string, number>()
for (const entry of readdirSync(project, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue
  const path = join(entry.parentPath, entry.name)
  const name =
    /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path.slice(project.length + 1))?.[1] ?? 'the project'
  sizes.set(name, (sizes.get(name) ?? 0) + statSync(path).size)
}
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
const total = [...sizes.values()].reduce((sum, size) => sum + size, 0)
const largest = [...sizes].toSorted(([, a], [, b]) => b - a).slice(0, 5)
say(
  `installed: ${megabytes(total)}; ${largest.map(([name, size]) => `${name} ${megabytes(size)}`).join(', ')}`,
)
if (total > MAX_BYTES) throw new Error(`more than ${megabytes(MAX_BYTES)}`)

/** Runs the command of the project with this Node. Throws unless it ends with 0. */
async function run(args: readonly string[]): Promise<string> {
  const child = spawn(join(project, 'node_modules/.bin/headcount'), args, {
    cwd: project,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`headcount ${args.join(' ')} ended with ${code}\n${out}`)
  return out
}

const server = createServer((_, response) => response.writeHead(204).end()).listen(0, '127.0.0.1')
await once(server, 'listening')
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
say(`${(await run(['--version'])).trim()} on Node ${process.version}`)
if (!(await run(['--once', '--format', 'json', url])).includes('"verdict":"up"'))
  throw new Error('it is not up')
if (!(await run(['--demo', '--duration', '3s', '--format', 'log'])).includes('URLs:'))
  throw new Error('no demo')
await run(['init'])
await run(['-c', 'headcount.yml', '--check'])
server.close()
say('the installed package works')
