import { Resolver } from 'node:dns/promises'
import net from 'node:net'
import type { Socket } from 'node:net'
import { createSecureContext, connect as connectTls } from 'node:tls'
import { pollForever } from './poll-forever.ts'

// The floor: the least work over node:net or node:tls that gets the head of a response. It has no deadline, follows no redirects and
// does not read the response. Arguments: the list, `keep` or `close`, and optionally the address of a DNS server.

const [list = '', mode, server] = process.argv.slice(2)
const keepAlive = mode === 'keep'
const idleSockets = new Map<string, Socket>()
const secureContext = createSecureContext()
let session: Buffer | undefined
const resolver = new Resolver()
if (server !== undefined) resolver.setServers([server])

async function connect(url: URL): Promise<Socket> {
  const [host] = server === undefined ? [url.hostname] : await resolver.resolve4(url.hostname)
  const to = { host: host as string, port: Number(url.port) }
  if (url.protocol === 'http:') return net.connect({ ...to, noDelay: true })
  const socket = connectTls({ ...to, secureContext, session, servername: '' })
  return socket.on('session', (ticket: Buffer) => (session = ticket))
}

pollForever(list, async (text) => {
  const url = new URL(text)
  const socket = idleSockets.get(url.host) ?? (await connect(url))
  idleSockets.delete(url.host)
  await new Promise<void>((resolve, reject) => {
    const over = () => reject(new Error('closed'))
    socket.once('error', reject).once('close', over)
    socket.on('data', function heard(chunk) {
      if (chunk.indexOf('\r\n\r\n') === -1) return
      socket.off('data', heard).off('error', reject).off('close', over)
      resolve()
    })
    const connection = keepAlive ? 'keep-alive' : 'close'
    socket.write(`HEAD ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: ${connection}\r\n\r\n`)
  })
  if (!keepAlive || idleSockets.has(url.host)) socket.destroy()
  else idleSockets.set(url.host, socket)
})
