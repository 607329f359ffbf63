import { createServer } from 'node:tls'
import test from 'ava'
import { selfSigned } from '../../helpers/certificates.ts'
import { HostileServer } from '../../helpers/hostile-server.ts'
import { CASES } from '../../helpers/verdict-cases.ts'
import { verdict } from '../../helpers/verdict-table.ts'

let server: HostileServer
test.before(async () => {
  const certificate = await selfSigned([{ type: 'ip', value: '127.0.0.1' }])
  server = await HostileServer.start(
    {},
    createServer(certificate, () => {}),
  )
})
test.after.always(() => server.close())

for (const name of Object.keys(CASES)) {
  // Node resets no TLS connection.
  if (name.startsWith('reset-')) continue
  test(name, verdict, name, () => `https://127.0.0.1:${server.port}/${name}`, { insecure: true })
}
