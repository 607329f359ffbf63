import type { ExpositionFormat } from '../../metrics/exposition.ts'

/** The parts of a header such as `Accept`: each value with its quality, from 0 to 1. At most 32. */
function parseQualities(header: string): { readonly value: string; readonly quality: number }[] {
  return header
    .split(',', 32)
    .map((part) => {
      const [value = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
      const weight = parameters.find((parameter) => parameter.startsWith('q='))
      const version = parameters.find((parameter) => parameter.startsWith('version='))
      const quality = weight === undefined ? 1 : Number(weight.slice(2))
      return { value: version === undefined ? value : `${value};${version.replaceAll('"', '')}`, quality }
    })
    .filter(({ quality }) => quality >= 0 && quality <= 1)
}

/** OpenMetrics if the `Accept` header prefers it to the text format. */
export function expositionFormat(accept: string): ExpositionFormat {
  const parts = parseQualities(accept)
  const best = (values: readonly string[]) =>
    Math.max(0, ...parts.flatMap(({ value, quality }) => (values.includes(value) ? [quality] : [])))
  const openmetrics = best([
    'application/openmetrics-text',
    'application/openmetrics-text;version=1.0.0',
    'application/openmetrics-text;version=0.0.1',
  ])
  const text = best(['text/plain', 'text/plain;version=0.0.4'])
  return openmetrics > 0 && openmetrics >= text ? 'openmetrics' : 'text'
}

/** Whether the `Accept-Encoding` header allows gzip. */
export function acceptsGzip(acceptEncoding: string): boolean {
  return acceptsEncoding(acceptEncoding, 'gzip')
}

/** Whether the `Accept-Encoding` header allows an encoding, given in lower case. */
export function acceptsEncoding(acceptEncoding: string, encoding: string): boolean {
  const parts = parseQualities(acceptEncoding)
  const part = parts.find(({ value }) => value === encoding) ?? parts.find(({ value }) => value === '*')
  return part !== undefined && part.quality > 0
}
