import test from 'ava'
import { acceptsGzip, expositionFormat } from '../../../src/web/server/accept.ts'

for (const [accept, format] of [
  ['', 'text'],
  ['*/*', 'text'],
  ['text/plain', 'text'],
  ['text/plain;version=0.0.4;q=1,*/*;q=0.1', 'text'],
  ['application/openmetrics-text', 'openmetrics'],
  ['application/openmetrics-text; version=1.0.0; charset=utf-8', 'openmetrics'],
  ['application/openmetrics-text; version="1.0.0"; escaping=allow-utf-8', 'openmetrics'],
  // Prometheus 2.53, as it is and with scrape_protocols.
  [
    'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
    'openmetrics',
  ],
  ['text/plain;version=0.0.4;q=0.5,*/*;q=0.2', 'text'],
  ['text/plain;q=0.9,application/openmetrics-text;q=0.5', 'text'],
  ['application/openmetrics-text;q=0', 'text'],
  ['application/openmetrics-text;version=9.0.0', 'text'],
  ['application/openmetrics-text;q=nonsense', 'text'],
  [','.repeat(1_000), 'text'],
] as const)
  test(`Accept: ${accept.slice(0, 60)} gets ${format}`, (t) => {
    t.is(expositionFormat(accept), format)
  })

for (const [header, expected] of [
  ['', false],
  ['gzip', true],
  ['gzip, deflate, br', true],
  ['GZIP;q=0.5', true],
  ['gzip;q=0', false],
  ['*', true],
  ['*, gzip;q=0', false],
  ['br', false],
  ['gzipped', false],
] as const)
  test(`Accept-Encoding: ${header} ${expected ? 'allows' : 'does not allow'} gzip`, (t) => {
    t.is(acceptsGzip(header), expected)
  })
