// A server of HTTP/2 frames in a process of its own. Says its origin on standard output.
import { selfSigned } from '../helpers/certificates.ts'
import { FRAME_SCRIPTS } from '../helpers/frame-scripts.ts'
import { FrameServer } from '../helpers/frame-server.ts'

const pair = await selfSigned([{ type: 'ip', value: '127.0.0.1' }])
const server = await FrameServer.start(pair, FRAME_SCRIPTS)
process.stdout.write(server.url(''))
// What it was asked is of no use here, and would grow.
setInterval(() => server.requestPaths.splice(0), 1_000)
process.on('disconnect', () => process.exit())
