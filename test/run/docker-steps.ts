// `npm run docker:steps` runs the steps of the Dockerfile without a container engine: each stage in a folder of its own, from a clean
// checkout. Then it starts the program of the image and runs its health check. It prints which steps it skips.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseDockerfile } from './dockerfile.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'headcount-image-'))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))
const say = (line: string) => void process.stdout.write(`${line}\n`)

const context = join(scratch, 'context')
execFileSync('git', ['clone', '--quiet', root, context])

interface Stage {
  readonly folder: string
  workdir: string
  env: NodeJS.ProcessEnv
}
const stages = new Map<string, Stage>()
let stage: Stage | null = null
let entrypoint: string[] = []
let healthcheck: string[] = []
// The image has Node 26. Here the Node that runs this script is used.
const PATH = `${dirname(process.execPath)}:${process.env['PATH']}`

function current(): Stage {
  if (stage === null) throw new Error('there is an instruction before FROM')
  return stage
}
const inside = (path: string) =>
  join(current().folder, path.startsWith('/') ? path : join(current().workdir, path))

function copy(args: string, from: string | undefined): void {
  const paths = args.split(/\s+/)
  const target = paths.pop() ?? ''
  const source = from === undefined ? context : stages.get(from)?.folder
  if (source === undefined) throw new Error(`COPY from an unknown stage: ${from}`)
  for (const path of paths) {
    const file = join(source, path)
    const intoFolder = target.endsWith('/') && statSync(file).isFile()
    cpSync(file, intoFolder ? join(inside(target), basename(path)) : inside(target), { recursive: true })
  }
}

for (const { name, args, flags } of parseDockerfile(readFileSync(join(context, 'Dockerfile'), 'utf8'))) {
  say(`${name} ${args}`)
  switch (name) {
    case 'FROM': {
      const as = /\sAS\s+(\S+)/i.exec(args)?.[1] ?? `stage ${stages.size}`
      stage = { folder: join(scratch, as.replaceAll(' ', '-')), workdir: '/', env: {} }
      stages.set(as, stage)
      mkdirSync(stage.folder)
      say(`  not run: the image ${args.split(' ')[0]} is not loaded; Node here is ${process.version}`)
      break
    }
    case 'WORKDIR':
      current().workdir = args
      mkdirSync(inside('.'), { recursive: true })
      break
    case 'ENV': {
      const [key = '', value = ''] = args.split('=')
      current().env[key] = value
      break
    }
    case 'COPY':
      copy(args, flags.get('from'))
      break
    case 'RUN':
      execFileSync('sh', ['-ec', args], {
        cwd: inside('.'),
        env: { ...process.env, ...current().env, PATH },
        stdio: 'inherit',
      })
      break
    case 'ENTRYPOINT':
      entrypoint = JSON.parse(args) as string[]
      break
    case 'HEALTHCHECK':
      healthcheck = JSON.parse(args.slice(args.indexOf('['))) as string[]
      break
    case 'USER':
      say('  not run: this user does not exist here')
      break
    default:
      throw new Error(`${name} is not supported: add it to test/run/docker-steps.ts`)
  }
}

/** A command of the image, with the paths of this machine. */
const here = (command: readonly string[]) =>
  command.map((word) => (word === 'node' ? process.execPath : word.startsWith('/app/') ? inside(word) : word))

for (const word of [...entrypoint, ...healthcheck])
  if (word.startsWith('/') && !existsSync(inside(word))) throw new Error(`${word} is not in the image`)
const server = createServer((_, response) => void response.writeHead(204).end())
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
const asked = once(server, 'request')
const [node = '', ...args] = here(entrypoint)
const program = spawn(node, [...args, url], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...current().env },
})
const ended = once(program, 'close') as Promise<[number | null]>
await asked
say(`${entrypoint.join(' ')} ${url}: polls`)
const [checker = '', ...checkerArgs] = here(healthcheck)
execFileSync(checker, checkerArgs, { stdio: 'inherit' })
say(`${healthcheck.join(' ')}: healthy`)
program.kill('SIGTERM')
const [code] = await ended
server.close()
say(`SIGTERM: exit ${code}`)
say(
  'not run: loading of the base images, USER, layers and their cache, the entry point as the first process of a container',
)
process.exitCode = code === 0 ? 0 : 1
