import test from 'ava'
import { isExhaustion, LOCAL_CAUSES } from '../../src/state/local-causes.ts'
import type { LocalCause } from '../../src/state/local-causes.ts'
import { filesOfCause } from '../docs/reason-docs.ts'

for (const cause of Object.keys(LOCAL_CAUSES) as LocalCause[]) {
  test(`${cause} is detected somewhere`, (t) => {
    t.not(filesOfCause(cause).length, 0)
  })
}

test('what this machine is out of, also among other causes', (t) => {
  t.true(isExhaustion('the network is down, out of local ports 192.0.2.1:80'))
  t.false(isExhaustion(LOCAL_CAUSES['network-down'].text))
  t.false(isExhaustion(''))
})
