import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { directoryOf } from '../../helpers/directory.ts'
import { freePort } from '../../helpers/free-port.ts'
import { startListening } from '../../helpers/listening.ts'
import { receiverServer } from '../../helpers/receiver-server.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

interface AlertList {
  readonly alerts: readonly Readonly<Record<string, unknown>>[]
  readonly total: number
}

test('alerts, what was sent, silences and acknowledgements by the API', async (t) => {
  const directory = directoryOf(t)
  const { origin, received } = await receiverServer(t)
  const dead = await freePort()
  const config = join(directory, 'headcount.yml')
  const url = `http://127.0.0.1:${dead}/`
  writeFileSync(
    config,
    `receivers: { ops: { webhook: '${origin}/hook' } }
alerts:
  - { name: web, to: ops, match: { team: web }, down: true, group-wait: 0s }
  - { name: other, to: ops, down: true, group-wait: 1h }
maintenance:
  - { name: now, match: { team: old }, from: 2020-01-01, to: 2120-01-01 }
  - { name: past, from: 2020-01-01, to: 2020-01-02 }
interval: 100ms
urls:
  - ${url} label.team=web
  - ${url}b label.team=db
  - ${url}plain
  - ${url}old label.team=old
`,
  )
  const { get } = await startListening(t, ['-c', config])
  const api = async (path: string, method = 'GET', headers: Record<string, string> = {}) => {
    const { status, text } = await get(`/api/v1${path}`, { method, headers })
    return { status, json: JSON.parse(text) as Readonly<Record<string, never>> }
  }
  await waitUntil(() => received.length > 0)
  let sent = await api('/notifications')
  while (sent.json['notifications']?.['length'] === 0) sent = await api('/notifications')
  t.like(sent.json, { pending: 0 })
  t.like(sent.json['notifications']?.[0], { receiver: 'ops', failedAttempts: 0, said: 'status 200' })
  t.deepEqual((await api('/notifications?state=dead')).json, { notifications: [], pending: 0 } as never)

  const list = (await api('/alerts')).json as unknown as AlertList
  t.is(list.total, 4)
  const told = list.alerts.find(({ phase }) => phase === 'told') ?? {}
  t.like(told, { rule: 'web', kind: 'down', url, group: '', labels: { team: 'web' }, muted: false })
  t.like(told, { state: { verdict: 'down', reason: 'refused', status: null }, acknowledged: null })
  const phaseOf = (alerts: AlertList, path: string) =>
    alerts.alerts.find((alert) => alert['url'] === `${url}${path}`)?.['phase']
  t.is(phaseOf(list, 'b'), 'waiting')
  const windows = (await api('/maintenance')).json['windows'] as unknown as Record<string, unknown>[]
  t.deepEqual(windows, [
    {
      name: 'now',
      match: [{ label: 'team', value: 'old' }],
      open: true,
      from: '2020-01-01T00:00:00.000Z',
      to: '2120-01-01T00:00:00.000Z',
    },
    { name: 'past', match: [], open: false, from: null, to: null },
  ])
  t.is(((await api('/alerts?limit=1')).json as unknown as AlertList).alerts.length, 1)

  t.is((await api('/acknowledge?key=none&by=me', 'POST')).status, 404)
  t.is((await api(`/acknowledge?key=${String(told['key'])}&by=me`, 'POST')).status, 200)
  const after = (await api('/alerts')).json as unknown as AlertList
  t.like(after.alerts.find(({ phase }) => phase === 'told')?.['acknowledged'], { by: 'me' })

  const silence = '/silences?label.team=!~db|x&for=1h&author=me&comment=disks'
  const refused = await api(silence, 'POST', { 'sec-fetch-site': 'cross-site' })
  t.is(refused.status, 403)
  const { json } = await api(silence, 'POST')
  const silences = (await api('/silences')).json['silences'] as unknown as Record<string, unknown>[]
  t.is(silences.length, 1)
  t.like(silences[0], { id: json['id'], author: 'me', comment: 'disks' })
  t.deepEqual(silences[0]?.['match'], [{ label: 'team', value: '!~db|x' }])
  const muted = (await api('/alerts')).json as unknown as AlertList
  t.is(muted.alerts.find(({ rule }) => rule === 'web')?.['muted'], true)
  t.is((await api(`/silences?id=${String(json['id'])}`, 'DELETE')).status, 200)
  t.is((await api(`/silences?id=${String(json['id'])}`, 'DELETE')).status, 404)
  t.deepEqual((await api('/silences')).json, { silences: [] } as never)

  // What has no labels is silenced by its URL.
  const plain = `/silences?u=${encodeURIComponent(`${url}plain`)}&for=1h&author=me`
  t.is((await api(plain, 'POST')).status, 200)
  const [one] = (await api('/silences')).json['silences'] as unknown as Record<string, unknown>[]
  t.like(one, { url: `${url}plain`, match: [] })
  const last = (await api('/alerts')).json as unknown as AlertList
  const mutedUrls = last.alerts
    .filter((alert) => alert['muted'] === true)
    .map((alert) => String(alert['url']))
  t.deepEqual(mutedUrls.toSorted(), [`${url}old`, `${url}plain`])
  let metrics = ''
  while (!metrics.includes('headcount_silences 1\n')) metrics = (await get('/metrics')).text
  t.regex(metrics, /^headcount_maintenance\{window="now"\} 1$/m)
  t.regex(metrics, /^headcount_maintenance\{window="past"\} 0$/m)
  t.regex(metrics, /^headcount_alerts_muted \d$/m)
})
