import { X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { Authority, selfSigned } from '../../helpers/certificates.ts'
import type { Pair } from '../../helpers/certificates.ts'
import { freePort } from '../../helpers/free-port.ts'
import { seeded } from '../../helpers/random.ts'
import { DIALOGUES, leadDialogue, serveTls } from '../../helpers/starttls-server.ts'
import { tcpServer } from '../../helpers/tcp-server.ts'
import { TestPoller } from '../../helpers/test-poller.ts'
import type { PollOptions } from '../../../src/settings/poll-options.ts'
import { STARTTLS } from '../../../src/settings/starttls.ts'
import type { State } from '../../../src/state/state.ts'

const LOOPBACK = [{ type: 'ip', value: '127.0.0.1' } as const]

let authority: Authority
let good: Pair
test.before(async () => {
  authority = await Authority.create()
  good = await authority.issue(LOOPBACK)
})

/** Polls a server that does this with each connection. */
async function poll(
  t: ExecutionContext,
  serve: (socket: Socket) => void,
  different: Partial<PollOptions> = {},
): Promise<State> {
  const { port } = await tcpServer(t, serve)
  const poller = new TestPoller({ tls: { ca: authority.pem }, ...different })
  t.teardown(() => poller.close())
  return poller.pollWithoutStall(`tls://127.0.0.1:${port}`)
}

test('a good certificate is up, and the State has protocol and expiry', async (t) => {
  const state = await poll(t, (socket) => serveTls(socket, good))
  t.like(state, { verdict: 'up', reason: 'ok', status: 0, method: '', address: '127.0.0.1' })
  t.is(state.tls?.protocol, 'TLSv1.3')
  t.is(state.tls?.expiresAt, Date.parse(new X509Certificate(good.cert).validTo))
  t.true(state.phasesMs.tls > 0)
})

test('no protocol is offered by ALPN', async (t) => {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  await poll(
    t,
    (socket) => {
      // The extension ALPN, 16, with the protocol http/1.1.
      socket.once('data', (hello) => resolve(hello.includes('http/1.1')))
    },
    { timeoutMs: 300 },
  )
  t.false(await promise)
})

const CERTIFICATES: Readonly<Record<string, () => Promise<Pair>>> = {
  'tls-expired': () => authority.issue(LOOPBACK, -2, -1),
  'tls-not-yet-valid': () => authority.issue(LOOPBACK, 1, 2),
  'tls-hostname': () => authority.issue([{ type: 'dns', value: 'a.example' }]),
  'tls-untrusted': () => selfSigned(LOOPBACK),
}

for (const [reason, issue] of Object.entries(CERTIFICATES)) {
  test(`${reason}, with and without STARTTLS`, async (t) => {
    const pair = await issue()
    const direct = await poll(t, (socket) => serveTls(socket, pair))
    t.like(direct, { verdict: 'down', reason, tls: { protocol: 'TLSv1.3' } })
    const smtp = (socket: Socket) => leadDialogue(socket, DIALOGUES.smtp, () => serveTls(socket, pair))
    t.like(await poll(t, smtp, { starttls: 'smtp' }), { verdict: 'down', reason, address: '127.0.0.1' })
    t.like(await poll(t, smtp, { starttls: 'smtp', insecure: true }), { verdict: 'up' })
  })
}

test('rules for certificates apply', async (t) => {
  const serve = (socket: Socket) => serveTls(socket, good)
  t.like(await poll(t, serve, { certDays: 14 }), { verdict: 'down', reason: 'tls-expiring' })
  t.like(await poll(t, serve, { certSha256: ['0'.repeat(64)] }), { verdict: 'down', reason: 'tls-pin' })
  t.like(await poll(t, serve, { minTls: '1.3' }), { verdict: 'up', reason: 'ok' })
})

const FAULTS: Readonly<Record<string, readonly [serve: (socket: Socket) => void, reason: string]>> = {
  silent: [() => {}, 'timeout'],
  'half-closed': [(socket) => void socket.end(), 'closed'],
  reset: [(socket) => void socket.once('data', () => socket.resetAndDestroy()), 'reset'],
  garbage: [(socket) => void socket.write('SSH-2.0-garbage\r\n'), 'tls'],
}

for (const [title, [serve, reason]] of Object.entries(FAULTS)) {
  test(`a server that is ${title}: ${reason}`, async (t) => {
    t.like(await poll(t, serve, { timeoutMs: reason === 'timeout' ? 500 : 10_000 }), {
      verdict: 'down',
      reason,
    })
  })
}

test('starttls=xmpp: an answer that is many beginnings of one tag, byte by byte, does not hold up the thread', async (t) => {
  const serve = (socket: Socket) => {
    socket.write(`<stream:stream a="b">${'<stream:features '.repeat(900)}`)
    let left = 200
    const timer = setInterval(() => {
      socket.write(left > 0 ? ' ' : '/>')
      if (left-- === 0) clearInterval(timer)
    }, 1)
    socket.once('close', () => clearInterval(timer))
  }
  const state = await poll(t, serve, { starttls: 'xmpp', timeoutMs: 20_000 })
  t.like(state, { verdict: 'down', reason: 'protocol' }, state.detail)
})

test('nobody listens: refused', async (t) => {
  const poller = new TestPoller()
  t.teardown(() => poller.close())
  t.like(await poller.poll(`tls://127.0.0.1:${await freePort()}`), { verdict: 'down', reason: 'refused' })
})

for (const starttls of STARTTLS) {
  const dialogue = DIALOGUES[starttls]
  test(`starttls=${starttls}`, async (t) => {
    const serve = (socket: Socket) => leadDialogue(socket, dialogue, () => serveTls(socket, good))
    const state = await poll(t, serve, { starttls, timeoutMs: 5_000 })
    t.like(state, { verdict: 'up', reason: 'ok', tls: { protocol: 'TLSv1.3' } }, state.detail)
    t.true(state.phasesMs.wait > 0 && state.phasesMs.tls > 0)
  })

  test(`starttls=${starttls}: a server that says more before the handshake`, async (t) => {
    const last = Buffer.concat([Buffer.from(dialogue.at(-1) as string), Buffer.from('more')])
    const serve = (socket: Socket) => {
      leadDialogue(socket, dialogue.slice(0, -1), () => void socket.end(last))
    }
    t.like(await poll(t, serve, { starttls }), { verdict: 'down', reason: 'protocol' })
  })

  test(`starttls=${starttls}: a server that is silent, ends, resets`, async (t) => {
    const options = { starttls, timeoutMs: 10_000 }
    t.like(await poll(t, () => {}, { starttls, timeoutMs: 300 }), { verdict: 'down', reason: 'timeout' })
    t.like(await poll(t, (socket) => void socket.end(), options), { verdict: 'down', reason: 'closed' })
    const half = (socket: Socket) =>
      void socket.end(Buffer.from(dialogue.find((one) => !(one instanceof RegExp)) as string).subarray(0, -1))
    if (starttls !== 'postgres') t.like(await poll(t, half, options), { verdict: 'down', reason: 'closed' })
    const reset = (socket: Socket) => {
      leadDialogue(socket, dialogue.slice(0, -1), () => void socket.resetAndDestroy())
    }
    t.like(await poll(t, reset, { starttls }), { verdict: 'down', reason: 'reset' })
  })

  test(`starttls=${starttls}: garbage without end`, async (t) => {
    const state = await poll(t, (socket) => void socket.write('x'.repeat(100_000)), { starttls })
    t.like(state, { verdict: 'down', reason: 'protocol' })
    t.true(state.detail.length < 250)
  })
}

const REFUSALS: Readonly<Record<(typeof STARTTLS)[number], string | Buffer>> = {
  smtp: '454 TLS not available\r\n',
  imap: 'a NO not now\r\n',
  pop3: '-ERR unknown command\r\n',
  ftp: '500 unknown command\r\n',
  postgres: 'N',
  ldap: Buffer.from([0x30, 0x0c, 0x02, 0x01, 0x01, 0x78, 0x07, 0x0a, 0x01, 0x02, 0x04, 0x00, 0x04, 0x00]),
  xmpp: "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>",
}

for (const starttls of STARTTLS) {
  test(`starttls=${starttls} refused: protocol, with what the server said`, async (t) => {
    const dialogue = [...DIALOGUES[starttls].slice(0, -1), REFUSALS[starttls]]
    const state = await poll(t, (socket) => leadDialogue(socket, dialogue, () => {}), { starttls })
    t.like(state, { verdict: 'down', reason: 'protocol' })
    t.true(state.detail.startsWith(`no TLS by ${starttls}: the server answered "`), state.detail)
    if (starttls !== 'ldap') t.true(state.detail.includes(String(REFUSALS[starttls]).trimEnd()), state.detail)
  })
}

test('an SMTP server without STARTTLS, and one that is none', async (t) => {
  const without = ['220 ready\r\n', /^EHLO/, '250 SIZE\r\n', /^STARTTLS/, '502 what?\r\n']
  const state = await poll(t, (socket) => leadDialogue(socket, without, () => {}), { starttls: 'smtp' })
  t.is(state.detail, 'no TLS by smtp: the server answered "502 what?"')
  const http = await poll(t, (socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n'), {
    starttls: 'smtp',
  })
  t.is(http.detail, 'no TLS by smtp: the server answered "HTTP/1.1 400 Bad Request"')
})

const ANY_LINES = '-first\r\n This line has no number\r\n\r\n999 of another\r\n2200 users\r\n2342\r\n220-\r\n'

for (const end of [' ready', ' ', ''])
  test(`starttls=ftp: any lines stand between the first line of a reply and ${JSON.stringify(`220${end}`)}`, async (t) => {
    const [greeting, reply] = ['220', '234'].map((code) => `${code}${ANY_LINES}${code}${end}\r\n`)
    const dialogue = [greeting as string, /^AUTH TLS\r\n$/, reply as string]
    const serve = (socket: Socket) => leadDialogue(socket, dialogue, () => serveTls(socket, good))
    const state = await poll(t, serve, { starttls: 'ftp' })
    t.like(state, { verdict: 'up', reason: 'ok' }, state.detail)
  })

test('starttls=ftp: the first line of a reply decides, and all lines of an SMTP server have the number', async (t) => {
  const serve = (text: string) => (socket: Socket) => void socket.write(text)
  const busy = await poll(t, serve('421-busy\r\n220 ready\r\n'), { starttls: 'ftp' })
  t.regex(busy.detail, /^no TLS by ftp: the server answered "421-busy/)
  const more = await poll(t, serve('220-first\r\n220 ready\r\n220 again\r\n'), { starttls: 'ftp' })
  t.regex(more.detail, /^no TLS by ftp: more than one answer/)
  const smtp = await poll(t, serve('220-first\r\n without\r\n220 ready\r\n'), { starttls: 'smtp' })
  t.regex(smtp.detail, /^no TLS by smtp: the server answered "220-first/)
})

test('a server that drips its greeting meets the deadline', async (t) => {
  const drip = (socket: Socket) => {
    const timer = setInterval(() => socket.write('220-more\r\n'), 20)
    socket.once('close', () => clearInterval(timer))
  }
  t.like(await poll(t, drip, { starttls: 'smtp', timeoutMs: 300 }), { verdict: 'down', reason: 'timeout' })
})

test('random answers end with a State that is not unknown', async (t) => {
  const random = seeded(1)
  const starts = STARTTLS.map((name) => DIALOGUES[name].find((one) => !(one instanceof RegExp)) as string)
  const { port } = await tcpServer(t, (socket) => {
    const start = Buffer.from(starts[random.below(starts.length)] as string)
    const noise = Buffer.from(Array.from({ length: random.below(40) }, () => random.below(256)))
    socket.end(Buffer.concat([start.subarray(0, random.below(start.length + 1)), noise]))
  })
  for (const starttls of STARTTLS) {
    const poller = new TestPoller({ starttls, timeoutMs: 5_000 })
    t.teardown(() => poller.close())
    for (let left = 60; left > 0; left--) {
      const { reason, detail } = await poller.pollWithoutStall(`tls://127.0.0.1:${port}`)
      t.true(['protocol', 'closed', 'reset', 'tls'].includes(reason), `${starttls}: ${reason}: ${detail}`)
    }
  }
})
