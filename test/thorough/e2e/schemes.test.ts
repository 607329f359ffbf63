import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { REASON_FACTS } from '../../../src/state/reasons.ts'
import { Authority } from '../../helpers/certificates.ts'
import { directoryOf } from '../../helpers/directory.ts'
import { dnsServer } from '../../helpers/dns-server.ts'
import { freePort } from '../../helpers/free-port.ts'
import { errorLines, headcount, parseLines } from '../../helpers/program.ts'
import { DIALOGUES, leadDialogue, serveTls } from '../../helpers/starttls-server.ts'
import { serverFrame, unmasked, websocketServer } from '../../helpers/websocket-server.ts'
import { tcpServer } from '../../helpers/tcp-server.ts'
import { faultsOf } from '../../helpers/output-schema.ts'

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
  const args = ['--once', '--no-strict', '-f', list, '-c', config, `tcp://localhost:${port}`]
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
  t.true(
    log.stdout.includes(` tcp://127.0.0.1:${dead} refused: ${REASON_FACTS.refused.text} 127.0.0.1:${dead}\n`),
  )
  const junit = await headcount(t, [...args, '--format', 'junit'])
  t.true(junit.stdout.includes(`classname="127.0.0.1:${port}" name="tcp://127.0.0.1:${port}"`), junit.stdout)
})

test('a setting that its scheme does not know is refused at its place', async (t) => {
  const list = join(directoryOf(t), 'urls.txt')
  writeFileSync(
    list,
    'tcp://127.0.0.1:1 interval=5s header.X-A=b\ntcp://127.0.0.1/\nhttp://a.example/ starttls=smtp\ntls://a.example:25 starttls=nntp\n',
  )
  const { code, stderr } = await headcount(t, ['--check', '-f', list])
  t.is(code, 3)
  const [setting, port, web, protocol] = errorLines(stderr)
  t.is(web?.slice(list.length), ':3:19: "starttls" is no setting of http:// URLs')
  t.is(
    protocol?.slice(list.length),
    ':4:29: starttls: must be one of smtp, imap, pop3, ftp, postgres, ldap, xmpp',
  )
  t.is(
    setting?.slice(list.length).split(' have ')[0],
    ':1:31: "header.X-A" is no setting of tcp:// URLs: they',
  )
  t.is(port?.slice(list.length), ':2: it has no port: write tcp://host:port')
})

test('a tls URL with STARTTLS, from a line, a group and a flag', async (t) => {
  const authority = await Authority.create()
  const pair = await authority.issue([{ type: 'ip', value: '127.0.0.1' }])
  const directory = directoryOf(t)
  const file = (name: string, text: string) => {
    writeFileSync(join(directory, name), text)
    return join(directory, name)
  }
  const serve = async () => {
    const { port } = await tcpServer(t, (socket) => {
      leadDialogue(socket, DIALOGUES.pop3, () => serveTls(socket, pair))
    })
    return `tls://127.0.0.1:${port}`
  }
  const urls = await Promise.all([serve(), serve(), serve()])
  const list = file('urls.txt', `${urls[0]} starttls=pop3\n`)
  const config = file('conf.yml', `groups: [{ starttls: pop3, urls: ['${urls[1]}'] }]\n`)
  const cacert = file('ca.pem', authority.pem)
  const args = ['--once', '--format', 'json', '--cacert', cacert]
  const [fromFiles, fromFlag] = await Promise.all([
    headcount(t, [...args, '-f', list, '-c', config]),
    headcount(t, [...args, '--starttls', 'pop3', urls[2]]),
  ])
  const states = parseLines(fromFiles.stdout + fromFlag.stdout).filter(({ type }) => type === 'state')
  t.is(states.length, 3)
  for (const state of states) t.like(state, { verdict: 'up', reason: 'ok', tls: { protocol: 'TLSv1.3' } })
})

