import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { checkSignature } from '../helpers/aws-verifier.ts'
import type { AwsKey } from '../helpers/aws-verifier.ts'
import { selfSigned } from '../helpers/certificates.ts'
import { directoryOf } from '../helpers/directory.ts'
import { startEcho } from '../helpers/echo-origin.ts'
import type { Received, Reply } from '../helpers/echo-origin.ts'
import { errorLines, headcount, parseLines, Program } from '../helpers/program.ts'
import { waitUntil } from '../helpers/wait-until.ts'

const KEY = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalr/XUtn+FEMI',
  region: 'eu-central-1',
  service: 'execute-api',
}
const S3 = { ...KEY, service: 's3' }
const TOKEN = 'session+token/1'

/** A configuration with the identities `api` and `bucket`, and these lines after it. */
function configOf(t: ExecutionContext, rest: string): string {
  const directory = directoryOf(t)
  writeFileSync(join(directory, 'secret'), `${KEY.secretAccessKey}\n`, { mode: 0o600 })
  writeFileSync(join(directory, 'token'), `${TOKEN}\n`, { mode: 0o600 })
  const path = join(directory, 'headcount.yml')
  const common = `access-key-id: ${KEY.accessKeyId}, secret-access-key: '@secret', region: ${KEY.region}`
  writeFileSync(
    path,
    `aws:
  api: { ${common}, service: execute-api }
  bucket: { ${common}, service: s3, session-token: '@token' }
${rest}`,
  )
  return path
}

test('a server that checks signatures by itself accepts them', async (t) => {
  const other = await startEcho(t)
  const wrong: string[] = []
  const answer = (request: Received): Reply => {
    const why = checkSignature(request, request.path.startsWith('/bucket') ? S3 : KEY)
    if (why !== '') {
      wrong.push(`${request.method} ${request.path}: ${why}`)
      return { status: 403 }
    }
    if (request.path === '/moved') return { status: 302, headers: { location: '/moved%20here?b=1&a=%2F' } }
    if (request.path === '/away') return { status: 302, headers: { location: `${other.url}/` } }
    if (request.path === '/get' && request.method === 'HEAD') return { status: 405 }
    return { status: 200 }
  }
  const origin = await startEcho(t, answer)
  const secure = await startEcho(t, answer, { pair: await selfSigned([{ type: 'ip', value: '127.0.0.1' }]) })
  const urls = [
    `${origin.url}/`,
    `${origin.url}/a%20b/%C3%A4;c=(1)?z=%20&a=1&a=0&empty=&bare`,
    `${origin.url}/get`,
    `${origin.url}/moved`,
    `${origin.url}/away`,
    `${origin.url}/post data='{"a": 1}' header.X-Amz-Target=A.b`,
    `${origin.url}/host header.Host=api.example`,
    `${secure.url}/h2 data=a=b http2=on insecure=on`,
    `${origin.url}/bucket/a%20b/c auth=aws:bucket`,
    `${origin.url}/bucket/put method=PUT data=x auth=aws:bucket`,
  ]
  const lines = urls.map((line) => `  - ${JSON.stringify(line)}\n`).join('')
  const config = configOf(t, `auth: aws:api\nurls:\n${lines}`)
  const { code, stdout, stderr } = await headcount(t, ['-c', config, '--once', '--format', 'json'])
  t.deepEqual(wrong, [])
  t.is(code, 0, stdout + stderr)
  t.deepEqual(
    other.received.map(({ headers }) => [headers.authorization, headers['x-amz-date']]),
    [[undefined, undefined]],
  )
  const tokens = origin.received
    .filter(({ path }) => path.startsWith('/bucket'))
    .map(({ headers }) => headers['x-amz-security-token'])
  t.deepEqual(tokens, [TOKEN, TOKEN])
})

test('with another secret it is refused, and no output shows the secrets', async (t) => {
  const origin = await startEcho(t, (request) => ({
    status: 302,
    headers: {
      location: `/?${checkSignature(request, { ...KEY, secretAccessKey: 'other' })}&${TOKEN}&${KEY.secretAccessKey}`,
    },
  }))
  const config = configOf(t, `urls: [${origin.url}/ auth=aws:bucket max-redirects=1]\n`)
  const { code, stdout, stderr } = await headcount(t, [
    '-c',
    config,
    '--once',
    '--format',
    'json',
    '--verbose',
  ])
  t.is(code, 2)
  const [state] = parseLines(stdout)
  t.like(state, { verdict: 'down', reason: 'redirect' })
  t.is(checkSignature(origin.received[0] as Received, { ...S3, secretAccessKey: 'other' }), 'wrong signature')
  t.notRegex(stdout + stderr, /session\+token|wJalr/)
})

