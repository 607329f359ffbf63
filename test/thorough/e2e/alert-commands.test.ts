import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { directoryOf } from '../../helpers/directory.ts'
import { freePort } from '../../helpers/free-port.ts'
import { limitConcurrency } from '../../helpers/limit-concurrency.ts'
import { startListening } from '../../helpers/listening.ts'
import { headcount } from '../../helpers/program.ts'
import { receiverServer } from '../../helpers/receiver-server.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

limitConcurrency(test, 2)

/** The hash of `secret`. */
const SECRET = '$2y$04$ntbssW9JJkRRrMz9LwOItOuR.hbOetbXT601e4rPGJOVP6IvMcQS6'

/** A headcount with a URL that is down, whose alert was told. */
async function startAlerting(t: ExecutionContext, args: readonly string[] = []) {
  const directory = directoryOf(t)
  const { origin, received } = await receiverServer(t)
  const url = `http://127.0.0.1:${await freePort()}/`
  const config = join(directory, 'headcount.yml')
  writeFileSync(
    config,
    `receivers: { ops: { webhook: '${origin}/hook' } }
alerts: [{ name: web, to: ops, down: true, group-wait: 0s }]
interval: 100ms
urls: ['${url} label.team=web']
`,
  )
  const { port } = await startListening(t, ['-c', config, ...args])
  await waitUntil(() => received.length > 0)
  return { directory, url, server: `http://127.0.0.1:${port}`, port }
}

test('what fires, and silences that are listed, begun and ended', async (t) => {
  const { url, server } = await startAlerting(t)
  const run = (...args: string[]) => headcount(t, args, { env: { HEADCOUNT_SERVER: server } })
  const alerts = async () => (await run('alerts')).stdout
  t.regex(
    await alerts(),
    new RegExp(
      String.raw`^since +severity +state +rule +what +why\n\d.* +critical +told +web +${url} +down: .*refused.*\n$`,
    ),
  )
  const json = JSON.parse((await run('alerts', '--format', 'json')).stdout) as Record<string, unknown>
  t.is(json['total'], 1)
  t.is((await run('silence')).stdout, 'no silences\n')
  const made = await run(
    'silence',
    'team=~w.*',
    '--for=2h',
    'label.a=!b',
    '--author',
    'me',
    '--comment',
    'new disks',
  )
  t.like(made, { code: 0, stderr: '' })
  const id = made.stdout.trim()
  t.regex(id, /^[\w-]{36}$/)
  const [head, row] = (await run('silence')).stdout.split('\n')
  t.regex(head ?? '', /^id +begin +ends in +alerts of +author +comment$/)
  t.regex(row ?? '', new RegExp(String.raw`^${id} +now +(2h|1h \d+m) +team=~w\.\* a=!b +me +new disks$`))
  t.regex(await alerts(), /critical +muted +web/)
  t.like(await run('silence', '--end', id), { code: 0, stdout: '', stderr: '' })
  t.is((await run('silence')).stdout, 'no silences\n')
  t.like(await run('silence', '--end', id), {
    code: 1,
    stderr: `error: silence: ${server}: there is no silence with this id\n`,
  })
  const ofUrl = await run('silence', '--url', url, '--for', '30m', '--author', 'me')
  t.regex((await run('silence')).stdout, new RegExp(String.raw`now +(30m|\d+m \d+s) +${url} +me\n$`))
  t.regex(await alerts(), /critical +muted +web/)
  t.is((await run('silence', '--end', ofUrl.stdout.trim(), '--url', url)).code, 3)
  t.like(await run('silence', 'team=~(', '--for', '14d'), { code: 1, stdout: '' })
  // The variable is none that a run warns about.
  t.notRegex((await run('--once', '--check', url)).stderr, /HEADCOUNT_SERVER/)
})

test('passwords come from the environment or a file, and are never told', async (t) => {
  const web = join(directoryOf(t), 'web.yml')
  writeFileSync(web, `basic_auth_users: { ops: ${SECRET} }\n`)
  const { directory, port } = await startAlerting(t, ['--web-config', web])
  const at = (login: string) => `http://${login}127.0.0.1:${port}`
  const alerts = (HEADCOUNT_SERVER: string, ...args: string[]) =>
    headcount(t, ['alerts', ...args], { env: { HEADCOUNT_SERVER } })
  const without = await alerts(at(''))
  t.like(without, { code: 1, stdout: '' })
  t.true(without.stderr.startsWith(`error: alerts: ${at('')}: it asks for a password: HEADCOUNT_SERVER=`))
  t.is(
    (await alerts(at('ops:wrong@'))).stderr,
    `error: alerts: ${at('')}: the user or the password is wrong\n`,
  )
  t.is((await alerts(at('ops:secret@'))).code, 0)
  const file = join(directory, 'server')
  writeFileSync(file, `${at('ops:secret@')}\n`)
  t.is((await alerts('', '--server', `@${file}`)).code, 0)
  t.is((await alerts(`@${file}`)).code, 0)
  const onLine = await alerts('', '--server', at('ops:secret@'))
  t.is(onLine.code, 3)
  t.regex(onLine.stderr, /^error: alerts: --server: every user of this machine can see a password/)
  t.false(onLine.stderr.includes('secret'))
})

test('says what is wrong: nobody listens, no alerts, not allowed, something else answers', async (t) => {
  const alerts = async (server: string, args = ['alerts']) => {
    const { code, stderr } = await headcount(t, [...args, '--server', server])
    t.is(code, 1)
    return stderr.trimEnd()
  }
  const nobody = `http://127.0.0.1:${await freePort()}`
  t.is(
    await alerts(nobody),
    `error: alerts: ${nobody}: connection refused: does headcount run there, with --listen? --server URL names another address`,
  )
  const { url } = await startListening(t, [nobody])
  t.is(
    await alerts(`${url}/`),
    `error: alerts: ${url}: this run has no alerts, or another machine of its cluster tells people: has its configuration alerts?`,
  )
  // What comes through a proxy is not from this machine.
  const proxy = createServer((request, response) => {
    if (request.url?.startsWith('/other') === true) return response.end('hello')
    const headers = { via: '1.1 proxy' }
    void fetch(`${url}${request.url}`, { method: request.method ?? '', headers }).then(async (answer) =>
      response.writeHead(answer.status).end(await answer.text()),
    )
    return response
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  t.teardown(() => proxy.close())
  const proxied = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  t.is(
    await alerts(proxied, ['silence', 'team=web', '--for', '1h']),
    `error: silence: ${proxied}: only requests from this machine, or with a password, may do that`,
  )
  t.is(
    await alerts(`${proxied}/other`),
    `error: alerts: ${proxied}/other: it is no headcount with alerts that answers: status 200`,
  )
})
