import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { URL_SETTINGS } from '../../src/settings/url-setting-table.ts'
import type { UrlSetting } from '../../src/settings/url-setting-table.ts'
import { parseLine } from '../../src/targets/parse-line.ts'
import { selfSigned } from '../helpers/certificates.ts'
import { directoryOf } from '../helpers/directory.ts'

const page = readFileSync(new URL('../../docs/lists.md', import.meta.url), 'utf8')

/** The lines of the blocks without a language. */
const examples = [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)].flatMap(([, language, text]) =>
  language === '' ? (text as string).trim().split('\n') : [],
)

/** Settings whose examples are those of another one, which does the same. */
const ELSEWHERE = new Set(['ipv4', 'ipv6', 'cert-sha256'])

test('each example of a line is one', async (t) => {
  const directory = directoryOf(t)
  const { cert, key } = await selfSigned([{ type: 'dns', value: 'localhost' }])
  for (const [name, text] of [
    ['login.txt', 'name:password'],
    ['client.pem', cert],
    ['client.key', key],
  ] as const)
    writeFileSync(join(directory, name), text, { mode: 0o600 })
  t.true(examples.length > 20)
  for (const line of examples) t.false('problems' in (parseLine(line, directory) ?? {}), line)
})

test('there is an example of each setting of a line', (t) => {
  for (const { name, named } of URL_SETTINGS as readonly UrlSetting[]) {
    const key = named === undefined ? `${name}=` : `${named.prefix}.`
    t.is(
      examples.some((line) => line.includes(` ${key}`)),
      !ELSEWHERE.has(name),
      key,
    )
  }
})
