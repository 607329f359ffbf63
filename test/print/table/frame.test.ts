import { execFileSync } from 'node:child_process'
import test from 'ava'
import { helpScroll, renderFrame, visibleRows } from '../../../src/print/table/frame.ts'
import { helpLines } from '../../../src/print/table/help.ts'
import { unstyled, withColours, withoutColours } from '../../../src/print/table/style.ts'
import type { DetailPage, Page, Row } from '../../../src/print/table/view.ts'
import { curlLines } from '../../../src/print/table/curl.ts'
import { shortenTo, textWidth } from '../../../src/print/table/width.ts'
import { NOT_UP } from '../../../src/state/recent-polls.ts'
import type { LastAnswer } from '../../../src/state/shown-state.ts'
import { down, unknown, up } from '../../helpers/state.ts'
import { listPage, NOW, rowWith, viewWith } from '../../helpers/view.ts'

const SIZE = { columns: 80, rows: 24 }

const ROWS = [
  rowWith(
    0,
    { verdict: 'down', reason: 'timeout', status: 0, text: 'no answer in time (wait)', errCount: 2 },
    { upShare: 0.5 },
  ),
  rowWith(1, { verdict: 'unknown', reason: 'local', status: 0, text: 'no descriptors' }),
  rowWith(2, { verdict: 'pending', status: 0, text: '' }, { at: 0, lastDurations: [], upShare: Number.NaN }),
  rowWith(3, {}, { expiresAt: NOW + 12.5 * 86_400_000 }),
]

const DETAIL: Page = {
  type: 'detail',
  curl: false,
  labels: '',
  settings: '',
  zones: [],
  runSettings: [],
  isOutdated: false,
  ...rowWith(0, {
    verdict: 'down',
    reason: 'timeout',
    status: 0,
    text: 'no answer in time (wait)',
    errCount: 2,
  }),
  states: [down(0, { at: NOW - 3_000, address: '' }), up(0, { at: NOW - 63_000 })],
}

test('a list at 80 × 24', (t) => {
  t.deepEqual(renderFrame(viewWith(listPage(ROWS)), SIZE, unstyled), [
    '1,234 URLs  1,200 up  30 down  1 unknown  3 pending                     12:00:00',
    '245.3 polls/s  37 in flight  late 1.2ms  2 due  152 MB  pollers 12% 8%',
    ' VERDICT STATUS                             TIME    UP CERT URL           4, 1–4',
    '>down    timeout: no answer in time (wait)  41ms   50%      https://a.example/0 ',
    ' unknown local: no descriptors              41ms  100%      https://a.example/1 ',
    ' pending                                                    https://a.example/2 ',
    ' up      200 OK                             41ms  100%  12d https://a.example/3 ',
    ...Array.from({ length: 11 }, () => ''),
    'took p50 12ms  p90 40ms  p99 1.2s  max 9.9s  1ms   ▁▄█▂  ▁     ▃ 8s',
    '200 ×9,812  timeout ×5',
    'https://a.example/3: timeout: no answer in time (wait)',
    '',
    '',
    ' / search  s sort: worst  g group  d down  Enter detail  ? help  q quit         ',
  ])
})

test('invalid lines are in the header if there are any', (t) => {
  const header = (invalidLines: number) =>
    renderFrame(viewWith(listPage(ROWS), { invalidLines }), SIZE, unstyled)[0]
  t.is(header(1), '1,234 URLs  1,200 up  30 down  1 unknown  3 pending  1 invalid line     12:00:00')
  t.regex(header(1_500) ?? '', /  3 pending  1,500 invalid lines +$/)
  const wide = renderFrame(viewWith(listPage(ROWS), { invalidLines: 1 }), { ...SIZE, columns: 100 }, unstyled)
  t.regex(wide[0] ?? '', /  1 invalid line \(--check\) +12:00:00$/, 'where there is room: what names it')
  const refused = renderFrame(viewWith(listPage(ROWS), { refusedLists: 1 }), SIZE, unstyled)
  t.regex(refused[0] ?? '', /  3 pending  1 list refused +12:00:00$/)
})

