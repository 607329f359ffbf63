import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { StartTls } from '../../src/settings/starttls.ts'
import type { Pair } from './certificates.ts'

/** What a server sends first, what it waits for, what it answers, and so on; at the end it speaks TLS. */
type Dialogue = readonly (string | Buffer | RegExp)[]

const FEATURES =
  "<?xml version='1.0'?><stream:stream from='h' version='1.0'>" +
  "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>"

/** What servers say that go over to TLS. */
export const DIALOGUES: Readonly<Record<StartTls, Dialogue>> = {
  smtp: [
    '220-mail.example ESMTP\r\n220 ready\r\n',
    /^EHLO \S+\r\n$/,
    '250-mail.example\r\n250-STARTTLS\r\n250 SIZE 1000\r\n',
    /^STARTTLS\r\n$/,
    '220 go ahead\r\n',
  ],
  imap: ['* OK [CAPABILITY IMAP4rev1] ready\r\n', /^a STARTTLS\r\n$/, '* BYTHEWAY\r\na OK begin\r\n'],
  pop3: ['+OK ready\r\n', /^STLS\r\n$/, '+OK begin\r\n'],
  ftp: ['220-welcome\r\n220 ready\r\n', /^AUTH TLS\r\n$/, '234 begin\r\n'],
  // oxlint-disable-next-line no-control-regex
  postgres: [/^\0\0\0\x08\x04\xd2\x16\x2f$/, 'S'],
  ldap: [
    /1\.3\.6\.1\.4\.1\.1466\.20037$/,
    Buffer.from([0x30, 0x0c, 0x02, 0x01, 0x01, 0x78, 0x07, 0x0a, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00]),
  ],
  xmpp: [
    /to='127\.0\.\d\.\d+'.*streams'>$/,
    FEATURES,
    /^<starttls [^>]*\/>$/,
    "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
  ],
}

/** Leads a dialogue, each of its texts in two pieces, and then calls `end`. */
export function leadDialogue(socket: Socket, dialogue: Dialogue, end: () => void): void {
  let at = 0
  let received = ''
  const go = () => {
    for (; at < dialogue.length; at++) {
      const step = dialogue[at] as Dialogue[number]
      if (step instanceof RegExp) {
        if (!step.test(received)) return
        received = ''
        continue
      }
      const bytes = Buffer.from(step as string)
      socket.write(bytes.subarray(0, 1))
      socket.write(bytes.subarray(1))
    }
    at++
    socket.removeListener('data', take).pause()
    end()
  }
  const take = (chunk: Buffer) => {
    received += chunk.toString('latin1')
    go()
  }
  socket.on('data', take)
  go()
}

/** Makes the handshake as the server. */
export function serveTls(socket: Socket, { cert, key }: Pair): void {
  new TLSSocket(socket, { isServer: true, cert, key }).on('error', () => {}).resume()
}
