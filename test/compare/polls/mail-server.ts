import type { Socket } from 'node:net'

const GREETINGS = {
  smtp: '220 mail.example ESMTP\r\n',
  imap: '* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n',
  pop3: '+OK ready\r\n',
}

/** A protocol of mail that curl and blackbox_exporter speak too. */
export type MailProtocol = keyof typeof GREETINGS

/** Speaks a protocol with any client, as far as TLS and a good-bye. `begin` goes over to TLS; without it TLS is not offered. */
export function serveMail(
  socket: Socket,
  protocol: MailProtocol,
  begin: (() => void) | null = null,
  greets = true,
): void {
  const answer = (line: string): void => {
    const [first = '', second = ''] = line.toUpperCase().split(' ')
    const tag = protocol === 'imap' ? line.split(' ')[0] : null
    const word = tag === null ? first : second
    if (word === 'STARTTLS' || word === 'STLS') {
      const isOffered = begin !== null
      const done = tag === null ? (word === 'STLS' ? '+OK' : '220') : `${tag} OK`
      socket.write(isOffered ? `${done} begin\r\n` : '502 no such command\r\n')
      if (!isOffered) return
      socket.removeAllListeners('data').pause()
      begin()
    } else if (word === 'CAPABILITY') socket.write(`* CAPABILITY IMAP4rev1 STARTTLS\r\n${tag} OK\r\n`)
    else if (tag !== null) socket.write(`${word === 'LOGOUT' ? '* BYE\r\n' : ''}${tag} OK\r\n`)
    else if (word === 'CAPA') socket.write('+OK\r\nSTLS\r\n.\r\n')
    else if (word === 'EHLO')
      socket.write(`250-mail.example\r\n${begin === null ? '' : '250-STARTTLS\r\n'}250 HELP\r\n`)
    else socket.write(protocol === 'pop3' ? '+OK\r\n' : '250 fine\r\n')
    if (word === 'QUIT' || word === 'LOGOUT') socket.end()
  }
  let text = ''
  socket.on('error', () => {}).on('end', () => socket.end())
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n')) {
      const line = text.slice(0, end).trim()
      text = text.slice(end + 1)
      answer(line)
    }
  })
  if (greets) socket.write(GREETINGS[protocol])
}
