import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import test from 'ava'
import { NO_WEB_CONFIG } from '../../../src/config/web/web-config.ts'
import { HttpServer } from '../../../src/web/server/http-server.ts'
import { PasswordThread } from '../../../src/web/server/password-thread.ts'

/** The hashes of `secret`: of the lowest cost, and of one that takes a quarter of a second. */
const QUICK = '$2y$04$ntbssW9JJkRRrMz9LwOItOuR.hbOetbXT601e4rPGJOVP6IvMcQS6'
const SLOW = '$2y$12$/cRT/op.prdmaBm3XIw.L.d.x/9isrf8YxQIMsun5p.2OmfwvhaZa'

test.serial('a thread that ends while it checks a password fails that check alone', async (t) => {
  // In the web thread, the server keeps the thread from ending.
  const timer = setInterval(() => {}, 1_000)
  t.teardown(() => clearInterval(timer))
  const passwords = new PasswordThread()
  const started = once(process, 'worker') as Promise<[Worker]>
  t.true(await passwords.check('secret', QUICK))
  t.false(await passwords.check('wrong', QUICK))
  const [worker] = await started
  const checking = passwords.check('secret', SLOW)
  void worker.terminate()
  await t.throwsAsync(checking, { message: 'The thread for passwords ended' })
  t.true(await passwords.check('secret', QUICK))
})

test.serial('a request whose password takes long does not keep others waiting', async (t) => {
  const passwords = new PasswordThread()
  const users = new Map([
    ['quick', QUICK],
    ['slow', SLOW],
  ])
  const server = new HttpServer(() => new Response('fine'), {
    config: { ...NO_WEB_CONFIG, users },
    checkPassword: (password, hash) => passwords.check(password, hash),
  })
  const port = await server.listen({ host: '127.0.0.1', port: 0 }, (error) => t.fail(error.message))
  t.teardown(() => server.close())
  const ended: string[] = []
  const ask = async (user: string) => {
    const authorization = `Basic ${Buffer.from(`${user}:secret`).toString('base64')}`
    const { status } = await fetch(`http://127.0.0.1:${port}/`, { headers: { authorization } })
    t.is(status, 200)
    ended.push(user)
  }
  await ask('quick')
  const slow = ask('slow')
  for (let n = 0; n < 3; n++) await ask('quick')
  await slow
  await ask('slow')
  t.deepEqual(ended, ['quick', 'quick', 'quick', 'quick', 'slow', 'slow'])
})
