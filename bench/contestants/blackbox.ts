import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Child } from '../lib/child.ts'
import { BODY_TEXT, QUERY_NAME } from './contestant.ts'
import type { Contestant } from './contestant.ts'
import { startPeer } from './peer.ts'

/** Its name in Debian. */
export const COMMAND = 'prometheus-blackbox-exporter'

/** blackbox_exporter, with 64 concurrent requests for probes from the core of the server. It opens a connection for each probe. */
export const blackbox: Contestant = {
  name: 'blackbox_exporter',
  whyUnsupported({ resolver, check }) {
    if (check === 'json') return 'has no check of a value in JSON'
    return resolver === null ? null : "takes no DNS server but the system's"
  },
  async start({ root, list, freePort, check }, { folder, cores }) {
    const config = `${folder}/blackbox.yml`
    const tls = root === null ? '' : `, tls_config: { ca_file: ${root} }`
    const http = (request: string) => `prober: http, http: { ${request}, preferred_ip_protocol: ip4${tls} }`
    const modules = {
      head: http('method: HEAD'),
      body: http(`fail_if_body_not_matches_regexp: ['${BODY_TEXT}']`),
      json: '',
      tcp: 'prober: tcp, tcp: { preferred_ip_protocol: ip4 }',
      query: `prober: dns, dns: { query_name: ${QUERY_NAME}, query_type: A, preferred_ip_protocol: ip4 }`,
    }
    writeFileSync(config, `modules: { probe: { timeout: 5s, ${modules[check ?? 'head']} } }\n`)
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
