import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { startOrigin } from '../helpers/origin.ts'
import { Program } from '../helpers/program.ts'
import { waitUntil } from '../helpers/wait-until.ts'
import { SCHEME_LIST } from '../../src/settings/schemes.ts'

const QUICK = ['--pool-size', '2', '--interval', '200ms', '--status-interval', '1h', '--format', 'json']

/** A list of URLs in a file. */
function listOf(t: ExecutionContext, urls: readonly string[]) {
  const file = join(directoryOf(t), 'urls.txt')
  const write = (lines: readonly string[]) => {
    // As an editor does it: a new file in the place of the old one.
    writeFileSync(`${file}.new`, lines.map((line) => `${line}\n`).join(''))
    renameSync(`${file}.new`, file)
  }
  write(urls)
  return { file, write }
}

test('a list that changes is taken over: what is new is polled, what has left is not, what stayed goes on', async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    if (request.url === '/bad') request.socket.destroy()
    else response.writeHead(204).end()
  })
  const url = (path: string) => `${origin.url}${path}`
  const list = listOf(t, [url('/stays'), url('/bad'), url('/leaves')])
  const program = new Program(t, [...QUICK, '--error-backoff', '0s', '-f', list.file])
  await origin.requested('/bad', 3)
  await origin.requested('/leaves', 2)
  list.write([url('/stays'), url('/bad'), url('/new')])
  await origin.requested('/new', 3)
  await program.until(({ stderr }) => stderr.includes('urls.txt: 1 new, 1 gone\n'))
  const asked = origin.requestPaths.length
  await origin.requested('/stays', origin.requestPaths.filter((path) => path === '/stays').length + 5)
  t.false(origin.requestPaths.slice(asked).includes('/leaves'))
  program.child.kill('SIGTERM')
  await program.ended()
  const states = program.json.filter(({ type }) => type === 'state')
  // errCount goes on through the change.
  const errors = states.filter(({ url: one }) => one === url('/bad')).map(({ errCount }) => errCount)
  t.deepEqual(
    errors,
    errors.map((_, n) => n + 1),
  )
  t.like(program.json.at(-1), { type: 'summary', urls: 3, up: 2, down: 1, pending: 0 })
})

test('a URL that is down is polled at once when its line changes', async (t) => {
  const origin = await startOrigin(t, (_, response) => void response.writeHead(404).end())
  const list = listOf(t, [`${origin.url}/gone`])
  const program = new Program(t, [...QUICK, '--interval', '1h', '-f', list.file])
  const verdicts = () => program.json.filter(({ type }) => type === 'state').map(({ verdict }) => verdict)
  await program.until(() => verdicts().length === 1)
  list.write([`${origin.url}/gone accept=404`])
  await program.until(() => verdicts().length === 2)
  t.deepEqual(verdicts(), ['down', 'up'])
})

test('SIGHUP reads the lists again, whether they seem to have changed or not', async (t) => {
  const origin = await startOrigin(t)
  const list = listOf(t, [`${origin.url}/a`])
  // Without --verbose, a line that comes again is only counted for a minute.
  const program = new Program(t, [...QUICK, '--verbose', '-f', list.file])
  await origin.requested('/a', 2)
  rmSync(list.file)
  const said = () => program.stderr.match(/no such file/g)?.length ?? 0
  await program.until(() => said() === 1)
  program.child.kill('SIGHUP')
  await program.until(() => said() === 2)
  const before = origin.requestPaths.length
  await origin.requested('/a', before + 3)
  t.pass()
})

test('a file that is gone, and comes back', async (t) => {
  const origin = await startOrigin(t)
  const list = listOf(t, [`${origin.url}/a`])
  const program = new Program(t, [...QUICK, '-f', list.file])
  await origin.requested('/a', 2)
  rmSync(list.file)
  await program.until(({ stderr }) => stderr.includes('urls.txt: no such file or directory'))
  const before = origin.requestPaths.length
  await waitUntil(() => origin.requestPaths.length > before + 5)
  list.write([`${origin.url}/a`, `${origin.url}/b`])
  await origin.requested('/b', 2)
  t.is(program.stderr.match(/no such file/g)?.length, 1)
  t.regex(program.stderr, /no such file or directory; the previous list stays in use \(1 URL\)/)
})

