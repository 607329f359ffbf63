import { mkdirSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Child } from '../lib/child.ts'
import { freePort } from '../lib/ports.ts'
import type { CountingServer } from './counting-server.ts'

/** Starts an nginx that answers every request with 200, with one listening socket for all of 127.0.0.0/8. */
export async function startNginx(
  folder: string,
  pair: { readonly cert: string; readonly key: string } | null,
  core: number | null,
): Promise<CountingServer> {
  const [port, statusPort] = [await freePort(), await freePort()]
  mkdirSync(folder, { recursive: true })
  const tls = pair === null ? '' : `ssl_certificate ${pair.cert}; ssl_certificate_key ${pair.key};`
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  writeFileSync(
    `${folder}/nginx.conf`,
    `daemon off; master_process off; pid nginx.pid; error_log stderr error;
events { worker_connections 16384; multi_accept on; }
http {
  access_log off; keepalive_requests 1000000000; keepalive_timeout 600s;
  ${temporary.map((name) => `${name}_temp_path ${name};`).join(' ')}
  server { listen 0.0.0.0:${port} ${pair === null ? '' : 'ssl'} backlog=4096; ${tls}
    location / { return 200 ""; } }
  server { listen 127.0.0.1:${statusPort}; location / { stub_status; } }
}
`,
  )
  const args = ['-p', folder, '-e', 'stderr', '-c', `${folder}/nginx.conf`]
  const child = await Child.start('nginx', args, { core })
  const count = async () => {
    const answer = await fetch(`http://127.0.0.1:${statusPort}/`)
    // The third number of the third line is the number of requests, including those for this page.
    return Number(/^ \d+ \d+ (\d+)/m.exec(await answer.text())?.[1])
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
