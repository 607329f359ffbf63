import test from 'ava'
import type { ReceiverType } from '../../../src/alerts/receivers/receiver-type.ts'
import { ALERTMANAGER } from '../../../src/alerts/receivers/alertmanager.ts'
import { DISCORD } from '../../../src/alerts/receivers/discord.ts'
import { EXEC } from '../../../src/alerts/receivers/exec.ts'
import { SLACK } from '../../../src/alerts/receivers/slack.ts'
import { TEAMS } from '../../../src/alerts/receivers/teams.ts'
import { TELEGRAM } from '../../../src/alerts/receivers/telegram.ts'
import { WEBHOOK } from '../../../src/alerts/receivers/webhook.ts'
import { makeNotification } from '../../helpers/notification.ts'
import { receiverServer } from '../../helpers/receiver-server.ts'
import { NO_LIMIT, senderFor } from '../../helpers/receiver-settings.ts'

type Given = Parameters<typeof senderFor>[1]

/** What is told of an answer, `ORIGIN` in settings being that of the server that gives it. */
const TOLD: readonly (readonly [
  what: string,
  type: ReceiverType,
  given: Given,
  answer: string,
  told: string,
])[] = [
  [
    'the last part of a path',
    DISCORD,
    { url: 'ORIGIN/api/webhooks/12345/S3CRET-token_99' },
    'no such hook: S3CRET-token_99 /API/WEBHOOKS/12345/s3cret-token_99',
    'no such hook: xxxxx xxxxx',
  ],
  [
    'the end of a path',
    SLACK,
    { url: 'ORIGIN/services/T1/B123/S3CRETtoken99' },
    'no such services: T1/B123/S3CRETtoken99',
    'no such services: T1/xxxxx/xxxxx',
  ],
  [
    'a word of small letters in a path',
    WEBHOOK,
    { url: 'ORIGIN/hooks/ping/opensesame?wait=true' },
    'no ping, wait true: opensesame',
    'no ping, wait true: xxxxx',
  ],
  [
    'a part of a path that is written in another way',
    WEBHOOK,
    { url: 'ORIGIN/hook/a%26%3Cs3cr%C3%A9t/%zz' },
    'a&<s3crét a&amp;&lt;s3crét a%26%3Cs3cr%C3%A9t s3crét',
    'xxxxx xxxxx xxxxx xxxxx',
  ],
  [
    'a login, as PHP, Python and HTML write it, and a part of its password',
    WEBHOOK,
    { url: 'http://bob:pa%2Fss%2Fw%C3%B6rd%22x@HOST/hook' },
    String.raw`bob:pa\/ss\/wörd\"x pa/ss/w\u00f6rd\"x pa&#47;ss&#x2F;w&#246;rd&quot;x wörd`,
    'xxxxx xxxxx xxxxx xxxxx',
  ],
  [
    'a segment of a token, and the beginning of one',
    WEBHOOK,
    { url: 'ORIGIN/hook', headers: { Authorization: 'Bearer eyJhbGciOi.c3ViamVjdDE.Sflk-xwRJ_SMeKK' } },
    'bad signature Sflk-xwRJ_SMeKK of c3ViamVjdDE, token eyJhbGci..., Sflk-xwR',
    'bad signature xxxxx of xxxxx, token xxxxx..., xxxxx',
  ],
  [
    'a part of a path between other signs',
    WEBHOOK,
    { url: 'ORIGIN/bot123:S3CRET;v=1,T0KEN/send' },
    'S3CRET and T0KEN',
    'xxxxx and xxxxx',
  ],
  [
    'a value of a query',
    TEAMS,
    { url: 'ORIGIN/workflows/0a1b2c3d/triggers/manual/paths/invoke?sp=%2Frun%2FS3CRET&sig=T0KEN' },
    'S3CRET T0KEN 0a1b2c3d of manual triggers',
    'xxxxx xxxxx xxxxx of manual triggers',
  ],
  ['a name in a query without a value', WEBHOOK, { url: 'ORIGIN/hook?S3CRET99' }, 'S3CRET99=', 'xxxxx='],
  [
    'the text of a URL around fields, and not what stands in them',
    WEBHOOK,
    { url: 'ORIGIN/{{labels.team}}-S3CRET/T0KEN?kind={{alert}}' },
    'unknown web-S3CRET, S3CRET, T0KEN: down',
    'unknown webxxxxx, xxxxx, xxxxx: down',
  ],
  [
    'a header, whatever its name',
    WEBHOOK,
    { url: 'ORIGIN', headers: { 'X-Hook': 'S3CRETTOKEN99', 'Content-Type': 'application/json' } },
    'S3CRETTOKEN99 application/json',
    'xxxxx application/json',
  ],
  [
    'a cookie, and the token of a header',
    WEBHOOK,
    {
      url: 'ORIGIN',
      headers: {
        Cookie: 'sid=S3CRET; theme=T0KEN',
        Authorization: 'Bearer K3Y.abc',
        'X-Team': 'team="K1NG"',
      },
    },
    'sid S3CRET theme T0KEN Bearer K3Y.abc K1NG',
    'sid xxxxx theme xxxxx xxxxx xxxxx',
  ],
  [
    'the password that a header Authorization says in base64',
    WEBHOOK,
    { url: 'ORIGIN', headers: { authorization: `Basic ${Buffer.from('me:S3 CRET').toString('base64')}` } },
    'Basic bWU6UzMgQ1JFVA== (me, S3 CRET)',
    'xxxxx (me, xxxxx)',
  ],
  [
    'the text of a header around fields',
    WEBHOOK,
    { url: 'ORIGIN', headers: { 'X-Key': 'S3CRET-{{alert}}.T0KEN' } },
    'bad key: S3CRET-down.T0KEN',
    'bad key: xxxxx-down.xxxxx',
  ],
  [
    'a value of a body with spaces, and one of a form',
    WEBHOOK,
    {
      url: 'ORIGIN',
      headers: { 'content-type': 'text/plain' },
      body: '"password": "S3CRET of HORSES" token=a%2BT0KEN',
    },
    'S3CRET of HORSES, HORSES a+T0KEN',
    'xxxxx, xxxxx xxxxx',
  ],
  [
    'a token that stands for a login',
    WEBHOOK,
    { url: 'ORIGIN'.replace('ORIGIN', 'LOGIN') },
    'no user S3CRETTOKEN99',
    'no user xxxxx',
  ],
  [
    'the second part of a token',
    TELEGRAM,
    { chat: '1', token: '12345:S3CRET-token', url: 'ORIGIN' },
    'no S3CRET-token in sendMessage',
    'no xxxxx in sendMessage',
  ],
  [
    'the token in a header',
    ALERTMANAGER,
    { url: 'ORIGIN/S3CRET/', headers: { Authorization: 'Bearer T0KEN-1' } },
    'alerts for S3CRET with T0KEN-1',
    'alerts for xxxxx with xxxxx',
  ],
]