test('the machines of a cluster have a line in the header, and the list has one less', (t) => {
  const machine = (name: string, rest = {}) => ({
    name,
    isUp: true,
    urls: 5,
    batches: 1_200,
    plans: false,
    alerts: false,
    isDrained: false,
    canPoll: true,
    ...rest,
  })
  const frame = (cluster: object) =>
    renderFrame(
      viewWith(listPage(ROWS), { cluster: { isReady: true, machines: [], ...cluster } }),
      SIZE,
      unstyled,
    )
  const machines = [machine('a'), machine('b', { isDrained: true }), machine('c', { isUp: false })]
  t.is(frame({ machines })[2], 'machines: 2 of 3 up  a 1,200  b drained  c gone')
  t.is(frame({ machines }).length, SIZE.rows)
  const few = [machine('y', { canPoll: false }), machine('z', { isUp: false, canPoll: false })]
  t.is(frame({ machines: few })[2], 'machines: 1 of 2 up  y not ready  z gone')
  const many = [...Array.from({ length: 20 }, (_, n) => machine(`m${n}`)), ...few]
  t.is(frame({ machines: many })[2], 'machines: 21 of 22 up  y not ready  z gone')
  t.is(frame({ isReady: false })[2], 'machines: no contact with the server of the cluster')
})

test('where it listens is in the header if there is room', (t) => {
  const header = (columns: number) =>
    renderFrame(
      viewWith(listPage(ROWS), { address: 'http://127.0.0.1:41233/' }),
      { ...SIZE, columns },
      unstyled,
    )[0]
  t.is(
    header(90),
    '1,234 URLs  1,200 up  30 down  1 unknown  3 pending      http://127.0.0.1:41233/  12:00:00',
  )
  t.is(header(80), '1,234 URLs  1,200 up  30 down  1 unknown  3 pending                     12:00:00')
})

test('one URL', (t) => {
  t.deepEqual(
    renderFrame(viewWith(DETAIL), SIZE, unstyled)
      .slice(2)
      .filter((line) => line !== ''),
    [
      'https://a.example/0',
      'verdict      down, since 3m 20s',
      'status       timeout: no answer in time (wait)',
      'to do        Compare the times of its phases with those of other polls. A URL',
      '             that is slow by design needs a longer timeout= on its line.',
      'up           100.00 % of polls since the start; 2 errors in a row',
      'certificate  none known',
      'asked        HEAD by poller 1, 3s ago',
      'address      none reached',
      'protocol     no answer',
      'redirects    none',
      'AT          TOOK     DNS CONNECT     TLS    WAIT    LATE  WHAT',
      '11:59:57    41ms   3.1ms   9.8ms    18ms   9.9ms   0.6ms  down: timeout: no ans…',
      '11:58:57    41ms   3.1ms   9.8ms    18ms   9.9ms   0.6ms  up: 200 OK',
      ' Esc back  c curl  / search  ? help  q quit                                     ',
    ],
  )
})

test('one URL with all that can be known of it', (t) => {
  const state = up(0, { redirects: 2, finalUrl: 'https://b.example/', rechecked: true, at: NOW - 1_000 })
  const url = 'https://xn--mller-kva.example/'
  const row = rowWith(0, { url }, { expiresAt: NOW + 86_400_000 * 40, upShare: 0.98765 })
  const labels = '{"__proto__":"p","team":"web"}'
  const text = renderFrame(
    viewWith({
      type: 'detail',
      curl: false,
      ...row,
      labels,
      settings: '',
      zones: [],
      runSettings: [],
      isOutdated: false,
      states: [state],
    }),
    SIZE,
    unstyled,
  ).join('\n')
  t.true(text.includes('\nhttps://müller.example/\nas asked     https://xn--mller-kva.example/\n'))
  t.true(text.includes('\nlabels       __proto__=p team=web\n'))
  t.true(text.includes('\nup           98.77 % of polls since the start\n'))
  t.true(text.includes('\ncertificate  until 2026-02-11, 40d\n'))
  t.true(text.includes('\nasked        HEAD by poller 1, 1s ago, second attempt\n'))
  t.true(text.includes('\nprotocol     HTTP/1.1 over TLSv1.3\nredirects    2, to https://b.example/\n'))
})

