import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { ConfigFile } from '../../src/config/config-file.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { ListError } from '../../src/targets/read-targets.ts'
import type { PublicPage } from '../../src/settings/public-page.ts'
import { directoryOf } from '../helpers/directory.ts'
import { loadAlerts } from '../helpers/load-alerts.ts'

const PNG = Buffer.from('\x89PNG\r\n\x1a\nand more', 'latin1')
const SVG = '<?xml version="1.0"?>\n<!-- ours -->\n<svg xmlns="http://www.w3.org/2000/svg"/>'

/** A directory with images of all kinds. */
function images(t: ExecutionContext): string {
  const directory = directoryOf(t)
  const write = (name: string, bytes: string | Buffer) => writeFileSync(join(directory, name), bytes)
  write('a.png', PNG)
  write('a.svg', SVG)
  write('a.txt', 'hello')
  // If each comment could end at the end of any other, this would take for ever.
  write('comments.txt', '<!-- ours -->'.repeat(20_000))
  write('code.svg', '<svg onload="alert(1)"/>')
  write('big.png', Buffer.concat([PNG, Buffer.alloc(262_144)]))
  return directory
}

const read = (text: string, directory = '/etc') =>
  readConfig(text, join(directory, 'c.yml'), [], { TOKEN: 'secret' })

/** The pages of a configuration, and what is wrong with it, without the directory. */
function pagesOf(text: string, directory?: string): [readonly PublicPage[], string[]] {
  const { config, problems } = read(text, directory)
  const whys = problems.map(({ position, why }) => `${position}: ${why}`)
  return [config.pages, whys.map((why) => why.replaceAll(`${directory ?? '/etc'}/`, ''))]
}

test('a page has what the configuration says, and defaults', (t) => {
  const text = `public:
  - { name: short, match: { public: yes } }
  - name: Shop-1.x
    title: "The <Shop>"
    match: { public: 1, team: web }
    group: service
    title-label: name
    titles: { "https://A.example": Home, "https://b.example/x": "\${TOKEN}" }
    show-urls: on
    logo: a.svg
    colours: { accent: "#FD0", down: { light: "#b00", dark: "#f88888" } }
    announcements:
      - { text: "a\\nb", severity: critical, from: 2026-11-26, to: 2026-11-26 10:00:30 +01:00 }
      - text: b
    days: 30
    without-login: yes
`
  const [[short, long], whys] = pagesOf(text, images(t))
  t.deepEqual(whys, [])
  t.deepEqual(short, {
    name: 'short',
    title: 'short',
    match: [['public', 'yes']],
    group: null,
    titleLabel: 'title',
    titles: new Map(),
    showUrls: false,
    logo: null,
    colours: {},
    announcements: [],
    days: 90,
    withoutLogin: false,
  })
  const { logo, ...rest } = long as PublicPage
  t.deepEqual([logo?.type, Buffer.from(logo?.bytes ?? []).toString()], ['image/svg+xml', SVG])
  t.deepEqual(rest, {
    name: 'Shop-1.x',
    title: 'The <Shop>',
    match: [
      ['public', '1'],
      ['team', 'web'],
    ],
    group: 'service',
    titleLabel: 'name',
    titles: new Map([
      ['https://a.example/', 'Home'],
      ['https://b.example/x', 'secret'],
    ]),
    showUrls: true,
    colours: { accent: { light: '#ffdd00', dark: '#ffdd00' }, down: { light: '#bb0000', dark: '#f88888' } },
    announcements: [
      {
        text: 'a\nb',
        severity: 'critical',
        from: Date.UTC(2026, 10, 26),
        to: Date.UTC(2026, 10, 26, 9, 0, 30),
      },
      { text: 'b', severity: 'info', from: null, to: null },
    ],
    days: 30,
    withoutLogin: true,
  })
})

const PAGE = 'public:\n  - name: a\n    match: { p: 1 }\n    '

