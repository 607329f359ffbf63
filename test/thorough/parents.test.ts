import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { freePort } from '../helpers/free-port.ts'
import { startOrigin } from '../helpers/origin.ts'
import { headcount, Program } from '../helpers/program.ts'

const ONCE = ['--once', '--format', 'csv', '--pool-size', '2']

/** Verdict and reason of each URL of a CSV. */
function verdictsOf(csv: string): Record<string, string> {
  const rows = csv
    .split('\r\n')
    .slice(1, -1)
    .map((row) => row.split(','))
  return Object.fromEntries(rows.map(([url = '', verdict, reason]) => [url, `${verdict} ${reason}`]))
}

test('parents of a line, a group, a configuration and a flag, before and after their URLs', async (t) => {
  const { url } = await startOrigin(t)
  const gateway = `http://127.0.0.1:${await freePort()}/`
  const directory = directoryOf(t)
  const list = join(directory, 'list.txt')
  writeFileSync(list, `${url}/line parent=${gateway}\n${url}/plain\n`)
  const other = join(directory, 'other.txt')
  writeFileSync(other, `${gateway}\n`)
  const lines = await headcount(t, ['-f', list, '-f', other, ...ONCE])
  t.is(lines.code, 2)
  t.deepEqual(verdictsOf(lines.stdout), {
    [`${url}/line`]: 'unknown parent',
    [`${url}/plain`]: 'up ok',
    [gateway]: 'down refused',
  })
  const config = join(directory, 'conf.yml')
  writeFileSync(
    config,
    [
      `urls: ["${url}/top", "${url}/own parent=${url}/top"]`,
      `parent: ${gateway}`,
      'groups:',
      `- {parent: "${url}/top", urls: ["${url}/group", "${gateway}"]}`,
      `- {files: list.txt, parent: "${url}/group"}`,
    ].join('\n'),
  )
  const { stdout, stderr } = await headcount(t, ['-c', config, '--no-strict', ...ONCE])
  t.is(stderr.split('\n')[0], `${config}: ${gateway}: parent: a cycle: ${url}/top depends on this URL`)
  t.deepEqual(verdictsOf(stdout), {
    [`${url}/top`]: 'up ok',
    [`${url}/own`]: 'up ok',
    [`${url}/group`]: 'up ok',
    [`${url}/line`]: 'up ok',
    [`${url}/plain`]: 'up ok',
  })
  const flag = await headcount(t, ['--parent', gateway, `${url}/a`, gateway, ...ONCE])
  t.deepEqual(verdictsOf(flag.stdout), { [`${url}/a`]: 'unknown parent', [gateway]: 'down refused' })
})

test('a line that closes a cycle is refused, and so is one without a URL', async (t) => {
  const list = join(directoryOf(t), 'list.txt')
  const a = 'http://a.example/'
  writeFileSync(
    list,
    [
      `${a} parent=http://b.example/`,
      'http://b.example/ parent=http://user:secret@c.example/',
      `http://user:secret@c.example/ parent=${a}`,
      `http://d.example/ parent=${a}`,
      'http://e.example/ parent=gateway',
      '',
    ].join('\n'),
  )
  const { code, stderr, stdout } = await headcount(t, ['--check', '-f', list])
  t.is(code, 3)
  t.deepEqual(stderr.split('\n'), [
    `error: ${list}:3:38: parent: a cycle: ${a} depends on http://b.example/, which depends on this URL`,
    `error: ${list}:5:26: parent: not a valid URL: a URL begins with https:// or http://`,
    'parent=http://c.example/: it has no effect, since no list has this URL',
    '',
  ])
  t.is(stdout, '3 URLs, 0 duplicates, 2 invalid lines\n')
})

test('a parent that fails makes its URLs unknown, and a reload takes it away', async (t) => {
  const child = await startOrigin(t, (request) => void request.socket.resetAndDestroy())
  let answers = true
  const parent = await startOrigin(t, (request, response) => {
    if (answers) response.end()
    else request.socket.resetAndDestroy()
  })
  const list = join(directoryOf(t), 'list.txt')
  const write = (...lines: readonly string[]) => {
    writeFileSync(`${list}.new`, lines.map((line) => `${line}\n`).join(''))
    renameSync(`${list}.new`, list)
  }
  const line = `${child.url}/ parent=${parent.url}/`
  write(line, `${parent.url}/`)
  const flags = ['--interval', '50ms', '--error-backoff', '0s', '--format', 'json', '--no-recheck']
  const program = new Program(t, ['-f', list, ...flags, '--allow-shrink', '--pool-size', '2'])
  const last = () => {
    const state = program.json.findLast(({ url }) => url === `${child.url}/`)
    return `${String(state?.['verdict'])} ${String(state?.['reason'])} ${String(state?.['answer'])}`
  }
  await program.until(() => last() === 'down reset down')
  answers = false
  await program.until(() => last() === 'unknown parent down')
  const state = program.json.findLast(({ url }) => url === `${child.url}/`)
  t.true(String(state?.['detail']).startsWith(`the parent is down: ${parent.url}/ (this poll: reset: `))
  write(line)
  await program.until(() => last() === 'down reset down')
  write(line, `${parent.url}/ parent=${child.url}/`)
  await program.until(({ stderr }) => stderr.includes(`parent: a cycle: ${child.url}/ depends on this URL`))
  write(`${child.url}/`, `${parent.url}/ parent=${child.url}/`)
  await program.until(() => last() === 'down reset undefined')
  await program.until(
    () => program.json.findLast(({ url }) => url === `${parent.url}/`)?.['reason'] === 'parent',
  )
  t.pass()
})

test('with --once, the last poll of a parent counts for its URLs, polled before it or after', async (t) => {
  const child = await startOrigin(t)
  let asked = 0
  const parent = await startOrigin(t, (request, response) => {
    if (++asked === 1) void child.requested('/').then(() => request.socket.resetAndDestroy())
    else response.end()
  })
  const list = join(directoryOf(t), 'list.txt')
  writeFileSync(list, `${child.url}/ parent=${parent.url}/\n${parent.url}/\n`)
  const flags = ['--retries', '1', '--retry-delay', '10ms', '--no-get-fallback', '--no-recheck']
  const { code, stdout } = await headcount(t, ['-f', list, ...ONCE, ...flags])
  t.deepEqual(verdictsOf(stdout), { [`${child.url}/`]: 'up ok', [`${parent.url}/`]: 'up ok' })
  t.is(code, 0)
})
