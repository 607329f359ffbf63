import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import test from 'ava'
import { TestPoller } from '../../helpers/test-poller.ts'

/** Number of polls in flight at the same time. */
const POLLS = 8

for (const keepAlive of [false, true]) {
  test(`responses that arrive alternately, byte by byte, are not mixed up${keepAlive ? ', on kept connections' : ''}`, async (t) => {
    const asked: { socket: Socket; path: string }[] = []
    const server = createServer({ noDelay: true }, (socket) => {
      socket.on('error', () => socket.destroy())
      socket.on('data', (chunk) => {
        const path = /^HEAD \/(\d+)/.exec(chunk.toString('latin1'))?.[1]
        asked.push({ socket, path: path ?? 'not a request' })
        if (asked.length === POLLS) void answerInTurns(asked.splice(0))
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const poller = new TestPoller({ keepAlive, timeoutMs: 20_000 })
    t.teardown(async () => {
      await poller.close()
      server.close()
    })
    for (let round = 0; round < 3; round++) {
      const polls = Array.from({ length: POLLS }, (_, n) => poller.poll(`http://127.0.0.1:${port}/${n}`))
      for (const [n, state] of (await Promise.all(polls)).entries()) {
        t.is(state.verdict, 'up', state.detail)
        t.is(state.statusText, `answer to ${n}`)
      }
    }
  })
}

async function answerInTurns(asked: readonly { socket: Socket; path: string }[]): Promise<void> {
  const answers = asked.map(({ path }) => `HTTP/1.1 200 answer to ${path}\r\ncontent-length: 0\r\n\r\n`)
  for (let at = 0; at < (answers[0] as string).length; at++) {
    for (const [n, { socket }] of asked.entries()) socket.write((answers[n] as string).charAt(at))
    await new Promise((resolve) => setImmediate(resolve))
  }
}
