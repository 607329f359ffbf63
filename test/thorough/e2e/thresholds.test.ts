import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { directoryOf } from '../../helpers/directory.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { faultsOf } from '../../helpers/output-schema.ts'
import { headcount, Program } from '../../helpers/program.ts'
import { seeded } from '../../helpers/random.ts'
import { settleByModel } from '../../helpers/settle-model.ts'

interface StateLine {
  readonly type: string
  readonly url: string
  readonly verdict: string
  readonly answer?: string
  readonly consecutive?: number
}

/** States that are compared of each URL. */
const POLLS = 40

test('verdicts of a line, a group, a configuration and a flag turn as the model says', async (t) => {
  const seed = randomInt(2 ** 32)
  t.log(`seed ${seed}`)
  const random = seeded(seed)
  const { url } = await startOrigin(t, (request, response) => {
    if (random.below(3) === 0) request.socket.resetAndDestroy()
    else response.writeHead(random.below(4) === 0 ? 500 : 204).end()
  })
  const directory = directoryOf(t)
  writeFileSync(
    join(directory, 'list.txt'),
    `${url}/line down-after=4 up-after=1\n${url}/flag\n${url}/none down-after=1 up-after=1\n`,
  )
  const config = join(directory, 'conf.yml')
  writeFileSync(
    config,
    [
      'up-after: 2',
      'files: list.txt',
      `urls: "${url}/top down-after=1"`,
      `groups: [{down-after: 5, up-after: 3, urls: ["${url}/group", "${url}/own up-after=1"]}]`,
    ].join('\n'),
  )
  const flags = [
    '--down-after',
    '2',
    '--interval',
    '30ms',
    '--error-backoff',
    '0s',
    '--no-get-fallback',
    '--no-recheck',
  ]
  const program = new Program(t, ['-c', config, ...flags, '--format', 'json', '--pool-size', '2'])
  const thresholds = {
    line: { downAfter: 4, upAfter: 1 },
    flag: { downAfter: 2, upAfter: 2 },
    top: { downAfter: 1, upAfter: 2 },
    group: { downAfter: 5, upAfter: 3 },
    own: { downAfter: 5, upAfter: 1 },
  }
  const states = (name: string) =>
    (program.json as unknown as StateLine[]).filter(
      (one) => one.type === 'state' && one.url === `${url}/${name}`,
    )
  const names = [...Object.keys(thresholds), 'none']
  await program.until(() => names.every((name) => states(name).length >= POLLS))
  for (const [name, rules] of Object.entries(thresholds)) {
    const found = states(name)
    const answers = found.map(({ answer }) => String(answer))
    t.deepEqual(
      found.map(({ verdict, consecutive }) => [verdict, consecutive]),
      settleByModel(answers, rules),
      `seed ${seed}, ${name}: ${answers.join()}`,
    )
  }
  for (const state of states('none')) t.false('answer' in state)
  for (const line of program.json.slice(0, 200)) t.is(faultsOf(line), '')
})

test('with --once a single poll decides: a URL that is up at its second try is up', async (t) => {
  let asked = 0
  const { url } = await startOrigin(t, (_request, response) => {
    response.writeHead(++asked === 1 ? 500 : 204).end()
  })
  const { code, stdout } = await headcount(t, [
    ...['--once', '--retries', '1', '--retry-delay', '10ms', '--up-after', '2', '--down-after', '3'],
    ...['--format', 'json', '--no-get-fallback', url],
  ])
  t.is(code, 0, stdout)
  t.is(asked, 2)
})
