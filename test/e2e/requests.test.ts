import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { startEcho } from '../helpers/echo-origin.ts'
import type { EchoOrigin } from '../helpers/echo-origin.ts'
import { headcount, parseLines } from '../helpers/program.ts'

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
