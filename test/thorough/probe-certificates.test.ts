import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startExporter } from '../helpers/blackbox-exporter.ts'
import { Authority, Extension } from '../helpers/certificates.ts'
import { directoryOf } from '../helpers/directory.ts'
import { httpsServer } from '../helpers/https-server.ts'
import { startListening } from '../helpers/listening.ts'
import { testWith } from '../helpers/tool.ts'

// Whose certificates are accepted, and what the metrics say of them, by headcount and by the real blackbox_exporter.

const CONFIG = `modules:
  names: {prober: http, timeout: 5s, http: {tls_config: {ca_file: DIR/ca.pem, server_name: h.example}}}
  tcp: {prober: tcp, timeout: 5s, tcp: {tls: true, tls_config: {ca_file: DIR/ca.pem, server_name: h.example}}}
  any: {prober: http, timeout: 5s, http: {tls_config: {ca_file: DIR/ca.pem, insecure_skip_verify: true, server_name: h.example}}}
`

const ORGANIZATION = 'C=DE, ST=Bavaria, L=Ulm, O=Acme, OU=one, CN=h.example'

/** DER of a subjectAltName with these DNS names. */
function dnsNames(...names: readonly string[]): Extension {
  const parts = names.map((name) => Buffer.concat([Buffer.from([0x82, name.length]), Buffer.from(name)]))
  const all = Buffer.concat(parts)
  return new Extension('2.5.29.17', false, Buffer.concat([Buffer.from([0x30, all.length]), all]))
}

testWith('prometheus-blackbox-exporter')('certificates mean the same to blackbox_exporter', async (t) => {
  const directory = directoryOf(t)
  const [old, root] = await Promise.all([Authority.create(60), Authority.create(50)])
  writeFileSync(join(directory, 'ca.pem'), [old.pem, root.pem].join('\n'))
  const config = join(directory, 'blackbox.yml')
  writeFileSync(config, CONFIG.replaceAll('DIR', directory))
  const expired = await old.vouchFor(root, -1)
  const sooner = await old.vouchFor(root, 20)
  const named = async (...names: readonly string[]) => root.issueWith([dnsNames(...names)], -1, 40)
  const leaf = await named('h.example')
  const pairs = [
    leaf,
    await root.issueWith([], -1, 40, 'CN=h.example'),
    ...(await Promise.all(
      ['*.example', '*', '*.*', 'h*.example', 'h.example.', 'H.EXAMPLE'].map((one) => named(one)),
    )),
    await root.issueWith([dnsNames('h.example')], -1, 40, ORGANIZATION),
    await root.issueWith([dnsNames('h.example')], -1, 90),
    ...[[expired], [sooner], [sooner, expired], [expired, sooner, old.pem]].map((sent) => ({
      ...leaf,
      cert: [leaf.cert, ...sent].join('\n'),
    })),
  ]
  const ports = await Promise.all(pairs.map((pair) => httpsServer(t, pair)))
  const [theirs, { url: ours }] = await Promise.all([
    startExporter(t, config),
    startListening(t, ['--probe-config', config]),
  ])
  let accepted = 0
  for (const [n, port] of ports.entries())
    for (const [module, target] of [
      ['names', `https://127.0.0.1:${port}/`],
      ['tcp', `127.0.0.1:${port}`],
      ['any', `https://127.0.0.1:${port}/`],
    ] as const) {
      const found = await Promise.all(
        [theirs, ours].map(async (base) => {
          const query = `module=${module}&target=${encodeURIComponent(target)}`
          const text = await (await fetch(`${base}/probe?${query}`)).text()
          return text.split('\n').filter((line) => /^probe_(?:ssl|tls|success)/.test(line))
        }),
      )
      if (found[0]?.includes('probe_success 1') === true) accepted++
      t.deepEqual(found[1], found[0], `${module}, certificate ${n}`)
    }
  t.is(accepted, 32)
})
