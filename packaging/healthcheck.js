// The health check of the image: `node healthcheck.js PATH-OF-CLI [PATIENCE-MS]` exits with 0 if the main thread of headcount works,
// else with 1. Headcount has no port to ask, but the kernel counts how often a thread goes to sleep. The event loop of the main thread
// does so at least once a second; a thread that is stopped, blocked or in an endless loop does not. The main thread itself watches the
// pollers and the monitor. URLs that are down do not matter here.
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const [cli, patienceMs = '10000'] = process.argv.slice(2)

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // The process has ended.
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
