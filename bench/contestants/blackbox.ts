import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Child } from '../lib/child.ts'
import type { Contestant } from './contestant.ts'
import { startPeer } from './peer.ts'

/** Its name in Debian. */
export const COMMAND = 'prometheus-blackbox-exporter'

/** blackbox_exporter, with 64 concurrent requests for probes from the core of the server. It opens a connection for each probe. */
export const blackbox: Contestant = {
  name: 'blackbox_exporter',
  whyUnsupported: ({ resolver }) => (resolver === null ? null : "takes no DNS server but the system's"),
  async start({ root, list, freePort }, { folder, cores }) {
    const config = `${folder}/blackbox.yml`
    const tls = root === null ? '' : `, tls_config: { ca_file: ${root} }`
    const http = `{ method: HEAD, preferred_ip_protocol: ip4${tls} }`
    writeFileSync(config, `modules: { head: { prober: http, timeout: 5s, http: ${http} } }\n`)
    const child = await Child.start(
      COMMAND,
      [`--config.file=${config}`, `--web.listen-address=127.0.0.1:${freePort}`, '--log.level=error'],
      { core: cores.client },
    )
    await listening(child, freePort)
    const driver = await startPeer('probe.ts', [list, String(freePort)], cores.origin)
    return {
      child,
      async stop() {
        const ending = await driver.stop()
        await child.stop()
        return ending
      },
    }
  },
}

async function listening(child: Child, port: number): Promise<void> {
  for (;;) {
    child.check()
    try {
      await fetch(`http://127.0.0.1:${port}/-/healthy`)
      return
    } catch {
      await sleep(20) // Not yet.
    }
  }
}
