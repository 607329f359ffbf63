// The health check of the image: exit 0 if headcount's main thread works, 1 if not. There is no port to ask. What can be seen from
// outside is that the event loop of the main thread turns: at least once a second it goes to sleep, which the kernel counts. A
// thread that is stopped, blocked or in an endless loop does not. Pollers and the monitor are watched by the main thread itself.
// A URL that is down is no fault of headcount: it does not count. Usage: node healthcheck.js PATH-OF-CLI [PATIENCE-MS]
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const [cli, patienceMs = '10000'] = process.argv.slice(2)

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // It has ended meanwhile.
  }
}

const processes = readdirSync('/proc').filter(
  (pid) =>
    /^\d+$/.test(pid) && pid !== String(process.pid) && read(`/proc/${pid}/cmdline`).split('\0')[1] === cli,
)

/** How often the main thread of a process went to sleep. @param {string} pid */
function sleeps(pid) {
  return /^voluntary_ctxt_switches:\s+(\d+)/m.exec(read(`/proc/${pid}/task/${pid}/status`))?.[1]
}

const before = processes.map(sleeps)
const end = performance.now() + Number(patienceMs)
let works = false
while (!works && processes.length > 0 && performance.now() < end) {
  await sleep(200)
  works = processes.every((pid, at) => sleeps(pid) !== undefined && sleeps(pid) !== before[at])
}
if (!works)
  process.stdout.write(processes.length === 0 ? 'headcount does not run\n' : 'the main thread hangs\n')
process.exit(works ? 0 : 1)
