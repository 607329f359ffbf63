import type { Socket } from 'node:net'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { Authority } from '../../helpers/certificates.ts'
import { startProxy, tunnel } from '../../helpers/proxy-server.ts'
import { leadDialogue, serveTls } from '../../helpers/starttls-server.ts'
import { tcpServer } from '../../helpers/tcp-server.ts'
import { TestPoller } from '../../helpers/test-poller.ts'
import { waitUntil } from '../../helpers/wait-until.ts'
import { TLSSocket } from 'node:tls'
import type { PollOptions } from '../../../src/settings/poll-options.ts'
import { parseProxySetting } from '../../../src/settings/proxy.ts'
import type { TalkStep } from '../../../src/settings/talk.ts'
import type { State } from '../../../src/state/state.ts'

const send = (text: string): TalkStep => ['send', text]
const expect = (text: string): TalkStep => ['expect', text]

async function poll(
  t: ExecutionContext,
  serve: (socket: Socket) => void,
  talk: readonly TalkStep[],
  different: Partial<PollOptions> = {},
): Promise<State> {
  const { port } = await tcpServer(t, serve)
  const poller = new TestPoller({ talk, timeoutMs: 5_000, ...different })
  t.teardown(() => poller.close())
  return poller.pollWithoutStall(`tcp://127.0.0.1:${port}`)
}

const SMTP = [
  '220-mail.example ESMTP\r\n220 ready\r\n',
  /^HELO me\r\n$/,
  '250 ok\r\n',
  /^QUIT\r\n$/,
  '221 bye\r\n',
]

test('a whole conversation', async (t) => {
  const talk = [expect('/ESMTP/'), send('HELO me\r\n'), expect('/^250 /'), send('QUIT\r\n'), expect('221')]
  const state = await poll(t, (socket) => leadDialogue(socket, SMTP, () => {}), talk)
  t.like(state, { verdict: 'up', reason: 'ok', status: 0, detail: '', tls: null }, state.detail)
  t.true(state.phasesMs.wait > 0)
})

test('what was sent last still arrives', async (t) => {
  let received = ''
  const serve = (socket: Socket) => {
    socket.write('hello')
    socket.on('data', (chunk) => (received += String(chunk)))
  }
  t.like(await poll(t, serve, [expect('hello'), send('x'.repeat(4_096))]), { verdict: 'up' })
  await waitUntil(() => received.length === 4_096)
  t.pass()
})

test('an answer in pieces, and several expectations of one answer', async (t) => {
  const serve = (socket: Socket) => leadDialogue(socket, ['-ERR', /^PING$/, '+PONG\r\nmore\r\n'], () => {})
  t.like(await poll(t, serve, [expect('ERR'), send('PING'), expect('/^.PONG/'), expect('more')]), {
    verdict: 'up',
  })
})

test('an answer in very many pieces is found though the server then waits', async (t) => {
  const serve = (socket: Socket) => {
    socket.setNoDelay().on('data', () => socket.write('PONG\r\n'))
    let left = 75
    const timer = setInterval(() => {
      socket.write(left > 0 ? `${'x'.repeat(150)}\r\n` : 'READY\r\n')
      if (left-- === 0) clearInterval(timer)
    }, 2)
    socket.once('close', () => clearInterval(timer))
  }
  const state = await poll(t, serve, [expect('READY'), send('PING\r\n'), expect('/^PONG/')], {
    timeoutMs: 20_000,
  })
  t.like(state, { verdict: 'up', reason: 'ok' }, state.detail)
})

test('what came before a text is sent is not the answer to it', async (t) => {
  const serve = (socket: Socket) => leadDialogue(socket, ['OK', /^x$/, 'NO'], () => void socket.end())
  const state = await poll(t, serve, [expect('OK'), send('x'), expect('OK')])
  t.like(state, { verdict: 'down', reason: 'body' })
  t.is(state.detail, 'the answer does not contain what it should: "NO"')
})

const FAULTS: Readonly<Record<string, readonly [serve: (socket: Socket) => void, reason: string]>> = {
  silent: [() => {}, 'timeout'],
  'half-closed': [(socket) => void socket.end(), 'closed'],
  reset: [(socket) => void socket.once('data', () => socket.resetAndDestroy()), 'reset'],
  garbage: [(socket) => void socket.write('\0\xff garbage'), 'body'],
  'garbage, then closed': [(socket) => void socket.end('garbage'), 'body'],
  'garbage, then reset': [
    (socket) => void socket.write('garbage', () => setTimeout(() => socket.resetAndDestroy(), 100)),
    'body',
  ],
  'garbage without end': [(socket) => void socket.write('x'.repeat(100_000)), 'body'],
  slow: [
    (socket) => {
      const timer = setInterval(() => socket.write('.'), 10)
      socket.once('close', () => clearInterval(timer))
    },
    'body',
  ],
}

