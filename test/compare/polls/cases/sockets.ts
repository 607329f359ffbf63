import { TLSSocket } from 'node:tls'
import { serveMail } from '../mail-server.ts'
import type { MailProtocol } from '../mail-server.ts'
import type { Ask, Case, CertificateName, Server } from '../case.ts'

const greets = (text: string): Server => ({
  serve: (socket) =>
    void socket
      .resume()
      .on('end', () => socket.end())
      .write(text),
})

/** Answers each line that it has a word for. */
const speaks = (greeting: string, words: Readonly<Record<string, string>>): Server => ({
  serve: (socket) => {
    if (greeting !== '') socket.write(greeting)
    socket.on('data', (chunk) => {
      const answer = words[chunk.toString().trim()]
      if (answer !== undefined) socket.write(answer)
    })
    socket.on('end', () => socket.end())
  },
})

const tcp = (
  name: string,
  ask: Partial<Ask>,
  server: Server = greets(''),
  traits: readonly string[] = [],
): Case => ({
  name: `tcp: ${name}`,
  ask: { url: 'tcp://{0}', ...ask },
  servers: [server],
  traits,
})

const MAIL = speaks('220 mail.example ESMTP\r\n', {
  'EHLO me': '250-mail.example\r\n250-SIZE 1000\r\n250 HELP\r\n',
  QUIT: '221 bye\r\n',
})

const talk = (...steps: readonly (readonly ['send' | 'expect', string])[]) => ({ talk: steps })

const starttls = (protocol: MailProtocol, certificate: CertificateName): Case => ({
  name: `starttls: ${protocol}, ${certificate}`,
  ask: { url: 'tls://{0}', starttls: protocol },
  servers: [
    {
      serve: (socket, site) => {
        const begin = () => {
          const secure = new TLSSocket(socket, { isServer: true, ...site.certificate(certificate) })
          serveMail(secure, protocol, null, false)
        }
        serveMail(socket, protocol, begin)
      },
    },
  ],
})

const tls = (
  name: string,
  certificate: CertificateName,
  ask: Partial<Ask> = {},
  server = greets('* OK ready\r\n'),
): Case => ({
  name: `tls port: ${name}`,
  ask: { url: 'tls://{0}', ...ask },
  servers: [{ ...server, tls: { certificate } }],
})

/** Ports that speak something else than HTTP. */
export const SOCKETS: readonly Case[] = [
  tcp('accepts', {}),
  tcp('accepts and closes at once', {}, { serve: (socket) => void socket.end() }),
  tcp('nobody listens', {}, { isAbsent: true }),
  tcp('greets as expected', talk(['expect', '220 ']), MAIL),
  tcp('greets otherwise', { ...talk(['expect', '220 ']), timeoutMs: 1_500 }, greets('554 no\r\n'), [
    'unmatched',
  ]),
  tcp('greets otherwise and closes', talk(['expect', '220 ']), {
    serve: (socket) => void socket.end('554 no\r\n'),
  }),
  tcp('says nothing and closes', talk(['expect', '220 ']), { serve: (socket) => void socket.end() }),
  tcp('says nothing', { ...talk(['expect', '220 ']), timeoutMs: 1_500 }),
  tcp('expression', talk(['expect', '/^220[ -]\\S+ E?SMTP/']), MAIL),
  tcp(
    'dialogue',
    talk(
      ['expect', '/^220/'],
      ['send', 'EHLO me\r\n'],
      ['expect', '/250 HELP/'],
      ['send', 'QUIT\r\n'],
      ['expect', '/^221/'],
    ),
    MAIL,
  ),
  tcp(
    'dialogue, line in the middle',
    talk(['expect', '/^220/'], ['send', 'EHLO me\r\n'], ['expect', '/^250-SIZE/m']),
    MAIL,
  ),
  tcp(
    'expression over two lines',
    talk(['expect', '/^220/'], ['send', 'EHLO me\r\n'], ['expect', '/mail.example\\s+250-SIZE/']),
    MAIL,
    ['over lines'],
  ),
  tcp('sends first', talk(['send', 'PING\r\n'], ['expect', '/PONG/']), speaks('', { PING: '+PONG\r\n' })),
  tcp(
    'sends first, other answer',
    { ...talk(['send', 'PING\r\n'], ['expect', '/PONG/']), timeoutMs: 1_500 },
    speaks('', { PING: '-ERR\r\n' }),
    ['unmatched'],
  ),
  tcp(
    'answer without the end of a line',
    talk(['send', 'PING\r\n'], ['expect', '/PONG/']),
    speaks('', { PING: '+PONG' }),
    ['no line end'],
  ),
  tcp(
    'answer without the end of a line, then closed',
    talk(['expect', '/PONG/']),
    { serve: (socket) => void socket.end('+PONG') },
    ['no line end, closed'],
  ),
  tcp('resets', talk(['expect', '220 ']), { serve: (socket) => void socket.resetAndDestroy() }),
  ...(['good', 'expired', 'other name', 'self-signed'] as const).map((certificate) =>
    tls(certificate, certificate),
  ),
  tls('self-signed, insecure', 'self-signed', { insecure: true }),
  tls('greets as expected', 'good', talk(['expect', '/^\\* OK/'])),
  tls('greets otherwise', 'good', { ...talk(['expect', '/^220/']), timeoutMs: 1_500 }),
  tls('cert-days=14, a day left', 'good', { certDays: 14 }),
  tls('cert-days=14, a month left', 'month', { certDays: 14 }),
  {
    name: 'tls port: plain text',
    ask: { url: 'tls://{0}' },
    servers: [{ serve: (socket) => void socket.end('220 mail.example ESMTP\r\n') }],
  },
  ...(['smtp', 'imap', 'pop3'] as const).flatMap((protocol) =>
    (['good', 'expired', 'other name'] as const).map((certificate) => starttls(protocol, certificate)),
  ),
  {
    name: 'starttls: smtp, not offered',
    ask: { url: 'tls://{0}', starttls: 'smtp', timeoutMs: 2_000 },
    servers: [{ serve: (socket) => serveMail(socket, 'smtp') }],
  },
]
