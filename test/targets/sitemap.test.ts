import { writeFile } from 'node:fs/promises'
import { readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { createSource } from '../../src/reload/create-sources.ts'
import { ListError } from '../../src/targets/read-targets.ts'
import { directoryOf } from '../helpers/directory.ts'
import { startOrigin } from '../helpers/origin.ts'
import { isThorough } from '../helpers/thorough.ts'
import { collectingSink, SOURCE_OPTIONS } from '../helpers/collecting-sink.ts'
import { waitUntil } from '../helpers/wait-until.ts'
import { SCHEME_LIST } from '../../src/settings/schemes.ts'

/** The names of the files that this process has open; other tests run in it too. */
function openFiles(): string[] {
  return readdirSync('/proc/self/fd').map((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`)
    } catch {
      return '' // Closed meanwhile.
    }
  })
}

/** Reads a file as `-f` does. */
async function read(t: ExecutionContext, content: string | Uint8Array, name = 'sitemap.xml') {
  const file = join(directoryOf(t), name)
  await writeFile(file, content)
  const source = createSource({ file, settings: null }, process.stdin, SOURCE_OPTIONS)
  const sink = collectingSink()
  const shown = (text: string) => text.replace(file, 'FILE')
  const result = () => ({
    urls: sink.targets.map(({ url }) => url as string),
    complaints: sink.complaints.map(shown),
  })
  try {
    t.deepEqual(await source.read(sink), { endsWithNewline: true })
    return { ...result(), error: null }
  } catch (error) {
    if (!(error instanceof ListError)) throw error
    return { ...result(), error: shown(error.message) }
  }
}

const SITEMAP = `\ufeff<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand -->
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://image.example/">
  <url>
    <loc>
      https://a.example/?a=1&amp;b=%20&#38;c
    </loc>
    <lastmod>2026-01-01</lastmod>
    <image:image><image:loc>https://a.example/image.png</image:loc></image:image>
  </url>
  <url><loc><![CDATA[https://b.example/?x&y]]></loc><priority>1</priority></url>
  <url><loc>ftp://c.example/</loc></url>
  <url><loc/></url>
  <url><loc>https://ü.example/ü</loc></url>
</urlset>
`
const URLS = ['https://a.example/?a=1&b=%20&c', 'https://b.example/?x&y', 'https://xn--tda.example/%C3%BC']

test('a sitemap', async (t) => {
  t.deepEqual(await read(t, SITEMAP), {
    urls: URLS,
    complaints: [
      `FILE:12:13: only ${SCHEME_LIST} are polled, not "ftp"`,
      'FILE:13:14: a URL begins with https:// or http://',
    ],
    error: null,
  })
})

test('a sitemap that is packed, whatever it is called', async (t) => {
  t.deepEqual((await read(t, gzipSync(SITEMAP), 'a.xml.gz')).urls, URLS)
  t.deepEqual((await read(t, gzipSync(SITEMAP), 'A.XML')).urls, URLS)
  t.deepEqual((await read(t, SITEMAP, 'a.xml.gz')).urls, URLS)
})

test('prefixes stand for nothing', async (t) => {
  const { urls } = await read(
    t,
    '<s:urlset xmlns:s="x"><s:url><s:loc>http://a.example/</s:loc></s:url></s:urlset>',
  )
  t.deepEqual(urls, ['http://a.example/'])
})

const broken = test.macro({
  async exec(t, content: string | Uint8Array, error: RegExp) {
    const found = await read(t, content)
    t.deepEqual(found.urls, [])
    t.regex(found.error ?? '', error)
  },
  title: (_, content, error) => `${JSON.stringify(String(content)).slice(0, 70)}: ${String(error)}`,
})
const LOC = '<url><loc>http://a.example/'
test(broken, '', /^FILE:1:1: invalid XML: the document is empty$/)
test(broken, '<!-- none -->', /^FILE:1:\d+: invalid XML: the document is empty$/)
test(broken, 'https://a.example/\n', /^FILE:1:\d: invalid XML: non-whitespace before first tag/)
test(broken, '<html><body/></html>', /^FILE:1:\d: not a sitemap: the root element is "html"$/)
test(broken, `<urlset>${LOC}`, /^FILE:1:\d+: invalid XML: unclosed root tag$/)
test(broken, `<urlset>${LOC}</url>`, /^FILE:1:\d+: invalid XML: unexpected close tag$/)
test(
  broken,
  `<urlset>${LOC}&nbsp;</loc></url></urlset>`,
  /^FILE:1:\d+: invalid XML: invalid character entity$/,
)
test(broken, Buffer.from('<urlset>\xff</urlset>', 'latin1'), /^FILE: it is not UTF-8$/)
test(broken, gzipSync(SITEMAP).subarray(0, 60), /^FILE: its gzip data is broken or incomplete$/)
test(broken, Buffer.from([0x1f, 0x8b, 0, 0, 0]), /^FILE: its gzip data is broken or incomplete$/)
test(
  broken,
  `<urlset x="${'y'.repeat(2_000_000)}"/>`,
  /^FILE:1:\d+: invalid XML: max buffer length exceeded$/,
)

test('entities are those of XML: none is declared, none comes from elsewhere', async (t) => {
  const xml = (entity: string) =>
    `<!DOCTYPE urlset [${entity}]><urlset><url><loc>http://a.example/&x;</loc></url></urlset>`
  for (const entity of ['<!ENTITY x "y">', '<!ENTITY x SYSTEM "file:///etc/hostname">']) {
    const { urls, error } = await read(t, xml(entity))
    t.deepEqual(urls, [])
    t.regex(error ?? '', /invalid character entity$/)
  }
})

test('a text that never ends is cut, and too long', async (t) => {
  const { urls, complaints } = await read(
    t,
    `<urlset>${LOC}${'x'.repeat(1e6)}</loc></url>${LOC}</loc></url></urlset>`,
  )
  t.deepEqual(urls, ['http://a.example/'])
  const [, length] = /it is (\d+) characters long; the limit is 8192$/.exec(complaints[0] ?? '') ?? []
  t.true(Number(length) < 500_000, complaints[0])
})

test('60,000 URLs are more than the protocol has, and are read', async (t) => {
  const urls = Array.from({ length: 60_000 }, (_, n) => `<url><loc>http://a.example/${n}</loc></url>\n`)
  const found = await read(t, gzipSync(`<urlset>\n${urls.join('')}</urlset>`))
  t.is(found.urls.length, 60_000)
  t.is(found.urls[54_321], 'http://a.example/54321')
})

if (isThorough)
  test('what unpacks to more than 64 MiB is refused', async (t) => {
    const found = await read(t, gzipSync(`<urlset>${' '.repeat(65 * 2 ** 20)}</urlset>`))
    t.is(found.error, 'FILE: it is larger than 64 MiB')
  })

test('an index in a file names sitemaps on servers', async (t) => {
  const { url } = await startOrigin(t, (_, response) => response.end(`<urlset>${LOC}</loc></url></urlset>`))
  const { urls } = await read(t, `<sitemapindex><sitemap><loc>${url}/1.xml</loc></sitemap></sitemapindex>`)
  t.deepEqual(urls, ['http://a.example/'])
})

test('a file that is broken from its start is closed', async (t) => {
  for (let n = 0; n < 20; n++)
    t.truthy((await read(t, `<html>${' '.repeat(2 ** 20)}`, 'closed-at-once.xml')).error)
  // What is closed is closed a little later.
  await waitUntil(() => openFiles().every((file) => !file.includes('closed-at-once.xml')))
})
