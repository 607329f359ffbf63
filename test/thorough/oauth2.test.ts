import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { startEcho } from '../helpers/echo-origin.ts'
import type { EchoOrigin } from '../helpers/echo-origin.ts'
import { startOrigin } from '../helpers/origin.ts'
import { headcount, parseLines, Program } from '../helpers/program.ts'

const SECRET = 'se+cr:et'

/** A token server that ends with the test: `answer` makes the answer to the n-th request, from 1. */
async function startTokens(t: ExecutionContext, answer: (n: number) => { status?: number; body: object }) {
  const requests: { authorization: string; body: string }[] = []
  const server = await startOrigin(t, (request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.on('end', () => {
      requests.push({ authorization: request.headers.authorization ?? '', body })
      const { status = 200, body: json } = answer(requests.length)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
    })
  })
  return { url: `${server.url}/token`, requests }
}

/** A configuration with the client `login`, and these lines after it. */
function configOf(t: ExecutionContext, tokenUrl: string, rest: string): string {
  const directory = directoryOf(t)
  writeFileSync(join(directory, 'secret'), `${SECRET}\n`, { mode: 0o600 })
  const path = join(directory, 'headcount.yml')
  writeFileSync(
    path,
    `oauth2:
  login: { token-url: ${tokenUrl}, client-id: probe, client-secret: '@secret', scope: read all }
${rest}`,
  )
  return path
}

const tokensAt = ({ received }: EchoOrigin) => received.map(({ headers }) => headers.authorization)

test('one token serves many URLs of all pollers', async (t) => {
  const origin = await startEcho(t)
  const tokens = await startTokens(t, (n) => ({
    body: { access_token: `t${n}`, token_type: 'Bearer', expires_in: 3600 },
  }))
  const urls = Array.from({ length: 20 }, (_, n) => `${origin.url}/${n}`).join(', ')
  const config = configOf(t, tokens.url, `groups: [{ auth: oauth2:login, urls: [${urls}] }]\n`)
  const { code, stdout, stderr } = await headcount(t, ['-c', config, '--once', '--format', 'json', '-p', '2'])
  t.is(code, 0, stdout + stderr)
  t.is(origin.received.length, 20)
  t.deepEqual(new Set(tokensAt(origin)), new Set(['Bearer t1']))
  t.deepEqual(tokens.requests, [
    {
      authorization: `Basic ${Buffer.from('probe:se%2Bcr%3Aet').toString('base64')}`,
      body: 'grant_type=client_credentials&scope=read+all',
    },
  ])
  t.false(`${stdout}${stderr}`.includes('t1'))
})

test('a 401 renews the token once', async (t) => {
  const origin = await startEcho(t, ({ headers }) => ({
    status: headers.authorization === 'Bearer t2' ? 200 : 401,
  }))
  const tokens = await startTokens(t, (n) => ({ body: { access_token: `t${n}`, expires_in: 3600 } }))
  const config = configOf(t, tokens.url, `urls: [${origin.url}/ auth=oauth2:login method=POST]\n`)
  const { code, stdout } = await headcount(t, ['-c', config, '--once', '--format', 'json'])
  t.is(code, 0, stdout)
  t.deepEqual(tokensAt(origin), ['Bearer t1', 'Bearer t2'])

  const never = await startEcho(t, () => ({ status: 401 }))
  const flag = configOf(t, tokens.url, `urls: [${never.url}/, ${never.url}/2]\n`)
  const result = await headcount(t, ['-c', flag, '--once', '--format', 'json', '--auth', 'oauth2:login'])
  t.like(parseLines(result.stdout)[0], { verdict: 'down', reason: 'status', status: 401 })
  // HEAD, HEAD with the other token, and GET in place of HEAD.
  t.deepEqual(
    never.received.filter(({ path }) => path === '/').map(({ method }) => method),
    ['HEAD', 'HEAD', 'GET'],
  )
  // Not renewed for each URL.
  t.is(tokens.requests.length, 4)
})

