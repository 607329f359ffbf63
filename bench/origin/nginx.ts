import { mkdirSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Child } from '../lib/child.ts'
import { freePort } from '../lib/ports.ts'
import type { Content, CountingServer } from './counting-server.ts'

/** Starts an nginx that answers every request with 200 and the page, with one listening socket for all of 127.0.0.0/8. */
export async function startNginx(
  folder: string,
  { pair, http2, page, counts }: Content,
  core: number | null,
): Promise<CountingServer> {
  const [port, statusPort] = [await freePort(), await freePort()]
  mkdirSync(folder, { recursive: true })
  const tls = pair === null ? '' : `ssl_certificate ${pair.cert}; ssl_certificate_key ${pair.key};`
  if (page !== '') writeFileSync(`${folder}/page`, page)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  writeFileSync(
    `${folder}/nginx.conf`,
    `daemon off; master_process off; pid nginx.pid; error_log stderr error;
events { worker_connections 16384; multi_accept on; }
http {
  access_log off; keepalive_requests 1000000000; keepalive_timeout 600s;
  ${temporary.map((name) => `${name}_temp_path ${name};`).join(' ')}
  server { listen 0.0.0.0:${port} ${pair === null ? '' : 'ssl'} backlog=4096; ${http2 ? 'http2 on; ' : ''}${tls}
    location / { ${page === '' ? 'return 200 ""' : 'root .; rewrite ^ /page break'}; } }
  server { listen 127.0.0.1:${statusPort}; location / { stub_status; } }
}
`,
  )
  const args = ['-p', folder, '-e', 'stderr', '-c', `${folder}/nginx.conf`]
  const child = await Child.start('nginx', args, { core })
  const count = async () => {
    const answer = await fetch(`http://127.0.0.1:${statusPort}/`)
    // The third line has the numbers of accepted connections, of handled ones and of requests, including those for this page.
    const [, connections, requests] = /^ (\d+) \d+ (\d+)/m.exec(await answer.text()) ?? []
    return Number(counts === 'requests' ? requests : connections)
  }
  for (;;) {
    child.check()
    try {
      await count()
      return { port, count, stop: () => child.stop('SIGQUIT').then(() => {}) }
    } catch {
      await sleep(20) // Not listening yet.
    }
  }
}
