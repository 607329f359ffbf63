import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { freePort } from '../helpers/free-port.ts'
import { headcount, parseLines } from '../helpers/program.ts'
import { tcpServer } from '../helpers/tcp-server.ts'
import { faultsOf } from '../helpers/output-schema.ts'

test('tcp URLs of a list, of a group and as arguments, in every format', async (t) => {
  const { port } = await tcpServer(t)
  const dead = await freePort()
  const list = join(directoryOf(t), 'urls.txt')
  writeFileSync(list, `tcp://127.0.0.1:${port} timeout=5s label.team=mail\n`)
  const config = join(directoryOf(t), 'conf.yml')
  writeFileSync(
    config,
    `groups: [{ method: GET, headers: { X-A: b }, urls: ['tcp://127.0.0.1:${dead} interval=5s'] }]\n`,
  )
  const args = ['--once', '-f', list, '-c', config, `tcp://localhost:${port}`]
  const { code, stdout } = await headcount(t, [...args, '--format', 'json'])
  t.is(code, 2)
  for (const line of stdout.trimEnd().split('\n')) t.is(faultsOf(JSON.parse(line)), '')
  const states = parseLines(stdout).filter(({ type }) => type === 'state')
  t.like(
    states.find(({ url }) => url === `tcp://127.0.0.1:${port}`),
    {
      verdict: 'up',
      reason: 'ok',
      status: null,
      method: '',
      labels: { team: 'mail' },
    },
  )
  t.like(
    states.find(({ url }) => url === `tcp://127.0.0.1:${dead}`),
    { verdict: 'down', reason: 'refused' },
  )
  t.like(
    states.find(({ url }) => url === `tcp://localhost:${port}`),
    { verdict: 'up' },
  )
  const log = await headcount(t, [...args, '--format', 'log'])
  t.true(log.stdout.includes(` tcp://127.0.0.1:${port} ok\n`), log.stdout)
  t.true(log.stdout.includes(` tcp://127.0.0.1:${dead} refused: connection refused 127.0.0.1:${dead}\n`))
  const junit = await headcount(t, [...args, '--format', 'junit'])
  t.true(junit.stdout.includes(`classname="127.0.0.1:${port}" name="tcp://127.0.0.1:${port}"`), junit.stdout)
})

test('a setting that its scheme does not know is refused at its place', async (t) => {
  const list = join(directoryOf(t), 'urls.txt')
  writeFileSync(list, 'tcp://127.0.0.1:1 interval=5s header.X-A=b\ntcp://127.0.0.1/\n')
  const { code, stderr } = await headcount(t, ['--check', '-f', list])
  t.is(code, 3)
  const [setting, port] = stderr.split('\n')
  t.is(
    setting?.slice(list.length),
    ':1:31: "header.X-A" is no setting of tcp:// URLs: they have interval, error-backoff, max-backoff, timeout, recheck, ipv4, ipv6, label',
  )
  t.is(port?.slice(list.length), ':2: it has no port: write tcp://host:port')
})
