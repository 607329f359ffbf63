import test from 'ava'
import { HostileServer } from '../helpers/hostile-server.ts'
import { pollOnce } from '../helpers/test-poller.ts'

test('a redirect that leads nowhere is an answer like any other if its status is accepted', async (t) => {
  const nowhere = 'HTTP/1.1 303 See Other\r\nContent-Length: 5\r\n\r\nready'
  const server = await HostileServer.start({
    nowhere: (socket) => void socket.end(nowhere),
    empty: (socket) => void socket.end(nowhere.replace('\r\n', '\r\nLocation:\r\n')),
  })
  t.teardown(() => server.close())
  const accept = [[200, 303]] as const
  for (const path of ['nowhere', 'empty']) {
    const url = server.url(path)
    t.like(await pollOnce(url, { accept }), { verdict: 'up', reason: 'ok', status: 303, redirects: 0 })
    t.like(await pollOnce(url, { accept, body: ['ready'] }), { verdict: 'up', reason: 'ok' })
    t.like(await pollOnce(url, { accept, body: ['absent'] }), {
      verdict: 'down',
      reason: 'body',
      status: 303,
    })
    t.like(await pollOnce(url), { verdict: 'down', reason: 'redirect' })
  }
})

test('an accepted redirect that leads somewhere is followed', async (t) => {
  const server = await HostileServer.start()
  t.teardown(() => server.close())
  t.like(await pollOnce(server.url('moved-to-ok'), { accept: [[200, 399]] }), { status: 200, redirects: 1 })
})