test('an identity and its secret are taken over when they change', async (t) => {
  const origin = await startEcho(t)
  const rest = `interval: 100ms\nurls: [${origin.url}/ auth=aws:api]\n`
  const config = configOf(t, rest)
  const program = new Program(t, ['-c', config])
  const signedAs = (key: AwsKey) =>
    waitUntil(() => {
      const last = origin.received.at(-1)
      return last !== undefined && checkSignature(last, key) === ''
    })
  await signedAs(KEY)
  const moved = { ...KEY, region: 'us-east-1' }
  writeFileSync(config, readFileSync(config, 'utf8').replaceAll(KEY.region, moved.region))
  await signedAs(moved)
  const renewed = { ...moved, secretAccessKey: 'another+secret' }
  writeFileSync(join(dirname(config), 'secret'), renewed.secretAccessKey)
  await signedAs(renewed)
  program.child.kill('SIGTERM')
  const { code, stdout, stderr } = await program.ended()
  t.is(code, 0)
  t.notRegex(stdout + stderr, /wJalr|another\+secret/)
})

test('for an identity that a reload takes out nothing is asked, unless a flag names it', async (t) => {
  const refused: string[] = []
  const origin = await startEcho(t, (request) => {
    const why = checkSignature(request, KEY)
    if (why !== '' && request.path !== '/new') refused.push(why)
    return { status: why === '' ? 200 : 403 }
  })
  const config = configOf(t, '')
  const list = join(dirname(config), 'list.txt')
  writeFileSync(list, `${origin.url}/line auth=aws:api\n`)
  const args = ['-c', config, '-f', list, '--format', 'json', '-i', '200ms']
  const [program, flagged] = [new Program(t, args), new Program(t, [...args, '--auth', 'aws:api'])]
  const shows = (one: Program, path: string, reason: string) =>
    one.until(({ json }) =>
      json.some((line) => line['url'] === `${origin.url}${path}` && line['reason'] === reason),
    )
  await Promise.all([shows(program, '/line', 'ok'), shows(flagged, '/line', 'ok')])
  writeFileSync(config, `urls: [${origin.url}/new]\n`)
  await Promise.all([shows(program, '/line', 'auth'), shows(flagged, '/new', 'ok')])
  const why = 'no identity api: the configuration does not define it under aws'
  t.true(program.json.some(({ detail }) => detail === why))
  // The files that nothing names any more are forgotten within a second.
  const lines = flagged.json.length
  await flagged.until(({ json }) => json.length > lines + 20)
  t.deepEqual(
    refused.filter((one) => one !== 'no signature'),
    [],
  )
  t.true(flagged.json.every(({ type, reason }) => type !== 'state' || reason === 'ok'))
})

test('mistakes in identities, and identities that do not exist', async (t) => {
  const directory = directoryOf(t)
  const path = join(directory, 'headcount.yml')
  writeFileSync(join(directory, 'secret'), 'hunter2', { mode: 0o600 })
  const problemsOf = async (text: string, ...args: string[]) => {
    writeFileSync(path, text)
    const { code, stderr } = await headcount(t, ['-c', path, '--check', ...args])
    t.is(code, 3)
    t.notRegex(stderr, /hunter2/)
    return errorLines(stderr.replaceAll(directory, 'DIR'))
  }
  const urls = 'urls: [http://127.0.0.1:1/]\n'
  t.deepEqual(
    await problemsOf(
      `aws: { a: { access-key-id: AKID }, b: { access-key-id: A D, secret-access-key: hunter2, region: EU, service: s3 } }\n${urls}`,
    ),
    [
      'DIR/headcount.yml:1:11: aws: a has no secret-access-key',
      'DIR/headcount.yml:1:56: access-key-id: not such as AKIAIOSFODNN7EXAMPLE, eu-central-1 or execute-api',
      "DIR/headcount.yml:1:80: secret-access-key: a secret belongs in a file: write '@FILE'",
      'DIR/headcount.yml:1:97: region: not such as AKIAIOSFODNN7EXAMPLE, eu-central-1 or execute-api',
    ],
  )
  t.deepEqual(await problemsOf(`urls: [http://127.0.0.1:1/ auth=aws:none]\n`), [
    'DIR/headcount.yml:1:33: auth: the configuration defines no such identity under aws',
  ])
  t.deepEqual(await problemsOf(urls, '--auth', 'aws:none'), [
    '--auth: the configuration defines no such identity under aws',
  ])
})