test('a long status goes on below, and its detail is not said again', (t) => {
  const said = 'no text like "Welcome to the shop" in the 48 bytes of its body, which is text/html'
  const linesOf = (detail: string) =>
    renderFrame(
      viewWith({
        ...(DETAIL as DetailPage),
        ...rowWith(0, { verdict: 'down', reason: 'body', status: 200, text: said }),
        states: [down(0, { reason: 'body', status: 200, detail })],
      }),
      SIZE,
      unstyled,
    )
  const lines = linesOf(said)
  const status = lines.findIndex((line) => line.startsWith('status '))
  t.deepEqual(lines.slice(status, status + 2), [
    'status       body: no text like "Welcome to the shop" in the 48 bytes of its',
    '             body, which is text/html',
  ])
  t.false(lines.some((line) => line.startsWith('detail ')))
  t.true(linesOf('another').includes('detail       another'), 'that of a later poll')
})

test('of a URL that only main knew, there is a verdict and no time', (t) => {
  const row = rowWith(
    0,
    { reason: null, status: 0, text: '' },
    { at: 0, changedAt: 0, durationMs: 0, upShare: Number.NaN, lastDurations: [] },
  )
  const wide = { columns: 160, rows: 24 }
  const [, , , line = ''] = renderFrame(viewWith(listPage([row])), wide, unstyled)
  t.regex(line, /^>up +up +https:\/\/a\.example\/0 +$/)
  const detail = renderFrame(viewWith({ ...DETAIL, ...row, states: [] }), wide, unstyled)
  t.true(detail.some((one) => one.trimEnd() === 'verdict      up'))
})

test('what each zone says of one URL', (t) => {
  const poll = { status: 200, durationMs: 12, at: NOW - 2_000 }
  const zones = [
    { zone: '', verdict: 'up', reason: 'ok', ...poll },
    { zone: 'eu', verdict: 'down', reason: 'refused', ...poll, status: 0 },
    { zone: 'us', verdict: 'down', reason: null, ...poll, status: 0 },
  ] as const
  const lines = renderFrame(viewWith({ ...DETAIL, zones }), SIZE, unstyled)
  const first = lines.findIndex((line) => line.startsWith('zones'))
  t.deepEqual(
    lines.slice(first, first + 3).map((line) => line.trimEnd()),
    [
      'zones        - up: 200, 12ms, 2s ago',
      '             eu down: connection refused, 12ms, 2s ago',
      '             us down',
    ],
  )
})

test('settings of one URL, over as many lines as they need, but never the whole page', (t) => {
  const linesOf = (settings: string, columns: number) => {
    const lines = renderFrame(viewWith({ ...DETAIL, settings }), { columns, rows: 24 }, unstyled)
    const first = lines.findIndex((line) => line.startsWith('settings '))
    const next = lines.findIndex((line) => line.startsWith('verdict '))
    return first < 0 ? [] : lines.slice(first, next).map((line) => line.trimEnd())
  }
  const settings = `interval=10s cert-sha256=${'0a'.repeat(32)} body="a b" parent=https://b.example/`
  t.deepEqual(linesOf('', 80), [])
  t.deepEqual(linesOf(settings, 200), [`settings     ${settings}`])
  t.deepEqual(linesOf(settings, 80), [
    'settings     interval=10s',
    `             cert-sha256=${'0a'.repeat(27)}0`,
    '             a0a0a0a0a body="a b" parent=https://b.example/',
  ])
  const many = linesOf('body="日本語日本語" '.repeat(50).trim(), 80)
  t.is(many.length, 4)
  t.regex(many[3] ?? '', /…$/)
  t.true(many.every((line) => textWidth(line) <= 80))
})