for (const [title, [serve, reason]] of Object.entries(FAULTS)) {
  test(`a server that is ${title}: ${reason}`, async (t) => {
    // What does not match is waited for until the deadline.
    const timeoutMs = reason === 'timeout' || reason === 'body' ? 400 : 10_000
    const state = await poll(t, serve, [send('PING\r\n'), expect('/PONG/')], { timeoutMs })
    t.like(state, { verdict: 'down', reason, status: 0 }, state.detail)
    t.true(state.detail.length < 250)
    if (reason === 'body') t.is(state.errCount, 0)
  })
}

test('a secret that is sent is not shown, also if the server repeats it', async (t) => {
  const serve = (socket: Socket) =>
    void socket.on('data', (chunk) => socket.end(`500 what? ${String(chunk)}`))
  const state = await poll(t, serve, [send('AUTH hunter2 hunter22\r\n'), expect('235')])
  t.like(state, { verdict: 'down', reason: 'body' })
  t.true(state.detail.endsWith('"500 what? ***"'), state.detail)
})

test('nor is a part of it, with other characters around it', async (t) => {
  const texts = ['{"password":"hunter2SECRET"}\r\n', 'LOGIN user:hunter2SECRET\r\n', 'x hunter2SECRETx\r\n']
  for (const text of texts) {
    const serve = (socket: Socket) =>
      void socket.once('data', () => socket.end('no such user (hunter2SECRET)'))
    const { detail } = await poll(t, serve, [send(text), expect('OK')])
    t.true(detail.endsWith('(***)"'), detail)
  }
})

test('over TLS, after STARTTLS', async (t) => {
  const authority = await Authority.create()
  const pair = await authority.issue([{ type: 'ip', value: '127.0.0.1' }])
  const tls = { ca: authority.pem }
  const { port } = await tcpServer(t, (socket) => {
    leadDialogue(socket, ['+OK\r\n', /^STLS\r\n$/, '+OK\r\n'], () => {
      const secure = new TLSSocket(socket, { isServer: true, ...pair }).on('error', () => {})
      leadDialogue(secure, [/^CAPA\r\n$/, '+OK\r\nSASL\r\n.\r\n'], () => {})
    })
  })
  const poller = new TestPoller({
    tls,
    starttls: 'pop3',
    talk: [send('CAPA\r\n'), expect('/^SASL\\r?$/m')],
    timeoutMs: 5_000,
  })
  t.teardown(() => poller.close())
  const state = await poller.pollWithoutStall(`tls://127.0.0.1:${port}`)
  t.like(state, { verdict: 'up', tls: { protocol: 'TLSv1.3' } }, state.detail)
  const silent = await tcpServer(t, (socket) => serveTls(socket, pair))
  const other = new TestPoller({ tls, talk: [expect('x')], timeoutMs: 500 })
  t.teardown(() => other.close())
  t.like(await other.pollWithoutStall(`tls://127.0.0.1:${silent.port}`), {
    verdict: 'down',
    reason: 'timeout',
  })
})

test('max-time: an answer that is late is slow, and one that is wrong stays wrong', async (t) => {
  const serve = (socket: Socket) => void socket.end('NO')
  const talk = [send('x'), expect('OK')]
  t.like(await poll(t, serve, talk, { maxTimeMs: 5_000 }), { verdict: 'down', reason: 'body' })
  t.like(await poll(t, serve, [send('x'), expect('NO')], { maxTimeMs: 5_000 }), { verdict: 'up' })
  const late = await poll(t, serve, [send('x'), expect('NO')], { maxTimeMs: 0.001 })
  t.like(late, { verdict: 'down', reason: 'slow' })
})

test('want=down: a conversation as expected is unexpected, as is any other answer', async (t) => {
  const serve = (socket: Socket) => void socket.end('NO')
  const options = { want: 'down' } as const
  t.like(await poll(t, serve, [expect('NO')], options), { verdict: 'down', reason: 'unexpected' })
  t.like(await poll(t, serve, [expect('OK')], options), { verdict: 'down', reason: 'unexpected' })
})

test('through a proxy', async (t) => {
  const { port } = await tcpServer(t, (socket) => leadDialogue(socket, SMTP, () => {}))
  const proxy = await startProxy(t, (socket) => tunnel(socket, port, 'HTTP/1.1 200 OK\r\n\r\n'))
  const poller = new TestPoller({
    proxy: parseProxySetting(`http://127.0.0.1:${proxy.port}`),
    talk: [expect('ESMTP'), send('HELO me\r\n'), expect('250')],
    timeoutMs: 5_000,
  })
  t.teardown(() => poller.close())
  t.like(await poller.pollWithoutStall(`tcp://127.0.0.1:${port}`), { verdict: 'up', reason: 'ok' })
  t.true(proxy.asked[0]?.startsWith(`CONNECT 127.0.0.1:${port} `), proxy.asked[0])
})
