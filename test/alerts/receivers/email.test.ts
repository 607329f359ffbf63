import test from 'ava'
import type { SMTPServerOptions } from 'smtp-server'
import type { AddressProgress } from '../../../src/alerts/notification.ts'
import { EMAIL } from '../../../src/alerts/receivers/email.ts'
import { Authority } from '../../helpers/certificates.ts'
import { HostileServer } from '../../helpers/hostile-server.ts'
import { mailServer, parseMail, smtpError } from '../../helpers/mail-server.ts'
import { makeAlert, makeNotification } from '../../helpers/notification.ts'
import { NO_LIMIT, senderFor, settingsFor } from '../../helpers/receiver-settings.ts'
import { tcpServer } from '../../helpers/tcp-server.ts'

const authority = await Authority.create()
const pair = await authority.issue([{ type: 'ip', value: '127.0.0.1' }])

const at = (port: number) => ({
  to: 'ops@example.org',
  from: 'headcount@mon.example',
  server: `smtp://127.0.0.1:${port}`,
})

test('a mail is text and HTML, and the end of an alert answers it', async (t) => {
  const { port, mails } = await mailServer(t)
  const sender = senderFor(EMAIL, { ...at(port), to: ['ops@example.org', 'Büro <office@example.org>'] })
  const first = makeNotification()
  const result = await sender.send(first, NO_LIMIT)
  t.is(result.type, 'sent')
  t.regex(result.said, /^250 .*taken/)
  const end = { id: 'e'.repeat(32), status: 'resolved', cause: 'resolved', firing: 0 } as const
  const over = makeNotification({ ...end, firstId: first.id, alerts: [makeAlert({ resolvedAt: first.at })] })
  await sender.send(over, NO_LIMIT)
  const [alert, answer] = mails.map(({ raw }) => parseMail(raw))
  t.deepEqual(mails[0]?.to, ['ops@example.org', 'office@example.org'])
  t.is(mails[0]?.from, 'headcount@mon.example')
  t.is(alert?.headers.get('message-id'), `<${first.id}@mon.example>`)
  t.is(alert?.headers.get('subject'), 'Down: https://shop.example/cart')
  t.is(alert?.headers.get('to'), 'ops@example.org, Büro <office@example.org>')
  t.is(alert?.headers.get('auto-submitted'), 'auto-generated')
  t.is(alert?.headers.get('date'), 'Thu, 26 Nov 2026 10:42:07 +0000')
  t.is(alert?.headers.get('importance'), 'high')
  t.false(alert?.headers.has('in-reply-to'))
  t.is(answer?.headers.get('subject'), 'Up again: https://shop.example/cart')
  t.is(answer?.headers.get('message-id'), `<${over.id}@mon.example>`)
  t.is(answer?.headers.get('in-reply-to'), `<${first.id}@mon.example>`)
  t.is(answer?.headers.get('references'), `<${first.id}@mon.example>`)
  t.deepEqual([...(alert?.parts.keys() ?? [])], ['text/plain', 'text/html'])
  t.regex(
    alert?.parts.get('text/plain') ?? '',
    /^Down: https:\/\/shop\.example\/cart\r\n\r\n[^]*Why: down for 3 polls/,
  )
})

test('text of a server is text in the subject, in the headers and in the HTML', async (t) => {
  const { port, mails } = await mailServer(t)
  const evil = 'x\r\nBcc: evil@evil.example\r\n\r\n<script>alert(1)</script>"\u202e\u0000\n.\n'
  const alert = makeAlert({ url: '', group: evil, rule: evil, summary: evil, labels: { [evil]: evil } })
  const notification = makeNotification({
    alerts: [alert],
    rule: evil,
    commonHost: evil,
    commonLabels: { a: evil },
  })
  t.is((await senderFor(EMAIL, at(port)).send(notification, NO_LIMIT)).type, 'sent')
  const [{ to, raw } = { to: [], raw: '' }] = mails
  t.is(mails.length, 1)
  t.deepEqual(to, ['ops@example.org'])
  const { headers, parts } = parseMail(raw)
  t.false(headers.has('bcc'))
  t.true(headers.get('subject')?.startsWith(String.raw`Down: x\u000d\u000aBcc: evil@evil.example`))
  t.false(parts.get('text/html')?.includes('<script'))
  t.true(parts.get('text/html')?.includes('&lt;script&gt;'))
  t.false(/[\u202e\0]/.test(parts.get('text/plain') ?? ''))
})

test('a word of a subject that mail programs would decode is shown as it is', async (t) => {
  const { port, mails } = await mailServer(t)
  const alert = makeAlert({ url: '', group: 'svc=. . =?UTF-8?B?VXAgYWdhaW4=?=' })
  await senderFor(EMAIL, at(port)).send(makeNotification({ alerts: [alert] }), NO_LIMIT)
  const { headers } = parseMail(mails[0]?.raw ?? '')
  t.true(
    headers.get('subject')?.endsWith(String.raw`svc=. . \u003d?UTF-8?B?VXAgYWdhaW4\u003d?=`),
    headers.get('subject'),
  )
})

