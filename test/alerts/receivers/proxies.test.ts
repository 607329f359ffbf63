import test from 'ava'
import type { ExecutionContext } from 'ava'
import { sendHttp } from '../../../src/alerts/receivers/http-client.ts'
import { Authority } from '../../helpers/certificates.ts'
import { httpsServer } from '../../helpers/https-server.ts'
import { startMicrosocks, startProxy, tunnel } from '../../helpers/proxy-server.ts'
import { receiverServer } from '../../helpers/receiver-server.ts'
import { NO_LIMIT } from '../../helpers/receiver-settings.ts'
import { haveTool } from '../../helpers/tool.ts'

const CONTEXT = { receiver: 'ops', userAgent: 'headcount/test', ca: null }

/** Sends with these variables, which are those of the whole process: the tests take turns. */
async function sendWith(
  t: ExecutionContext,
  variables: Readonly<Record<string, string>>,
  url: string,
  ca: string | null = null,
) {
  Object.assign(process.env, variables)
  t.teardown(() => {
    for (const name of Object.keys(variables)) Reflect.deleteProperty(process.env, name)
  })
  return sendHttp({ url, headers: {}, body: '{}', secrets: [] }, { ...CONTEXT, ca }, NO_LIMIT)
}

test.serial('http goes to the proxy that the environment names, with its login', async (t) => {
  const proxy = await startProxy(t, (socket) => void socket.end('HTTP/1.1 202 Accepted\r\n\r\n'))
  const http_proxy = `http://me:pa%20ss@127.0.0.1:${proxy.port}`
  t.like(await sendWith(t, { http_proxy }, 'http://hook.example/x'), { type: 'sent', said: 'status 202' })
  const login = Buffer.from('me:pa ss').toString('base64')
  t.regex(proxy.asked[0] ?? '', /^POST http:\/\/hook\.example\/x HTTP\/1\.1\r\n/)
  t.true(proxy.asked[0]?.toLowerCase().includes(`proxy-authorization: basic ${login.toLowerCase()}`))
})

test.serial('the login of a proxy that sends it back is not told', async (t) => {
  const proxy = await startProxy(t, (socket, head) => {
    const [, token = ''] = /proxy-authorization: Basic (\S+)/i.exec(head) ?? []
    socket.end(`HTTP/1.1 403 No\r\n\r\nnot ${token} ${Buffer.from(token, 'base64').toString()}`)
  })
  const http_proxy = `http://me:s3cret@127.0.0.1:${proxy.port}`
  const { said } = await sendWith(t, { http_proxy }, 'http://hook.example/x')
  t.is(said, 'status 403: not xxxxx xxxxx')
})

test.serial('https goes through a tunnel', async (t) => {
  const authority = await Authority.create()
  const pair = await authority.issue([{ type: 'dns', value: 'hook.example' }])
  const port = await httpsServer(t, pair)
  const proxy = await startProxy(t, (socket) => tunnel(socket, port, 'HTTP/1.1 200 OK\r\n\r\n'))
  const https_proxy = `http://127.0.0.1:${proxy.port}`
  const result = await sendWith(t, { https_proxy }, 'https://hook.example/x', authority.pem)
  t.like(result, { type: 'sent' })
  t.regex(proxy.asked[0] ?? '', /^CONNECT hook\.example:443 /)
})

test.serial('a proxy that refuses, and one that is none', async (t) => {
  const proxy = await startProxy(
    t,
    (socket) => void socket.end('HTTP/1.1 407 Login\r\nContent-Length: 0\r\n\r\n'),
  )
  const https_proxy = `http://me:s3cret@127.0.0.1:${proxy.port}`
  const refused = await sendWith(t, { https_proxy }, 'https://hook.example/x')
  t.is(refused.type, 'retry')
  t.false(refused.said.includes('s3cret'))
  const invalid = await sendWith(t, { https_proxy: 'me:s3cret@' }, 'https://hook.example/x')
  t.is(invalid.type, 'retry')
  t.regex(invalid.said, /https_proxy: not a proxy/)
  t.false(invalid.said.includes('s3cret'))
})

test.serial('NO_PROXY', async (t) => {
  const proxy = await startProxy(t, (socket) => void socket.end('HTTP/1.1 500 No\r\n\r\n'))
  const { origin } = await receiverServer(t)
  const variables = { http_proxy: `http://127.0.0.1:${proxy.port}`, no_proxy: '127.0.0.0/8' }
  t.like(await sendWith(t, variables, origin), { type: 'sent' })
  t.deepEqual(proxy.asked, [])
})

const testOnSocks = haveTool('microsocks', null) ? test.serial : test.serial.skip

testOnSocks('a SOCKS proxy', async (t) => {
  const port = await startMicrosocks(t, ['-u', 'me', '-P', 'pass'])
  const { origin, received } = await receiverServer(t)
  t.like(await sendWith(t, { all_proxy: `socks5h://me:pass@127.0.0.1:${port}` }, origin), { type: 'sent' })
  t.is(received.length, 1)
})
