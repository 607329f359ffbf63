import { Pool } from 'undici'
import { pollForever } from './poll-forever.ts'

// Asks a blackbox_exporter for probes, as Prometheus does. Arguments: the list, the exporter's port.

const exporter = new Pool(`http://127.0.0.1:${process.argv[3]}`, { connections: 64 })

pollForever(process.argv[2] as string, async (url) => {
  const path = `/probe?module=head&target=${encodeURIComponent(url)}`
  const { body } = await exporter.request({ method: 'GET', path })
  if (!/^probe_success 1$/m.test(await body.text())) throw new Error('probe_success is not 1')
})