test('a search, while it is typed', (t) => {
  const page = listPage([ROWS[3] ?? rowWith(3)], {
    search: 'exämple',
    typing: true,
    matches: 1_200_000,
    searchProgress: 0.42,
  })
  const lines = renderFrame(viewWith(page), { columns: 120, rows: 24 }, unstyled)
  t.is(lines.at(-1)?.trimEnd(), ' search: exämple█  Enter done  Esc clear')
  t.regex(lines[2] ?? '', /"exämple": 1,200,000 \(searching: 42%\), the first 1,000, 1–1$/)
})

const LONG_URL = 'https://shop.a.example/long/path/to/a/page/that/is/longer.html?with=query'
const CERTIFICATE = 'the certificate is for other names: *.b.example, b.example'
const MIXED = [
  rowWith(
    0,
    { verdict: 'down', reason: 'timeout', status: 0, text: 'no answer in time (wait)', url: LONG_URL },
    { upShare: 0.5 },
  ),
  rowWith(1, { verdict: 'down', reason: 'tls-hostname', status: 0, text: CERTIFICATE }),
]

const SCREENS = {
  80: [
    ' VERDICT STATUS                                 URL          2, worst first, 1–2',
    '>down    timeout: no answer in time (wait)      https://shop.a.e…html?with=query',
    ' down    tls-hostname: the certificate is for … https://a.example/1             ',
  ],
  120: [
    ' VERDICT STATUS                                                                    TIME URL          2, worst first, 1–2',
  ],
  200: [
    ' VERDICT STATUS                                                                    TIME LAST        UP AGE URL',
    '>down    timeout: no answer in time (wait)                                         41ms ▁▁▃×█      50%  8s',
    ' down    tls-hostname: the certificate is for other names: *.b.example, b.example  41ms ▁▁▃×█     100%  8s',
  ],
} as const

for (const columns of [80, 120, 200] as const) {
  for (const rows of [24, 60])
    test(`reasons come before other columns at ${columns} × ${rows}`, (t) => {
      const lines = renderFrame(viewWith(listPage(MIXED)), { columns, rows }, unstyled)
      for (const [n, expected] of SCREENS[columns].entries())
        t.is(lines[2 + n]?.slice(0, expected.length), expected)
      t.true(lines.every((line) => textWidth(line) <= columns))
      if (columns > 80) t.true(lines.some((line) => line.includes(CERTIFICATE)))
    })
}

test('a URL of a usual length is whole beside a long reason', (t) => {
  const url = 'https://shop.a.example/checkout'
  const row = rowWith(0, { verdict: 'down', reason: 'tls-hostname', status: 0, text: CERTIFICATE, url })
  for (const columns of [80, 120]) {
    const [, , , line = ''] = renderFrame(viewWith(listPage([row])), { columns, rows: 24 }, unstyled)
    t.regex(line, /the certificate is for .* https:\/\/shop\.a\.example\/checkout *$/)
  }
})

test('columns give way to a longer and longer reason: the last polls, the age, the share, the time', (t) => {
  const shown = (length: number) => {
    const row = rowWith(0, { verdict: 'down', reason: 'timeout', status: 0, text: 'x'.repeat(length) })
    const [, , head = ''] = renderFrame(viewWith(listPage([row])), SIZE, unstyled)
    return head.split(/ +/).filter((name) => ['TIME', 'LAST', 'UP', 'AGE'].includes(name))
  }
  const steps = Array.from({ length: 60 }, (_, length) => shown(length).join(' '))
  t.deepEqual([...new Set(steps)], ['TIME LAST UP AGE', 'TIME UP AGE', 'TIME UP', 'TIME', ''])
})