const LOGIN = { username: 'me', password: 's3cret"ü' }

/** A server that wants TLS and this login. */
const guarded = {
  ...pair,
  onAuth({ username, password }, _, done) {
    if (username === LOGIN.username && password === LOGIN.password) done(null, { user: username })
    else done(smtpError(535, `no ${password}`))
  },
} satisfies SMTPServerOptions

test('STARTTLS, and a login that is sent after it', async (t) => {
  const { port, mails } = await mailServer(t, guarded)
  const given = { ...at(port), ...LOGIN, starttls: 'required' }
  t.is((await senderFor(EMAIL, given, { ca: authority.pem }).send(makeNotification(), NO_LIMIT)).type, 'sent')
  t.like(mails[0], { isSecure: true, user: 'me' })
})

test('TLS from the start', async (t) => {
  const { port, mails } = await mailServer(t, { ...guarded, secure: true })
  const given = { ...at(port), ...LOGIN, server: `smtps://127.0.0.1:${port}` }
  t.is((await senderFor(EMAIL, given, { ca: authority.pem }).send(makeNotification(), NO_LIMIT)).type, 'sent')
  t.like(mails[0], { isSecure: true, user: 'me' })
})

test('a login that is refused is told without the password', async (t) => {
  const { port, mails } = await mailServer(t, guarded)
  const given = { ...at(port), ...LOGIN, password: 'wr0ng', starttls: 'required' }
  const { type, said } = await senderFor(EMAIL, given, { ca: authority.pem }).send(
    makeNotification(),
    NO_LIMIT,
  )
  t.is(type, 'refused')
  t.regex(said, /535 no xxxxx/)
  t.false(said.includes('wr0ng'))
  t.is(mails.length, 0)
})

test('a login that is refused is told without a part of the password', async (t) => {
  const refusing = {
    ...pair,
    onAuth: ((_auth, _session, done) => done(new Error('no such key: beta88'))) as typeof guarded.onAuth,
  }
  const { port } = await mailServer(t, refusing)
  const given = { ...at(port), ...LOGIN, password: 'alpha99/beta88', starttls: 'required' }
  const { said } = await senderFor(EMAIL, given, { ca: authority.pem }).send(makeNotification(), NO_LIMIT)
  t.regex(said, /no such key: xxxxx/)
})

test('nothing is sent without the TLS that is required', async (t) => {
  const plain = await mailServer(t)
  const without = await senderFor(EMAIL, { ...at(plain.port), starttls: 'required' }).send(
    makeNotification(),
    NO_LIMIT,
  )
  t.not(without.type, 'sent')
  t.regex(without.said, /STARTTLS/)
  const untrusted = await mailServer(t, pair)
  const sender = senderFor(EMAIL, { ...at(untrusted.port), starttls: 'required' })
  const result = await sender.send(makeNotification(), NO_LIMIT)
  t.is(result.type, 'retry')
  t.regex(result.said, /certificate/)
  t.deepEqual([...plain.mails, ...untrusted.mails], [])
  // On this machine, a certificate that nobody vouches for is no reason to lose a mail.
  t.is((await senderFor(EMAIL, at(untrusted.port)).send(makeNotification(), NO_LIMIT)).type, 'sent')
})

test('an address that is refused does not keep others from the mail', async (t) => {
  const { port, mails } = await mailServer(t, {
    onRcptTo: ({ address }, _, done) =>
      done(
        address.startsWith('gone')
          ? smtpError(550, 'no such user')
          : address.startsWith('busy')
            ? smtpError(451, 'later')
            : null,
      ),
  })
  const send = (to: readonly string[]) =>
    senderFor(EMAIL, { ...at(port), to }).send(makeNotification(), NO_LIMIT)
  const some = await send(['gone@example.org', 'ops@example.org'])
  t.is(some.type, 'sent')
  t.regex(some.said, /, but not for gone@example\.org$/)
  t.is(some.type === 'sent' ? some.except : null, 'gone@example.org (550 no such user)')
  t.deepEqual(mails[0]?.to, ['ops@example.org'])
  t.is((await send(['gone@example.org'])).type, 'refused')
  t.is((await send(['busy@example.org'])).type, 'retry')
})

