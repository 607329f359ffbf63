import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { freePort } from '../helpers/free-port.ts'
import { startListening } from '../helpers/listening.ts'
import { receiverServer } from '../helpers/receiver-server.ts'
import { waitUntil } from '../helpers/wait-until.ts'

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
interval: 100ms
urls:
  - ${url} label.team=web
  - ${url}b label.team=db
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
  t.is(list.total, 2)
  const told = list.alerts.find(({ phase }) => phase === 'told') ?? {}
  t.like(told, { rule: 'web', kind: 'down', url, group: '', labels: { team: 'web' }, muted: false })
  t.like(told, { state: { verdict: 'down', reason: 'refused', status: null }, acknowledged: null })
  t.is(list.alerts.find(({ rule }) => rule === 'other')?.['phase'], 'waiting')
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
})