test('a conversation: from a line, a group, the configuration and flags', async (t) => {
  const serve = async () => {
    const { port } = await tcpServer(t, (socket) => {
      leadDialogue(socket, ['220 ready\r\n', /^HELO me\r\n$/, '250 ok\r\n'], () => void socket.end())
    })
    return `tcp://127.0.0.1:${port}`
  }
  const urls = await Promise.all([serve(), serve(), serve(), serve(), serve()])
  const directory = directoryOf(t)
  const file = (name: string, text: string) => {
    writeFileSync(join(directory, name), text)
    return join(directory, name)
  }
  const list = file(
    'urls.txt',
    `${urls[0]} expect=/^220 / send="HELO me\\r\\n" expect='250 '\n` +
      `${urls[1]} expect=/^220 / send="HELO me\\r\\n" expect=/^251/\n`,
  )
  const talk = '{ send: "HELO me\\r\\n", expect: [/^220/, /^250/], urls: ['
  const group = file('group.yml', `groups: [${talk}'${urls[2]}'] }]\n`)
  const top = file('top.yml', `${talk}'${urls[3]}'] }\n`)
  const args = ['--once', '--format', 'json', '--pool-size', '1']
  const flags = ['--send', String.raw`HELO me\r\n`, '--expect', '220 ', '--expect', '250 ']
  const run = () =>
    Promise.all([
      headcount(t, [...args, '-f', list, '-c', group]),
      headcount(t, [...args, '-c', top]),
      headcount(t, [...args, ...flags, urls[4]]),
    ])
  let runs = await run()
  // A poller that stood still, on a busy machine, does not know what it saw.
  while (runs.some(({ stdout }) => stdout.includes('"reason":"local"'))) runs = await run()
  const all = runs.map(({ stdout, stderr }) => stdout + stderr).join('')
  t.false(all.includes('HELO'), all)
  const states = new Map(
    runs.flatMap(({ stdout }) => parseLines(stdout)).map((state) => [state['url'], state]),
  )
  for (const at of [0, 2, 3, 4]) t.like(states.get(urls[at]), { verdict: 'up', reason: 'ok' }, all)
  t.like(states.get(urls[1]), {
    verdict: 'down',
    reason: 'body',
    detail: 'the answer does not contain what it should: "250 ok"',
  })
})

test('dns URLs of a list, of a configuration and as arguments', async (t) => {
  const server = await dnsServer(t, { 'a.example': { a: ['192.0.2.1'] } })
  const directory = directoryOf(t)
  const url = (question: string) => `dns://${server.address}/${question}`
  const list = join(directory, 'urls.txt')
  writeFileSync(
    list,
    `${url('a.example')} expect=/IN A 192\\.0\\.2\\.1$/\n${url('a.example?type=MX')}\n${url('b?type=X')}\n${url('c')} send=x\n`,
  )
  const config = join(directory, 'conf.yml')
  writeFileSync(config, `groups: [{ expect: 192.0.2.2, urls: ['${url('a.example?expect=192.0.2.1')}'] }]\n`)
  const once = ['--once', '--no-strict', '--format', 'json']
  const args = [...once, '-f', list, '-c', config, url('none.example?rcode=NXDOMAIN')]
  const { stdout, stderr } = await headcount(t, args)
  for (const line of stdout.trimEnd().split('\n')) t.is(faultsOf(JSON.parse(line)), '')
  const states = new Map(parseLines(stdout).map((state) => [state['url'], state]))
  t.like(states.get(url('a.example')), { verdict: 'up', reason: 'ok', status: null, method: '' })
  t.like(states.get(url('a.example?type=MX')), { verdict: 'down', reason: 'dns' })
  t.like(states.get(url('a.example?expect=192.0.2.1')), { verdict: 'down', reason: 'body' })
  t.like(states.get(url('none.example?rcode=NXDOMAIN')), { verdict: 'up' })
  t.true(stderr.includes(`${list}:3: its type must be one of A, NS, `), stderr)
  t.true(stderr.includes(`"send" is no setting of dns:// URLs`), stderr)
})

test('WebSocket, from a line, a group and as an argument', async (t) => {
  const serve = () =>
    websocketServer(t, (socket) => {
      socket.on('data', (frame: Buffer) => void socket.write(serverFrame(`you said ${unmasked(frame)}`)))
    })
  const urls = await Promise.all([serve(), serve(), serve()])
  const directory = directoryOf(t)
  const list = join(directory, 'urls.txt')
  writeFileSync(list, `${urls[0]}/a send='{"a":1}' expect=/^you said ."a":1.$/\n${urls[0]} starttls=smtp\n`)
  const config = join(directory, 'conf.yml')
  writeFileSync(config, `groups: [{ send: hi, expect: you said hi, urls: ['${urls[1]}'] }]\n`)
  const args = ['--once', '--no-strict', '--format', 'json', '-f', list, '-c', config, urls[2]]
  const { stdout, stderr } = await headcount(t, args)
  const states = parseLines(stdout).filter(({ type }) => type === 'state')
  t.is(states.length, 3)
  for (const state of states) {
    t.is(faultsOf(state), '')
    t.like(state, { verdict: 'up', reason: 'ok', status: null, method: '', httpVersion: '' }, stdout)
  }
  t.true(stderr.includes('"starttls" is no setting of ws:// URLs'), stderr)
})
