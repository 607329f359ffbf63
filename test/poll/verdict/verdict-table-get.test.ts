import test from 'ava'
import { HostileServer } from '../../helpers/hostile-server.ts'
import { TestPoller } from '../../helpers/test-poller.ts'
import { CASES } from '../../helpers/verdict-cases.ts'
import { verdict } from '../../helpers/verdict-table.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

// Each case has the same verdict with GET as with HEAD.

let server: HostileServer
test.before(async () => void (server = await HostileServer.start()))
test.after.always(() => server.close())

for (const name of Object.keys(CASES)) {
  test(name, verdict, name, () => server.url(name), { method: 'GET' })
  test(`${name}, kept alive`, verdict, name, () => server.url(name), { method: 'GET', keepAlive: true })
}

for (const method of ['HEAD', 'GET'] as const) {
  test(`the connection of an endless body is closed, ${method}`, async (t) => {
    const endless = await HostileServer.start()
    t.teardown(() => endless.close())
    const poller = new TestPoller({ method })
    t.is((await poller.pollWithoutStall(endless.url('endless-body'))).verdict, 'up')
    await t.notThrowsAsync(waitUntil(() => endless.open === 0))
    await poller.close()
  })
}
