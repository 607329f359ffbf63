import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { REASON_FACTS } from '../../../src/state/reasons.ts'
import { directoryOf } from '../../helpers/directory.ts'
import { freePort } from '../../helpers/free-port.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { headcount } from '../../helpers/program.ts'

const FLAGS = ['--once', '--format', 'json', '--pool-size', '1']

async function statesOf(t: ExecutionContext, args: readonly string[]) {
  const { code, stdout } = await headcount(t, [...args, ...FLAGS])
  const states = stdout
    .split('\n')
    .filter((line) => line.startsWith('{"type":"state"'))
    .map((line) => JSON.parse(line) as { url: string; verdict: string; reason: string })
  return {
    code,
    states: Object.fromEntries(states.map(({ url, verdict, reason }) => [url, [verdict, reason]])),
  }
}

test('want=down on a line, in a group, in a configuration and as a flag', async (t) => {
  const { url } = await startOrigin(t)
  const dead = `http://127.0.0.1:${await freePort()}/`
  const directory = directoryOf(t)
  const list = join(directory, 'list.txt')
  writeFileSync(list, `${url}/line want=down\n${url}/plain\n${dead}line want=down\n`)
  t.deepEqual(await statesOf(t, ['-f', list]), {
    code: 2,
    states: {
      [`${url}/line`]: ['down', 'unexpected'],
      [`${url}/plain`]: ['up', 'ok'],
      [`${dead}line`]: ['up', 'ok'],
    },
  })
  const config = join(directory, 'conf.yml')
  writeFileSync(
    config,
    `want: down\nurls: ["${dead}top"]\ngroups:\n- {want: up, urls: ["${url}/group", "${dead}own want=down"]}\n`,
  )
  t.deepEqual(await statesOf(t, ['-c', config]), {
    code: 0,
    states: { [`${dead}top`]: ['up', 'ok'], [`${url}/group`]: ['up', 'ok'], [`${dead}own`]: ['up', 'ok'] },
  })
  t.deepEqual(await statesOf(t, ['--want', 'down', `${dead}flag`]), {
    code: 0,
    states: { [`${dead}flag`]: ['up', 'ok'] },
  })
})

test('the log shows that a URL is up because nothing answers', async (t) => {
  const port = await freePort()
  const { stdout } = await headcount(t, [
    '--want',
    'down',
    '--once',
    '--format',
    'log',
    `http://127.0.0.1:${port}/`,
  ])
  t.true(
    stdout.includes(
      ` http://127.0.0.1:${port}/ no answer (refused: ${REASON_FACTS.refused.text} 127.0.0.1:${port})\n`,
    ),
    stdout,
  )
})