test('only what is down, with how many there are', (t) => {
  const [, , head = ''] = renderFrame(
    viewWith(listPage(MIXED, { only: 'down', search: 'shop' })),
    { columns: 200, rows: 24 },
    unstyled,
  )
  t.regex(head, /  down "shop": 2, worst first, 1–2$/)
})

test('groups have headings with how many are what', (t) => {
  const counts = { up: 1_200, down: 2, unknown: 0, pending: 0 }
  const headings = new Map([
    [0, { key: { value: 'web\u001b' }, counts }],
    [3, { key: 'without', counts: { up: 0, down: 0, unknown: 1, pending: 1 } }],
    [4, { key: 'others', counts: { up: 1, down: 0, unknown: 0, pending: 0 } }],
  ] as const)
  const page = listPage(ROWS, { group: 'team', headings, selected: 1 })
  const lines = renderFrame(viewWith(page), SIZE, unstyled)
  t.deepEqual(
    [3, 5, 7, 9].map((n) => lines[n]),
    [
      'team=web\\u{1b}  1,202 URLs  2 down  1,200 up',
      `>unknown local: no descriptors              41ms  100%      https://a.example/1 `,
      'without team  2 URLs  1 unknown  1 pending',
      'team: other values  1 URL  1 up',
    ],
  )
  t.regex(lines.at(-1) ?? '', /  g group: team  /)
  const narrow = renderFrame(viewWith(page), { columns: 34, rows: 24 }, unstyled)
  t.is(narrow[3], 'team=web\\u{1b}  1,202 URLs')
})

test('the key for groups is there if there are labels', (t) => {
  const keysOf = (hasLabels: boolean) =>
    renderFrame(viewWith(listPage(ROWS, { hasLabels })), SIZE, unstyled)
      .at(-1)
      ?.trimEnd()
  t.is(keysOf(true), ' / search  s sort: worst  g group  d down  Enter detail  ? help  q quit')
  t.is(keysOf(false), ' / search  s sort: worst  d down  u unknown  Enter detail  ? help  q quit')
})

test('the reason of the selected row is there whole if the list cuts it', (t) => {
  const text = `the certificate ${'is not valid for this name, '.repeat(4)}and the end`
  const row = rowWith(0, { verdict: 'down', reason: 'tls', status: 0, text })
  const linesAt = (columns: number, rows: number, selected = 0) =>
    renderFrame(viewWith(listPage([row, ROWS[1] as Row], { selected })), { columns, rows }, unstyled)
  const wide = linesAt(80, 24).slice(-3, -1)
  t.is(wide.join(' ').replaceAll(/ +/g, ' '), `>down tls: ${text}`)
  t.true(linesAt(80, 18).some((line) => line.startsWith('>down tls: the certificate ')))
  t.false(linesAt(80, 24, 1).some((line) => line.includes('and the end')))
  t.true(linesAt(200, 24, 0).some((line) => line.includes('and the end')))
})

test('a URL is shortened in its middle', (t) => {
  t.is(shortenTo('https://a.example/b', 19), 'https://a.example/b')
  t.is(shortenTo('https://a.example/b', 10), 'https…le/b')
  t.is(shortenTo('https://例子.example/日本語', 15), 'https:/…/日本語')
  t.is(shortenTo('abc', 2), 'a…')
  t.is(shortenTo('abc', 0), '')
})

test('the page of a URL on a large terminal: curl, phases one after another, twenty polls', (t) => {
  const states = Array.from({ length: 20 }, (_, n) => up(0, { at: NOW - 60_000 * n, redirects: 1 }))
  const page = { ...DETAIL, curl: true, states } as Page
  const lines = renderFrame(viewWith(page), { columns: 80, rows: 60 }, unstyled)
  t.true(lines.includes('curl --head --http1.1 --location --max-redirs 10 https://a.example/0'))
  const from = lines.findIndex((line) => line.startsWith('dns '))
  t.deepEqual(lines.slice(from, from + 4), [
    `dns        3.1ms  ${'█'.repeat(5)}`,
    `connect    9.8ms  ${' '.repeat(5)}${'█'.repeat(14)}`,
    `tls         18ms  ${' '.repeat(19)}${'█'.repeat(27)}`,
    `wait       9.9ms  ${' '.repeat(46)}${'█'.repeat(15)}`,
  ])
  t.is(lines.filter((line) => line.endsWith('up: 200 OK')).length, 20)
})

