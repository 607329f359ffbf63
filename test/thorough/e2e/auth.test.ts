import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { directoryOf } from '../../helpers/directory.ts'
import { startEcho } from '../../helpers/echo-origin.ts'
import type { EchoOrigin } from '../../helpers/echo-origin.ts'
import { errorLines, headcount, Program } from '../../helpers/program.ts'

const LOGIN = 'me:se:cret'
const TOKEN = 'eyJ-token.s3cret'

/** Writes files of mode 600 into a directory of the test. */
function writer(t: ExecutionContext): (name: string, text: string, mode?: number) => string {
  const directory = directoryOf(t)
  return (name, text, mode = 0o600) => {
    const path = join(directory, name)
    writeFileSync(path, text)
    chmodSync(path, mode)
    return path
  }
}

const sentTo = ({ received }: EchoOrigin, path: string) =>
  received.findLast((one) => one.path === path)?.headers.authorization

const basic = (login: string) => `Basic ${Buffer.from(login).toString('base64')}`

test('credentials from files: of a flag, a line, a group; none in any output', async (t) => {
  const origin = await startEcho(t, () => ({ status: 401 }))
  const write = writer(t)
  write('login', `${LOGIN}\n`)
  write('token', `${TOKEN}\r\n`)
  const host = origin.url.slice('http://'.length)
  const list = write(
    'list.txt',
    `${origin.url}/line auth=basic:@login\nhttp://url:own@${host}/url auth=bearer:@token header.Authorization=x\n`,
  )
  const config = write(
    'headcount.yml',
    `auth: bearer:@token
files: [${list}]
urls: [${origin.url}/flag, ${origin.url}/get method=GET]
groups:
  - { auth: 'basic:@login', urls: [${origin.url}/group, ${origin.url}/own auth=bearer:@token] }
`,
  )
  for (const format of ['json', 'log', 'csv', 'junit']) {
    const { stdout, stderr } = await headcount(t, ['-c', config, '--once', '--format', format, '--verbose'])
    t.regex(stdout, /401/)
    for (const secret of ['cret', TOKEN, Buffer.from(LOGIN).toString('base64')])
      t.false(`${stdout}${stderr}`.includes(secret), format)
  }
  t.is(sentTo(origin, '/line'), basic(LOGIN))
  t.is(sentTo(origin, '/url'), `Bearer ${TOKEN}`)
  t.is(sentTo(origin, '/flag'), `Bearer ${TOKEN}`)
  t.is(sentTo(origin, '/get'), `Bearer ${TOKEN}`)
  t.is(sentTo(origin, '/group'), basic(LOGIN))
  t.is(sentTo(origin, '/own'), `Bearer ${TOKEN}`)
})

test('credentials stay at the origin of the URL', async (t) => {
  const other = await startEcho(t)
  const origin = await startEcho(t, ({ path }) =>
    path === '/near'
      ? { status: 307, headers: { location: '/away' } }
      : { status: 307, headers: { location: `${other.url}/there` } },
  )
  const token = writer(t)('token', TOKEN)
  const { code } = await headcount(t, [`${origin.url}/near`, '--once', '--auth', `bearer:@${token}`])
  t.is(code, 0)
  t.is(sentTo(origin, '/away'), `Bearer ${TOKEN}`)
  t.like(other.received, { length: 1 })
  t.is(sentTo(other, '/there'), undefined)
})

test('a token that changes is sent, and one that is unusable is not', async (t) => {
  const origin = await startEcho(t)
  const write = writer(t)
  const path = write('token', 'one')
  const program = new Program(t, [
    origin.url,
    '--auth',
    `bearer:@${path}`,
    '--interval',
    '100ms',
    '--format',
    'json',
  ])
  const sends = (token: string) => () => sentTo(origin, '/') === `Bearer ${token}`
  await program.until(sends('one'))
  write('token', 'another')
  await program.until(sends('another'))
  write('token', 'two\nlines')
  await program.until(({ stderr }) =>
    stderr.includes('it holds more than one line; its last contents are still sent'),
  )
  rmSync(path)
  await program.until(({ stderr }) => stderr.includes('no such file or directory; its last contents'))
  const before = origin.received.length
  await program.until(() => origin.received.length > before + 1)
  t.is(sentTo(origin, '/'), 'Bearer another')
})

test('a secret that others can read is warned about once', async (t) => {
  const origin = await startEcho(t)
  const token = writer(t)('token', TOKEN, 0o644)
  const { code, stderr } = await headcount(t, ['--once', '-f', '-'], {
    input: `${origin.url}/a auth=bearer:@${token}\n${origin.url}/b auth=bearer:@${token} method=GET\n`,
  })
  t.is(code, 0)
  t.is(stderr, `${token}: it holds a secret and others can read it: chmod 600\n`)
})

test('what is no credential is refused in its place, and not shown', async (t) => {
  const write = writer(t)
  write('empty', '\n')
  write('no-colon', 'se cret')
  write('lines', 'a:b\nc:cret')
  write('token', 'tökencret')
  const lines = ['basic:me:cret', 'bearer:cret', 'hawk:@x', 'basic:@none', 'basic:@empty', 'basic:@no-colon']
  const list = write(
    'list.txt',
    [...lines, 'basic:@lines', 'bearer:@token'].map((auth) => `http://127.0.0.1:1/ auth=${auth}\n`).join(''),
  )
  const { code, stderr } = await headcount(t, ['--check', '-f', list])
  t.is(code, 3)
  const directory = join(list, '..')
  t.deepEqual(
    errorLines(stderr.replaceAll(directory, 'DIR')),
    [
      'DIR/list.txt:1:26: auth: a secret belongs in a file: write basic:@FILE',
      'DIR/list.txt:2:26: auth: a secret belongs in a file: write bearer:@FILE',
      'DIR/list.txt:3:26: auth: write basic:@FILE or digest:@FILE with name:password in the file, bearer:@FILE with a token, oauth2:NAME or aws:NAME',
      'DIR/list.txt:4:26: auth: DIR/none: no such file or directory',
      'DIR/list.txt:5:26: auth: DIR/empty: it is empty',
      'DIR/list.txt:6:26: auth: DIR/no-colon: it does not hold name:password',
      'DIR/list.txt:7:26: auth: DIR/lines: it holds more than one line',
      'DIR/list.txt:8:26: auth: DIR/token: it holds a character that can not be in a token',
      'There is no valid URL in the lists',
    ].slice(0, -1),
  )
})
