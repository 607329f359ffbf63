import test from 'ava'
import { HostileServer } from '../../helpers/hostile-server.ts'
import { CASES } from '../../helpers/verdict-cases.ts'
import { verdict } from '../../helpers/verdict-table.ts'

let server: HostileServer
test.before(async () => void (server = await HostileServer.start()))
test.after.always(() => server.close())

for (const name of Object.keys(CASES)) {
  test(name, verdict, name, () => server.url(name), {})
  test(`${name}, kept alive`, verdict, name, () => server.url(name), { keepAlive: true })
}