test('the command line of curl asks what the last poll asked, with the settings of URL and run', (t) => {
  const linesOf = (columns: number, some: Partial<DetailPage>) =>
    curlLines({ ...DETAIL, ...some } as DetailPage, columns)
  const states = [up(0, { method: 'GET', redirects: 2 })]
  const run = ['timeout=10s', 'user-agent="a b"', 'max-redirects=5', 'header.x-a=run', 'resolver=192.0.2.1']
  t.deepEqual(linesOf(200, {}), ['curl --head --http1.1 https://a.example/0'])
  const own = 'timeout=500ms\nheader.X-A=…\nproxy=http://b.example:1\ninsecure=on'
  const whole = `curl --include --http1.1 --location --max-redirs 5 --user-agent 'a b' --max-time 0.5 --header 'X-A: …' --proxy http://b.example:1 --insecure https://a.example/0`
  const notes = [
    '# about the same request: curl has no word for all of it, or it is not known',
    '# … stands for what is not shown',
  ]
  t.deepEqual(linesOf(200, { states, settings: own, runSettings: run }), [whole, ...notes])
  const lines = linesOf(40, { states, settings: own, runSettings: run }).slice(0, -2)
  t.true(lines.every((line, n) => textWidth(line) <= 40 && line.endsWith(' \\') === n < lines.length - 1))
  t.is(lines.map((line) => line.replace(/\\$/, '')).join(''), whole)
  t.deepEqual(linesOf(200, rowWith(0, { url: 'tcp://a.example:1' })), ['none: it is not polled by HTTP'])
})

test('a shell takes the lines of a command as one, also when a word is longer than a line', (t) => {
  const url = `https://a.example/${'x'.repeat(70)}?q='a$b&${'y'.repeat(40)}`
  const lines = curlLines({ ...DETAIL, ...rowWith(0, { url }) } as DetailPage, 40)
  t.true(lines.every((line) => textWidth(line) <= 40))
  const said = execFileSync('sh', ['-c', `curl() { printf '%s\\n' "$@"; }\n${lines.join('\n')}`], {
    encoding: 'utf8',
  })
  t.deepEqual(said.trimEnd().split('\n'), ['--head', '--http1.1', new URL(url).href])
})

/** The lines of the help on a terminal, from so many of its lines on. */
const helpOn = (columns: number, rows: number, above = 0) =>
  renderFrame(viewWith({ type: 'help', above, hasMore: false }), { columns, rows }, unstyled)
    .slice(2, -1)
    .map((line) => line.trimEnd())

test('nothing of the help is cut at 80 columns, and all of it is seen by scrolling', (t) => {
  const all = helpLines({ columns: 200 }, unstyled)
  const most = helpScroll({ columns: 80, rows: 24 }, null)
  t.is(most, all.length - 21)
  t.deepEqual(helpOn(80, 24), all.slice(0, 21))
  t.deepEqual(helpOn(80, 24, most), all.slice(most))
  t.is(helpScroll({ columns: 80, rows: 60 }, null), 0)
  t.deepEqual(helpOn(80, 60).slice(0, all.length), all)
})

test('on a narrow terminal the help goes on below what is too long', (t) => {
  const lines = helpOn(60, 60)
  t.false(lines.some((line) => line.endsWith('…')))
  const at = lines.findIndex((line) => line.startsWith('  d  u'))
  t.is(lines[at - 1]?.trim(), 'last changed first')
})

