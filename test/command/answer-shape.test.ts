import test from 'ava'
import { runAlerts } from '../../src/command/run-alerts.ts'
import { runSilence } from '../../src/command/run-silence.ts'
import { receiverServer } from '../helpers/receiver-server.ts'

const ALERT = '"rule":"web","severity":"critical","url":"","group":"","since":"","summary":"","phase":"told"'

const OTHERS = [
  '[]',
  // Of Prometheus.
  '{"status":"success","data":{"alerts":[]}}',
  '{"alerts":{},"total":0}',
  '{"alerts":[null],"total":1}',
  '{"alerts":[{"rule":"web"}],"total":1}',
  `{"alerts":[{${ALERT},"muted":false}],"total":1}`,
  `{"alerts":[{${ALERT},"muted":false,"acknowledged":{}}],"total":1}`,
  '{"silences":[{"id":"a"}]}',
  '{"id":7}',
]

const COMMANDS = [
  ['alerts', runAlerts, []],
  ['silence', runSilence, []],
  ['silence', runSilence, ['team=web', '--for', '14d', '--author', 'ann']],
  ['silence', runSilence, ['--end', 'a']],
] as const

for (const [name, run, args] of COMMANDS)
  test(`headcount ${[name, ...args].join(' ')}: other JSON is not taken for the answer of headcount`, async (t) => {
    for (const other of OTHERS) {
      const { origin } = await receiverServer(t, (response) => response.end(other))
      let said = ''
      const code = await run([...args, '--server', origin], (lines) => (said += lines), {})
      t.is(said, `${name}: ${origin}: it is no headcount with alerts that answers: status 200\n`, other)
      t.is(code, 1)
    }
  })
