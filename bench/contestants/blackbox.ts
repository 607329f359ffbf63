import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../lib/bench.ts'
import { Child } from '../lib/child.ts'
import { BODY_TEXT, QUERY_NAME } from './contestant.ts'
import type { Contestant, Running, Workload } from './contestant.ts'
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
  async start(work, bench) {
    const child = await startProber(work, bench)
    const driver = await startPeer('probe.ts', [work.list, String(work.freePort)], bench.cores.origin)
    return drivenBy(child, driver)
  },
}

/** Starts it with one module, `probe`, and waits until it listens. */
export async function startProber(
  work: Workload,
  { folder, cores }: Pick<Bench, 'folder' | 'cores'>,
): Promise<Child> {
  const child = await Child.start(
    COMMAND,
    [
      `--config.file=${writeModules(work, folder)}`,
      `--web.listen-address=127.0.0.1:${work.freePort}`,
      '--log.level=error',
    ],
    { core: cores.client },
  )
  await answering(child, `http://127.0.0.1:${work.freePort}/-/healthy`)
  return child
}

/** Writes a blackbox.yml with the module of this work, and returns its path. */
export function writeModules({ root, check }: Pick<Workload, 'root' | 'check'>, folder: string): string {
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
  return config
}

/** A process that is measured while a driver asks it for probes. */
export function drivenBy(child: Child, driver: Running): Running {
  return {
    child,
    async stop() {
      const ending = await driver.stop()
      await child.stop()
      return ending
    },
  }
}

/** Waits until a process answers this URL with success. */
export async function answering(child: Child, url: string): Promise<void> {
  for (;;) {
    child.check()
    const isUp = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isUp) return
    await sleep(20) // Not yet.
  }
}