test('the last line says that the help goes on', (t) => {
  const keys = (above: number, hasMore: boolean) =>
    renderFrame(viewWith({ type: 'help', above, hasMore }), { columns: 80, rows: 24 }, unstyled)
      .at(-1)
      ?.trim()
  t.is(keys(0, true), 'Esc back  ↓ more')
  t.is(keys(9, false), 'Esc back  ↑ more')
  t.is(keys(0, false), 'Esc back')
})

test('times of the last polls give way to what these found', (t) => {
  const headOf = (columns: number) =>
    renderFrame(viewWith(DETAIL), { columns, rows: 40 }, unstyled).find((line) => line.startsWith('AT'))
  t.regex(headOf(60) ?? '', /^AT +TOOK CONNECT +WAIT {2}WHAT$/)
  t.regex(headOf(72) ?? '', /^AT +TOOK +DNS +CONNECT +TLS +WAIT {2}WHAT$/)
  t.regex(headOf(80) ?? '', /^AT +TOOK +DNS +CONNECT +TLS +WAIT +LATE {2}WHAT$/)
})

test('every page fits every terminal, and no line is wider than it', (t) => {
  const wide = rowWith(9, { url: 'https://xn--fsqu00a.xn--0zwm56d/長い', text: '日本語 👩‍👩‍👧 e\u0301' })
  const pages: Page[] = [
    listPage([...ROWS, wide]),
    DETAIL,
    { type: 'help', above: 0, hasMore: true },
    {
      type: 'detail',
      curl: false,
      ...wide,
      labels: '',
      settings: '',
      zones: [],
      runSettings: [],
      isOutdated: false,
      states: [],
    },
  ]
  for (const page of pages) {
    for (const rows of [1, 2, 7, 8, 13, 14, 19, 20, 24, 40, 50]) {
      for (let columns = 1; columns < 200; columns += 3) {
        const shown =
          'rows' in page ? { ...page, rows: page.rows.slice(0, visibleRows({ columns, rows }, null)) } : page
        const lines = renderFrame(viewWith(shown), { columns, rows }, unstyled)
        t.is(lines.length, rows, `${page.type} ${columns}×${rows}`)
        for (const line of lines) t.true(textWidth(line) <= columns, `${columns}×${rows}: ${line}`)
      }
    }
  }
})

test('wide characters and names in other scripts line up', (t) => {
  const rows = [
    rowWith(0, { status: 200, text: '日本語日本語日本語' }, { expiresAt: NOW + 86_400_000 }),
    rowWith(1, { url: 'https://xn--fsqu00a.xn--0zwm56d/' }),
    rowWith(2),
  ]
  const lines = renderFrame(viewWith(listPage(rows)), { columns: 100, rows: 24 }, unstyled).slice(3, 6)
  const columns = lines.map((line) => textWidth(line.slice(0, line.indexOf('https://'))))
  t.deepEqual(columns, [columns[2], columns[2], columns[2]])
  t.regex(lines[1] ?? '', /https:\/\/例子\.测试\/ *$/)
  t.deepEqual(lines.map(textWidth), [100, 100, 100])
})

test('text of a server moves no cursor', (t) => {
  const evil = '\u001b[2J\u202e\r\n'
  const row = rowWith(0, { verdict: 'down', reason: 'status', status: 500, text: evil })
  const state = down(0, { reason: 'status', status: 500, statusText: evil, detail: evil })
  for (const page of [
    listPage([row], { search: evil, typing: true }),
    {
      type: 'detail',
      curl: true,
      ...row,
      labels: JSON.stringify({ [evil]: evil }),
      settings: `header.${evil}=${evil}`,
      zones: [],
      runSettings: [`user-agent="${evil}"`],
      isOutdated: false,
      states: [state],
    },
  ] as const) {
    const text = renderFrame(viewWith(page, { errors: [evil] }), SIZE, unstyled).join('')
    // oxlint-disable-next-line no-control-regex
    t.notRegex(text, /[\u0000-\u001f\u007f-\u009f\u202e]/)
  }
})

