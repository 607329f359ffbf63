import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { directoryOf } from '../../helpers/directory.ts'
import { startEcho } from '../../helpers/echo-origin.ts'
import type { EchoOrigin } from '../../helpers/echo-origin.ts'
import { errorLines, headcount, parseLines, Program } from '../../helpers/program.ts'

/** Method, type and body of the last request for a path. */
function lastOf({ received }: EchoOrigin, path: string): string {
  const request = received.findLast((one) => one.path === path)
  return `${request?.method} ${request?.headers['content-type']} ${request?.body.toString()}`
}

/** Writes a file into a directory of the test. */
function writer(t: ExecutionContext): (name: string, text: string) => string {
  const directory = directoryOf(t)
  return (name, text) => {
    const path = join(directory, name)
    writeFileSync(path, text)
    return path
  }
}

test('method and data of a flag, a line, a group and a line of a configuration', async (t) => {
  const origin = await startEcho(t)
  const write = writer(t)
  const list = write(
    'list.txt',
    `${origin.url}/line data="a=1&b=2"\n${origin.url}/put data='{"a": 1}' method=PUT\n`,
  )
  const config = write(
    'headcount.yml',
    `data: of all
files: [${list}]
urls: [${origin.url}/flag, ${origin.url}/own data=own]
groups:
  - data: '[1]'
    method: PATCH
    urls: [${origin.url}/group, ${origin.url}/in-group data=x]
`,
  )
  const { code, stdout } = await headcount(t, ['-c', config, '--once', '--format', 'json'])
  t.is(code, 0, stdout)
  t.is(lastOf(origin, '/line'), 'POST application/x-www-form-urlencoded a=1&b=2')
  t.is(lastOf(origin, '/put'), 'PUT application/json {"a": 1}')
  t.is(lastOf(origin, '/flag'), 'POST text/plain; charset=utf-8 of all')
  t.is(lastOf(origin, '/own'), 'POST text/plain; charset=utf-8 own')
  t.is(lastOf(origin, '/group'), 'PATCH application/json [1]')
  t.is(lastOf(origin, '/in-group'), 'PATCH text/plain; charset=utf-8 x')
  const methods = parseLines(stdout).flatMap(({ type, method }) => (type === 'state' ? [String(method)] : []))
  t.deepEqual(methods.toSorted(), ['PATCH', 'PATCH', 'POST', 'POST', 'POST', 'PUT'])
})

test('data from files: of a line beside its list, of a group and of all beside the configuration', async (t) => {
  const origin = await startEcho(t)
  const [beside, away] = [writer(t), writer(t)]
  away('line.json', '{"of": "line"}')
  const list = away('list.txt', `${origin.url}/line data=@line.json\n${origin.url}/at data=@@home\n`)
  beside('all.txt', 'of all')
  beside('group.bin', '\u0000')
  const config = beside(
    'headcount.yml',
    `data: '@all.txt'
files: [${list}]
urls: [${origin.url}/all, ${origin.url}/own data=@group.bin]
groups:
  - { data: '@group.bin', urls: [${origin.url}/group] }
`,
  )
  const { code, stderr } = await headcount(t, ['-c', config, '--once', '--format', 'json'])
  t.is(code, 0, stderr)
  t.is(lastOf(origin, '/line'), 'POST application/json {"of": "line"}')
  t.is(lastOf(origin, '/at'), 'POST text/plain; charset=utf-8 @home')
  t.is(lastOf(origin, '/all'), 'POST text/plain; charset=utf-8 of all')
  t.is(lastOf(origin, '/own'), 'POST text/plain; charset=utf-8 \u0000')
  t.is(lastOf(origin, '/group'), 'POST text/plain; charset=utf-8 \u0000')
})

test('a file of data that is missing at the start is a mistake in its place', async (t) => {
  const write = writer(t)
  const list = write('list.txt', 'http://127.0.0.1:1/ data=@none.json\nhttp://127.0.0.1:1/2 data=@\n')
  const checked = await headcount(t, ['--check', '-f', list])
  t.is(checked.code, 3)
  t.deepEqual(errorLines(checked.stderr), [
    `${list}:1:26: data: ${join(list, '..', 'none.json')}: no such file or directory`,
    `${list}:2:27: data: the name of the file is missing, as in @body.json`,
  ])
  const config = write('headcount.yml', "urls: [http://127.0.0.1:1/]\ndata: '@none.json'\n")
  const configured = await headcount(t, ['-c', config, '--once'])
  t.is(configured.code, 3)
  t.regex(
    configured.stderr,
    /^error: \S+headcount\.yml:2:7: data: \S+none\.json: no such file or directory$/m,
  )
  const flag = await headcount(t, ['http://127.0.0.1:1/', '--once', '--data', '@none.json'])
  t.is(flag.code, 3)
  t.regex(flag.stderr, /^error: --data: \S+none\.json: no such file or directory$/m)
})

test('data follows its file, and keeps the last contents of one that vanishes', async (t) => {
  const origin = await startEcho(t)
  const write = writer(t)
  const body = write('body.txt', 'one')
  const program = new Program(t, [
    origin.url,
    '--data',
    `@${body}`,
    '--interval',
    '100ms',
    '--format',
    'json',
  ])
  const sends = (text: string) => () => origin.received.at(-1)?.body.toString() === text
  await program.until(sends('one'))
  write('body.txt', 'two, longer')
  await program.until(sends('two, longer'))
  rmSync(body)
  await program.until(({ stderr }) => stderr.includes('its last contents are still sent'))
  const before = origin.received.length
  await program.until(() => origin.received.length > before + 2)
  t.is(origin.received.at(-1)?.body.toString(), 'two, longer')
  t.is(program.stderr.match(/last contents/g)?.length, 1)
})

test('a file that no line names any more is forgotten, and what names it again gets what it holds then', async (t) => {
  const origin = await startEcho(t)
  const write = writer(t)
  for (const name of ['a', 'b', 'group', 'unused']) write(name, `${name} 1`)
  const listed = (...lines: string[]) =>
    write('list.txt', lines.map((line) => `${origin.url}${line}\n`).join(''))
  const [a, b] = ['/a data=@a', '/b data=@b']
  const list = listed(a, b)
  const config = write('headcount.yml', `groups: [{ data: '@group', files: [${list}] }]\n`)
  const flags = ['-c', config, '--interval', '100ms', '--format', 'json', '--allow-shrink']
  const program = new Program(t, flags)
  const bodyAt = (path: string, body: string) => () =>
    origin.received.findLast((one) => one.path === path)?.body.toString() === body
  await program.until(bodyAt('/a', 'a 1'))
  listed(b)
  await program.until(({ stderr }) => stderr.includes('list.txt: 1 gone'))
  // The files are checked in the order in which they were named first.
  const paths = [write('a', ''), write('b', '')]
  for (const path of paths) rmSync(path)
  await program.until(({ stderr }) => /\/b: no such file/.test(stderr))
  t.notRegex(program.stderr, /\/a: no such file/)
  write('a', 'a 2')
  write('b', 'b 2')
  listed(b, a, '/group')
  await program.until(bodyAt('/a', 'a 2'))
  await program.until(bodyAt('/b', 'b 2'))
  await program.until(bodyAt('/group', 'group 1'))
  t.notRegex(program.stderr, /more than|\/a: /)
})