const MISTAKES: readonly [text: string, why: string][] = [
  ['public: yes\n', 'c.yml:1:9: public: must be a list of pages; begin each page with a dash'],
  ['public: [{ match: { a: b } }]\n', 'c.yml:1:10: public: the page has no name'],
  ['public: [{ name: a }]\n', 'c.yml:1:10: public: the page has no match: name a label that its URLs have'],
  ['public: [{ name: a, match: {} }]\n', 'c.yml:1:28: match: it needs at least one label'],
  [
    'public:\n  - { name: a, match: { p: 1 } }\n  - { name: A, match: { p: 1 } }\n',
    'c.yml:3:13: name: another page has the name "A"',
  ],
  ...['a/b', '..', '.a', 'a b', 'ä', '""', 'x'.repeat(61)].map((name): [string, string] => [
    `public: [{ name: ${name}, match: { p: 1 } }]\n`,
    'c.yml:1:18: name: not a segment of a path: letters, digits, dots, dashes and underscores, at most 60, the first a letter or digit',
  ]),
  [
    'public: [{ name: assets, match: { p: 1 } }]\n',
    'c.yml:1:18: name: "assets" is the folder of the files of all pages',
  ],
  [`${PAGE}titel: x\n`, 'c.yml:4:5: unknown key "titel": did you mean "title"?'],
  [`${PAGE}logo: none.png\n`, 'c.yml:4:11: logo: none.png: no such file or directory'],
  [`${PAGE}logo: a.txt\n`, 'c.yml:4:11: logo: a.txt: not a PNG, JPEG, WebP, GIF or SVG image'],
  [`${PAGE}logo: comments.txt\n`, 'c.yml:4:11: logo: comments.txt: not a PNG, JPEG, WebP, GIF or SVG image'],
  [`${PAGE}logo: code.svg\n`, 'c.yml:4:11: logo: code.svg: an SVG with scripts or entities is not served'],
  [`${PAGE}logo: big.png\n`, 'c.yml:4:11: logo: big.png: larger than 256 KiB'],
  [`${PAGE}logo: /dev/zero\n`, 'c.yml:4:11: logo: /dev/zero: not a file'],
  [`${PAGE}colours: { up: red }\n`, 'c.yml:4:20: up: not a colour such as "#0b62c4"'],
  [
    `${PAGE}colours: { down: "#ffff00" }\n`,
    'c.yml:4:22: down: its contrast on a light page is 1.1, and 3 is needed; give two colours: { light: …, dark: … }',
  ],
  [`${PAGE}colours: { down: { light: "#000" } }\n`, 'c.yml:4:22: down: it has no dark'],
  [
    `${PAGE}colours: { sky: "#000" }\n`,
    'c.yml:4:16: unknown key "sky": use one of accent, up, degraded, down',
  ],
  [`${PAGE}announcements: [{ severity: info }]\n`, 'c.yml:4:21: announcements: it has no text'],
  [
    `${PAGE}announcements: [{ text: a, severity: bad }]\n`,
    'c.yml:4:42: severity: not one of info, warning, critical',
  ],
  [
    `${PAGE}announcements: [{ text: a, from: 2026-11-26 10:00 }]\n`,
    'c.yml:4:38: from: not a date or a time with its zone, such as 2026-11-26, 2026-11-26T10:00Z or 2026-11-26T10:00+01:00',
  ],
  [
    `${PAGE}announcements: [{ text: a, from: 2026-02-30 }]\n`,
    'c.yml:4:38: from: not a date or a time with its zone, such as 2026-11-26, 2026-11-26T10:00Z or 2026-11-26T10:00+01:00',
  ],
  [
    `${PAGE}announcements: [{ text: a, from: 2026-11-26, to: 2026-11-25 }]\n`,
    'c.yml:4:50: to: it must be later than from',
  ],
  [`${PAGE}days: 0\n`, 'c.yml:4:11: days: not a number of days from 1 to 365'],
  [
    `${PAGE}titles: { a.example: A }\n`,
    'c.yml:4:15: titles: the key is not a URL: a URL begins with https:// or http://: did you mean "https://a.example"?',
  ],
  [`${PAGE}without-login: maybe\n`, 'c.yml:4:20: without-login: must be on or off'],
]

test('what is wrong is said with its place', (t) => {
  const directory = images(t)
  for (const [text, why] of MISTAKES) t.deepEqual(pagesOf(text, directory)[1], [why], text)
})

test('a reload reads logos again, and says which pages there are now', async (t) => {
  const directory = images(t)
  const path = join(directory, 'c.yml')
  writeFileSync(path, `${PAGE}logo: a.png\n`)
  const file = await ConfigFile.open(path, [], loadAlerts)
  const seen: string[] = []
  file.followPages((pages) => {
    seen.push(pages.map(({ name, logo }) => `${name} ${logo?.type ?? ''}`).join())
  })
  const reload = async () => {
    const config = await file.reload()
    file.take(config)
    file.accept(config)
  }
  await reload()
  t.deepEqual(seen, [])
  writeFileSync(join(directory, 'a.png'), SVG)
  await reload()
  t.deepEqual(seen, ['a image/svg+xml'])
  writeFileSync(join(directory, 'a.png'), 'no image any more')
  const error = await t.throwsAsync(file.reload(), { instanceOf: ListError })
  t.regex(error.message, /c\.yml:4:11: logo: .*a\.png: not a PNG/)
  t.is(file.config.pages[0]?.logo?.type, 'image/svg+xml')
  writeFileSync(path, 'urls: http://a.example/\n')
  await reload()
  t.deepEqual(seen, ['a image/svg+xml', ''])
})