test('a token is renewed before it ends', async (t) => {
  const origin = await startEcho(t)
  const tokens = await startTokens(t, (n) => ({ body: { access_token: `t${n}`, expires_in: 1 } }))
  const config = configOf(t, tokens.url, `urls: [${origin.url}/]\nauth: oauth2:login\ninterval: 100ms\n`)
  const program = new Program(t, ['-c', config, '--format', 'json'])
  // On a busy machine, a token may end without a poll.
  await program.until(() => tokensAt(origin).some((token = '') => Number(token.replace('Bearer t', '')) >= 3))
  t.true(program.json.every(({ type, verdict }) => type !== 'state' || verdict === 'up'))
})

test('without a token the verdict is unknown, and the URL is not asked', async (t) => {
  const origin = await startEcho(t)
  const tokens = await startTokens(t, () => ({
    status: 401,
    body: { error: 'invalid_client', hint: SECRET },
  }))
  const config = configOf(t, tokens.url, `urls: [${origin.url}/ auth=oauth2:login]\n`)
  const { code, stdout, stderr } = await headcount(t, ['-c', config, '--once', '--format', 'json'])
  t.is(code, 2)
  t.like(parseLines(stdout)[0], {
    verdict: 'unknown',
    reason: 'auth',
    detail: 'no token from login: status 401: invalid_client',
  })
  t.is(origin.received.length, 0)
  t.false(`${stdout}${stderr}`.includes(SECRET))
})

test('a client that a reload takes out gets no more tokens, unless a flag names it', async (t) => {
  const origin = await startEcho(t)
  const tokens = await startTokens(t, () => ({ body: { access_token: 't', expires_in: 3600 } }))
  const config = configOf(t, tokens.url, `urls: [${origin.url}/]\n`)
  const list = join(directoryOf(t), 'list.txt')
  writeFileSync(list, `${origin.url}/line auth=oauth2:login\n`)
  const args = ['-c', config, '-f', list, '--format', 'json', '-i', '200ms']
  const [program, flagged] = [args, [...args, '--auth', 'oauth2:login']].map((all) => new Program(t, all))
  const shows = (one: Program | undefined, path: string, state: object) =>
    one?.until(({ json }) =>
      json.some(
        (line) =>
          line['url'] === `${origin.url}${path}` &&
          Object.entries(state).every(([name, value]) => line[name] === value),
      ),
    )
  await shows(program, '/line', { verdict: 'up' })
  await shows(flagged, '/line', { verdict: 'up' })
  writeFileSync(config, `urls: [${origin.url}/, ${origin.url}/new]\n`)
  const detail = 'no token from login: the configuration does not define it under oauth2'
  await shows(program, '/line', { verdict: 'unknown', reason: 'auth', detail })
  await shows(flagged, '/new', { verdict: 'up' })
  t.true(flagged?.json.every(({ reason }) => reason !== 'auth'))
})

test('mistakes in clients, and clients that do not exist', async (t) => {
  const directory = directoryOf(t)
  const path = join(directory, 'headcount.yml')
  const problemsOf = async (text: string, ...args: string[]) => {
    writeFileSync(path, text)
    const { code, stderr } = await headcount(t, ['-c', path, '--once', ...args])
    t.is(code, 3)
    return stderr
      .replaceAll(directory, 'DIR')
      .replaceAll(/^error: /gm, '')
      .trim()
      .split('\n')
  }
  const urls = 'urls: [http://127.0.0.1:1/]\n'
  const client = (fields: string) => problemsOf(`oauth2: { a: { ${fields} } }\n${urls}`)
  t.deepEqual(await client('token-url: https://a.example/'), [
    'DIR/headcount.yml:1:14: oauth2: a has no client-id',
  ])
  t.deepEqual(await client('token-url: tcp://a.example:1/, client-id: b, client-secret: cret'), [
    'DIR/headcount.yml:1:27: token-url: not a URL such as https://login.example/oauth2/token, without name and password',
    "DIR/headcount.yml:1:76: client-secret: a secret belongs in a file or the environment: write '@FILE' or ${NAME}",
  ])
  t.deepEqual(await problemsOf(`groups: [{ auth: oauth2:none, urls: [http://127.0.0.1:1/] }]\n`), [
    'DIR/headcount.yml:1:18: auth: the configuration defines no such client under oauth2',
  ])
  t.deepEqual(await problemsOf(urls, '--auth', 'oauth2:none'), [
    '--auth: the configuration defines no such client under oauth2',
  ])
})