for (const [what, type, given, answer, told] of TOLD)
  test(`${type.name}: ${what} is not told`, async (t) => {
    const { origin } = await receiverServer(t, (response) => response.writeHead(404).end(answer))
    const login = origin.replace('//', '//S3CRETTOKEN99@')
    const filled = JSON.parse(
      JSON.stringify(given)
        .replaceAll('ORIGIN', origin)
        .replaceAll('LOGIN', login)
        .replaceAll('HOST', new URL(origin).host),
    ) as Given
    const { said } = await senderFor(type, filled).send(makeNotification(), NO_LIMIT)
    t.is(said, `status 404: ${told}`)
  })

test('exec: a part of a variable is not told', async (t) => {
  const given = { command: 'sh', args: ['-c', 'echo no such user: S3CRET; exit 64'] }
  const sender = senderFor(EXEC, { ...given, env: { DSN: 'postgres://me:S3CRET@db/x' } })
  const { said } = await sender.send(makeNotification(), NO_LIMIT)
  t.is(said, 'exit status 64: no such user: xxxxx')
})

test('what is hidden of a URL changes neither the status nor the name of the host', async (t) => {
  const { origin } = await receiverServer(t, (response) => response.writeHead(404).end('status'))
  const { said } = await senderFor(WEBHOOK, { url: `${origin}/status404` }).send(makeNotification(), NO_LIMIT)
  t.is(said, 'status 404: status')
  const url = 'http://unknown.invalid/unknown/invalid'
  t.regex((await senderFor(WEBHOOK, { url }).send(makeNotification(), NO_LIMIT)).said, /^unknown\.invalid: /)
})

test('exec: a variable that the end of the output cuts off is not told', async (t) => {
  const secret = Array.from({ length: 200 }, (_, n) => `Key${n}`).join('')
  const print = 'for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do echo "$KEY"; done; exit 64'
  const sender = senderFor(EXEC, { command: 'sh', args: ['-c', print], env: { KEY: secret } })
  const { said } = await sender.send(makeNotification(), NO_LIMIT)
  t.regex(said, /^exit status 64: xxxxx /)
  t.false(said.includes('Key'), said.slice(-200))
})
