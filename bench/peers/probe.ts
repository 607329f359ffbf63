import { Pool } from 'undici'
import { pollForever } from './poll-forever.ts'

// Requests probes from blackbox_exporter, as Prometheus does. Arguments: the list, the port of the exporter.

const exporter = new Pool(`http://127.0.0.1:${process.argv[3]}`, { connections: 64 })

pollForever(process.argv[2] as string, async (url) => {
  // The target of a tcp or dns module is an address.
  const target = url.replace(/^(?:tcp|dns):\/\/([^/]+).*$/, '$1')
  const path = `/probe?module=probe&target=${encodeURIComponent(target)}`
  const { body } = await exporter.request({ method: 'GET', path })
  if (!/^probe_success 1$/m.test(await body.text())) throw new Error('probe_success is not 1')
})
