import { checkFieldName } from '../../settings/headers.ts'
import type { RequestData } from '../../settings/request-data.ts'
import type { FileNotices } from './file-notices.ts'
import { listOf, readKeys } from './read-keys.ts'
import type { ReadValue } from './read-keys.ts'
import { HEADER_VALUE } from './values.ts'

/** Headers that the connection decides. */
const RESERVED: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Headers that other keys decide, and those of Prometheus itself. */
const NOT_ADDED: ReadonlySet<string> = new Set([
  ...RESERVED,
  'accept-encoding',
  'authorization',
  'content-encoding',
  'content-type',
  'host',
  'proxy-authenticate',
  'proxy-authorization',
  'user-agent',
  'www-authenticate',
  'x-prometheus-remote-write-version',
  'x-prometheus-remote-read-version',
  'x-prometheus-scrape-timeout-seconds',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-content-sha256',
])

function nameProblem(name: string, reserved: ReadonlySet<string>): string | null {
  try {
    checkFieldName(name)
  } catch (error) {
    if (error instanceof RangeError) return error.message
    throw error
  }
  return reserved.has(name.toLowerCase()) ? `the header ${name} can't be set` : null
}

/** `headers`: a map of names and values. */
export const setHeaders: ReadValue<readonly (readonly [name: string, value: { readonly text: string }])[]> = (
  reader,
  tree,
  key,
) => {
  const seen = new Set<string>()
  return reader.entries(tree, key).flatMap(({ key: name, value, offset }) => {
    const problem = nameProblem(name, RESERVED)
    if (problem !== null) return reader.report(offset, `${key}: ${problem}`) ?? []
    if (seen.has(name.toLowerCase())) return reader.report(offset, `${key}: the header is set twice`) ?? []
    seen.add(name.toLowerCase())
    if (value.type === 'nothing') return [[name, { text: '' }] as const]
    const text = HEADER_VALUE(reader, value, key)
    return text === undefined ? [] : [[name, { text }] as const]
  })
}

/** `http_headers`: a map of names, each with values, secrets and files. */
export function addedHeaders(
  files: FileNotices,
): ReadValue<readonly (readonly [name: string, RequestData])[]> {
  const texts = listOf(HEADER_VALUE, '[value]')
  const keys = { values: texts, secrets: texts, files: listOf(files.open(true), '[/path/to/file]') }
  return (reader, tree, key) =>
    reader.entries(tree, key).flatMap(({ key: name, value, offset }) => {
      const problem = nameProblem(name, NOT_ADDED)
      if (problem !== null) return reader.report(offset, `${key}: ${problem}`) ?? []
      const { values } = readKeys(reader, value, key, keys)
      const inline = [...(values.values ?? []), ...(values.secrets ?? [])]
      return [...inline.map((text) => ({ text })), ...(values.files ?? [])].map((one) => [name, one] as const)
    })
}
