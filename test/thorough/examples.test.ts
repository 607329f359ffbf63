import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { cli } from '../helpers/cli.ts'
import { directoryOf } from '../helpers/directory.ts'
import { examplesOf, shapeOf } from '../helpers/examples.ts'
import type { Example } from '../helpers/examples.ts'
import { testWith } from '../helpers/tool.ts'
import { waitUntil } from '../helpers/wait-until.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** docs/pipelines.md has a test of its own for its blocks, which knows more of what they print. */
const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter(
  (name) => name.endsWith('.md') && name !== 'docs/pipelines.md',
)
const examples = pages.flatMap((file) => examplesOf(file, readFileSync(join(root, file), 'utf8')))

test('there are examples', (t) => {
  t.true(examples.length >= 6, JSON.stringify(examples))
})

/** Answers for every host of the examples. Gives what its URLs begin with. */
async function startSite(t: ExecutionContext): Promise<string> {
  const server = createServer((request, response) => {
    const path = request.url as string
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`
    if (path.endsWith('/sitemap.xml'))
      response.end(`<urlset><url><loc>${new URL('page', url).href}</loc></url></urlset>`)
    else if (path.endsWith('/targets')) {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify([{ targets: [new URL('one', url).href] }]))
    } else response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Where the examples of the API find one. */
const API = 'http://127.0.0.1:9115'

/** The program with `--listen` for all examples of the API, started by the first of them. */
const listening: { address: Promise<string> | null; child: ChildProcess | null } = {
  address: null,
  child: null,
}
test.after.always(() => listening.child?.kill())

/** Resolves with its address when it has polled its URLs. */
async function startListening(): Promise<string> {
  const args = ['--listen', '0', '--pool-size', '1', '--format', 'quiet', '--timeout', '1s']
  const child = spawn(process.execPath, [cli, ...args, 'http://a.example/', 'http://b.example/'])
  listening.child = child
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const address = () => /^info: Listening on (.*)\/$/m.exec(stderr)?.[1]
  await waitUntil(() => address() !== undefined)
  const isPending = async () =>
    (await (await fetch(`${address()}/api/v1/urls?verdict=pending`)).text()).includes('"url"')
  while (await isPending()) await sleep(20)
  return address() as string
}

/** A folder with what the examples name: `headcount`, a list, a configuration, results. */
async function prepare(t: ExecutionContext): Promise<{ directory: string; local(command: string): string }> {
  const site = await startSite(t)
  const directory = directoryOf(t)
  const local = (command: string) =>
    command
      .replaceAll(/https?:\/\/(\w+\.example)(:\d+)?/g, `${site}/$1`)
      // There is a headcount.yml in the folder.
      .replaceAll(/headcount init$/g, 'headcount init own.yml')
      // Examples run at once, and each listens.
      .replaceAll('--listen 9115', '--listen 0')
  const script = (name: string, lines: string) => {
    writeFileSync(join(directory, name), `#!/bin/sh\n${lines}\n`)
    chmodSync(join(directory, name), 0o755)
  }
  // What polls for ever is given an end.
  script(
    'headcount',
    `case "$1" in init | man | completion) exec '${process.execPath}' '${cli}' "$@" ;; esac
case " $* " in *" --once "* | *" --check "* | *" --plan "*) ;; *) set -- "$@" --duration 2s ;; esac
exec '${process.execPath}' '${cli}' "$@" --pool-size 1`,
  )
  writeFileSync(join(directory, 'urls.txt'), `${site}/one\n${site}/two\n`)
  writeFileSync(join(directory, 'blackbox.yml'), 'modules: {tcp_connect: {prober: tcp}}\n')
  writeFileSync(join(directory, 'headcount.yml'), `urls: ['${site}/three']\n`)
  return { directory, local }
}

async function run(
  t: ExecutionContext,
  command: string,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { directory, local } = await prepare(t)
  const isOfApi = command.includes(API)
  if (isOfApi) listening.address ??= startListening()
  const script = isOfApi ? command.replaceAll(API, (await listening.address) ?? '') : local(command)
  const env = { ...process.env, PATH: `${directory}:${process.env['PATH']}` }
  const child = spawn('bash', ['-o', 'pipefail', '-c', script], { cwd: directory, env })
  // A command that does not read it closes its end.
  child.stdin.on('error', (error: NodeJS.ErrnoException) => t.is(error.code, 'EPIPE'))
  child.stdin.end('{"verdict":"down"}\n')
  const ended = once(child, 'close') as Promise<[number | null]>
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { code, stdout, stderr }
}

const works = test.macro({
  async exec(t, { command, output }: Example) {
    const { code, stdout, stderr } = await run(t, command)
    t.true(code === 0, `${code}\n${stdout}\n${stderr}`)
    if (output !== null) t.is(shapeOf(stdout), shapeOf(output))
    else if (!command.includes('"down"')) t.not(stdout, '')
  },
  title: (_, { file, line, command }: Example) => `${file}:${line}: ${command}`,
})
const TOOLS = ['jq', 'curl'].map((tool) => ({ name: new RegExp(`\\b${tool}\\b`), test: testWith(tool) }))
for (const example of examples) {
  const tried = TOOLS.find(({ name }) => name.test(example.command))?.test ?? test
  tried(works, example)
}

test('the examples of a page, with their lines', (t) => {
  const page = [
    'Try `headcount --once http://a.example/`, `headcount …` or `npm start`.',
    '```sh',
    '# nothing',
    "headcount -f a | jq 'select(.a",
    "  == 1)' |",
    '  cat',
    'headcount -f b',
    '```',
    '<!-- not run: needs a container engine -->',
    '```sh',
    'docker build .',
    '```',
    '<!-- output of: headcount --once x -->',
    '```',
    '1 URL',
    '```',
  ].join('\n')
  t.deepEqual(examplesOf('a.md', page), [
    {
      file: 'a.md',
      line: 2,
      command: "headcount -f a | jq 'select(.a\n  == 1)' |\n  cat",
      output: null,
    },
    { file: 'a.md', line: 2, command: 'headcount -f b', output: null },
    { file: 'a.md', line: 13, command: 'headcount --once x', output: '1 URL\n' },
    { file: 'a.md', line: 1, command: 'headcount --once http://a.example/', output: null },
  ])
})

test('the shape of an output', (t) => {
  t.is(shapeOf('3 URLs  2 up http://a.example:80/x 16:27:12'), shapeOf('41 URLs 40 up http://b.example/ 1:2'))
  t.not(shapeOf('3 URLs'), shapeOf('3 names'))
  t.is(shapeOf('{"a":1,\n "b":[]}\n{"a":2,"b":[]}'), shapeOf('{"a":3,"b":[]}'))
  t.not(shapeOf('{"a":1}'), shapeOf('{"a":"1"}'))
})