test('an address that is put off gets the mail later, alone, but does not hold up what follows for long', async (t) => {
  let isBusy = true
  const { port, mails } = await mailServer(t, {
    onRcptTo: ({ address }, _, done) =>
      done(address.startsWith('busy') && isBusy ? smtpError(451, 'greylisted') : null),
  })
  const sender = senderFor(EMAIL, { ...at(port), to: ['ops@example.org', 'busy@example.org'] })
  let addresses: AddressProgress | null = null
  const send = async (id: string) => {
    const result = await sender.send(makeNotification({ id: id.repeat(32) }), NO_LIMIT, addresses)
    addresses = result.type === 'retry' ? (result.addresses ?? addresses) : null
    return result
  }
  const first = await send('a')
  t.is(first.type, 'retry')
  t.regex(first.said, /, but not for busy@example\.org$/)
  t.is((await send('a')).type, 'retry')
  isBusy = false
  t.is((await send('a')).type, 'sent')
  t.deepEqual(
    mails.map(({ to }) => to),
    [['ops@example.org'], ['busy@example.org']],
  )
  t.is(parseMail(mails[1]?.raw ?? '').headers.get('to'), 'ops@example.org, busy@example.org')
  isBusy = true
  const results = []
  do results.push((await send('b')).type)
  while (results.at(-1) === 'retry')
  t.deepEqual([results.length, results.at(-1)], [6, 'sent'])
})

test('a server that refuses the message, now or for ever', async (t) => {
  for (const [code, type] of [
    [452, 'retry'],
    [554, 'refused'],
  ] as const) {
    const { port } = await mailServer(t, {
      onData: (stream, _, done) => void stream.on('end', () => done(smtpError(code, 'no\u001b[2J'))).resume(),
    })
    const result = await senderFor(EMAIL, at(port)).send(makeNotification(), NO_LIMIT)
    t.is(result.type, type)
    t.true(result.said.startsWith(`127.0.0.1:${port}: `) && result.said.includes(String(code)), result.said)
    t.false(result.said.includes('\u001b'))
  }
})

const FAULTS = {
  'closes at once': (socket) => void socket.end(),
  'resets at once': (socket) => void socket.resetAndDestroy(),
  'is busy': (socket) => void socket.end('421 too busy\r\n'),
  'speaks HTTP': (socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  'never ends a line': (socket) => void socket.end('x'.repeat(1_000_000)),
  'goes after the greeting': (socket) => {
    socket.write('220 hello\r\n')
    socket.once('data', () => socket.destroy())
  },
} satisfies Readonly<Record<string, Parameters<typeof tcpServer>[1]>>

for (const [fault, listener] of Object.entries(FAULTS)) {
  test(`a server that ${fault} is tried again`, async (t) => {
    const { port } = await tcpServer(t, listener)
    const result = await senderFor(EMAIL, at(port)).send(makeNotification(), NO_LIMIT)
    t.is(result.type, 'retry', result.said)
    t.true(result.said.length < 500)
  })
}

test('a server that says nothing is left when the time is over', async (t) => {
  // nodemailer would leave it by itself after 30 s.
  t.timeout(20_000)
  const server = await HostileServer.start()
  t.teardown(() => server.close())
  const abort = new AbortController()
  const sending = senderFor(EMAIL, at(server.port)).send(makeNotification(), abort.signal)
  while (server.connections === 0) await new Promise(setImmediate)
  abort.abort()
  t.deepEqual(await sending, {
    type: 'retry',
    said: `127.0.0.1:${server.port}: no answer in time`,
    retryAfterMs: null,
  })
  while (server.open > 0) await new Promise(setImmediate)
  t.pass()
})

const REFUSED = [
  [{ to: 'ops' }, /^not an address/],
  [{ to: 'ops@example.org\r\nBcc: x@y.example' }, /^not an address/],
  [{ to: 'a@b.example, c@d.example' }, /^not an address/],
  [{ to: 'X\r\nBcc: y <ops@example.org>' }, /^not an address/],
  [{ to: 'ops@exa_mple..org' }, /part/],
  [{ to: [] }, 'to: it is empty'],
  [{ server: 'https://mail.example' }, /^not a server/],
  [{ server: 'smtp://me:s3cret@mail.example' }, /^not a server/],
  [{ server: 'smtp://mail.example:0' }, /^not a server/],
  [{ starttls: 'yes' }, 'required, optional or off'],
  [{ username: 'me' }, /^a username needs a password/],
  [
    { server: 'smtp://mail.example', username: 'me', password: 's3cret', starttls: 'optional' },
    /^starttls: a password/,
  ],
] as const

for (const [given, message] of REFUSED) {
  test(`${JSON.stringify(given)} is refused at the start`, (t) => {
    t.throws(() => settingsFor(EMAIL, { to: 'ops@example.org', ...given }), {
      instanceOf: RangeError,
      message,
    })
  })
}

test('mail that others could read is warned about', (t) => {
  const warningsFor = (given: Record<string, string>) =>
    EMAIL.warnings(settingsFor(EMAIL, { to: 'ops@example.org', ...given })).length
  t.is(warningsFor({ server: 'smtp://mail.example', starttls: 'off' }), 1)
  t.is(warningsFor({ server: 'smtp://mail.example', starttls: 'optional' }), 1)
  t.is(warningsFor({ server: 'smtp://mail.example' }), 0)
  t.is(warningsFor({}), 0)
})