test('colours come besides the words, and NO_COLOR leaves emphasis alone', (t) => {
  const view = viewWith(listPage(ROWS, { selected: 3 }))
  const coloured = renderFrame(view, SIZE, withColours).join('\n')
  t.true(coloured.includes('\u001b[31mdown   \u001b[39m timeout'))
  t.true(coloured.includes('\u001b[35munknown\u001b[39m local'))
  const without = renderFrame(view, SIZE, withoutColours).join('\n')
  // oxlint-disable-next-line no-control-regex
  t.deepEqual([...new Set(without.match(/\u001b\[\d+m/g))].toSorted(), [
    '\u001b[1m',
    '\u001b[22m',
    '\u001b[27m',
    '\u001b[7m',
  ])
  t.true(without.includes(' down    timeout'))
})

test('without keys it says so', (t) => {
  t.regex(
    renderFrame({ ...viewWith(listPage(ROWS)), keys: false }, SIZE, unstyled).at(-1) ?? '',
    /no keys; Ctrl-C ends/,
  )
})

test('the details say what to do, and when the next poll is', (t) => {
  const [newest, before] = [down(0, { at: NOW - 3_000, errCount: 2 }), down(0, { at: NOW - 63_000 })]
  const detail = (changes: Partial<DetailPage>) =>
    renderFrame(
      viewWith({
        ...(DETAIL as DetailPage),
        runSettings: ['interval=1m', 'error-backoff=10s', 'max-backoff=10m'],
        states: [newest, before],
        ...changes,
      }),
      SIZE,
      unstyled,
    ).join('\n')
  t.regex(
    detail({}),
    /\nto do {8}Compare .*\n {13}.*\nup [^]*\nnext poll {4}in 1m 17s, 20s later than usual after 2 errors in a row\n/,
  )
  t.regex(
    detail({ settings: 'interval=5m\nerror-backoff=0s' }),
    /\nnext poll {4}in 4m 57s\n/,
    'those of its list count',
  )
  t.regex(detail({ settings: 'interval=1s\nerror-backoff=0s' }), /\nnext poll {4}now\n/)
  const busy = down(0, { at: NOW - 3_000, reason: 'status', status: 503, errCount: 0 })
  t.regex(detail({ states: [busy, before] }), /\nnext poll {4}in 57s, or later if its answer asks for a wait/)
  const { recentPolls } = DETAIL as DetailPage
  const lastDurations = [41, NOT_UP, NOT_UP]
  const zone = { zone: 'a', verdict: 'up', reason: 'ok', status: 200, durationMs: 1, at: NOW } as const
  for (const unknowable of [
    { runSettings: [] },
    { isOutdated: true },
    { states: [] },
    { states: [unknown(0), before] },
    { states: [newest, unknown(0)] },
    { states: [newest], recentPolls: { ...recentPolls, lastDurations } },
    { zones: [zone] as unknown as DetailPage['zones'] },
  ])
    t.false(detail(unknowable).includes('\nnext poll'), JSON.stringify(unknowable))
})

test('the details of a URL with thresholds show its last answer', (t) => {
  const latest = { verdict: 'up', reason: 'timeout', status: 0, text: 'no answer in time (wait)' } as const
  const shown = (last: LastAnswer) => {
    const states = [{ ...down(0), verdict: 'up', last } as const]
    return renderFrame(
      viewWith({
        type: 'detail',
        curl: false,
        ...rowWith(0, latest),
        labels: '',
        settings: '',
        zones: [],
        runSettings: [],
        isOutdated: false,
        states,
      }),
      SIZE,
      unstyled,
    ).join('\n')
  }
  const text = shown({ answer: 'down', consecutive: 1, needed: 3 })
  t.true(text.includes('\nlast answer  down, in 1 poll in a row; it counts after 3\n'), text)
  t.true(text.includes('\nstatus       still up: timeout: no answer in time (wait)\n'), text)
  t.true(shown({ answer: 'unknown', consecutive: 0, needed: 0 }).includes('\nlast answer  unknown\n'))
})
