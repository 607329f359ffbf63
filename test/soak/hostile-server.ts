// A hostile server in a process of its own. Says its port on standard output.
import { HostileServer } from '../helpers/hostile-server.ts'

const server = await HostileServer.start()
process.stdout.write(`${server.port}\n`)
// What it was asked is of no use here, and would grow.
setInterval(() => server.heads.splice(0), 1_000)
process.on('disconnect', () => process.exit())