test('a list that shrinks by more than half is refused, unless that is allowed', async (t) => {
  const origin = await startOrigin(t)
  const urls = Array.from({ length: 5 }, (_, n) => `${origin.url}/${n}`)
  const list = listOf(t, urls)
  const program = new Program(t, [...QUICK, '-f', list.file])
  await origin.requested('/4', 2)
  list.write(urls.slice(0, 2))
  await program.until(({ stderr }) => stderr.includes('--allow-shrink'))
  t.regex(program.stderr, /urls\.txt: it has 2 URLs, 5 before: .*; the previous list stays in use \(5 URLs\)/)
  await origin.requested('/4', origin.requestPaths.filter((path) => path === '/4').length + 3)
  // Half of them is not too much.
  list.write(urls.slice(0, 3))
  await program.until(({ stderr }) => stderr.includes('urls.txt: 2 gone\n'))

  const other = listOf(t, urls)
  const allowed = new Program(t, [...QUICK, '--allow-shrink', '-f', other.file])
  await allowed.until(({ json }) => json.length > 5)
  other.write([])
  await allowed.until(({ stderr }) => stderr.includes('urls.txt: 5 gone\n'))
  other.write(urls.slice(0, 1))
  await allowed.until(({ stderr }) => stderr.includes('urls.txt: 1 new\n'))
})

test('a list that ends in the middle of a line is not taken over', async (t) => {
  const origin = await startOrigin(t)
  const list = listOf(t, [`${origin.url}/a`])
  const program = new Program(t, [...QUICK, '-f', list.file])
  await origin.requested('/a', 2)
  appendFileSync(list.file, `${origin.url}/half`)
  await program.until(({ stderr }) => stderr.includes('half written'))
  appendFileSync(list.file, '-and-more\n')
  await origin.requested('/half-and-more', 2)
  t.false(origin.requestPaths.includes('/half'))
})

test('a directory in the place of the list is said', async (t) => {
  const origin = await startOrigin(t)
  const list = listOf(t, [`${origin.url}/a`])
  const program = new Program(t, [...QUICK, '-f', list.file])
  await origin.requested('/a', 2)
  rmSync(list.file)
  mkdirSync(list.file)
  await program.until(({ stderr }) => stderr.includes('urls.txt: it is a directory'))
  t.pass()
})

test('lines that cannot be polled are said at each reading', async (t) => {
  const origin = await startOrigin(t)
  const list = listOf(t, [`${origin.url}/a`, 'ftp://x/'])
  const program = new Program(t, [...QUICK, '-f', list.file])
  await origin.requested('/a', 2)
  list.write([`${origin.url}/a`, `${origin.url}/b`, 'gopher://x/'])
  await program.until(({ stderr }) =>
    stderr.includes(`urls.txt:3: only ${SCHEME_LIST} are polled, not "gopher"`),
  )
  await origin.requested('/b')
  t.pass()
})

test('what two lists name stays while one of them does', async (t) => {
  const origin = await startOrigin(t)
  const [a, b] = ['/a', '/b'].map((path) => `${origin.url}${path}`) as [string, string]
  const one = listOf(t, [a, b])
  const two = listOf(t, [b])
  const program = new Program(t, [...QUICK, '--allow-shrink', '-f', one.file, '-f', two.file])
  await origin.requested('/b', 2)
  one.write([a, `${origin.url}/c`])
  await program.until(({ stderr }) => stderr.includes('urls.txt: 1 new\n'))
  const before = origin.requestPaths.filter((path) => path === '/b').length
  await origin.requested('/b', before + 5)
  two.write([])
  await program.until(({ stderr }) => stderr.includes('urls.txt: 1 gone\n'))
  t.pass()
})
