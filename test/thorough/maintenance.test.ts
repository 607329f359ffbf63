import test from 'ava'
import { OPEN_WINDOW, startMaintained } from '../helpers/maintained-run.ts'

test('windows that a configuration gets and loses while it runs count from then until then', async (t) => {
  const { write, get, uptime, isIn } = await startMaintained(t, '')
  while ((await uptime('web')).downSeconds === 0);
  write(OPEN_WINDOW)
  t.is((await get('/-/reload', { method: 'POST' })).status, 200)
  while ((await isIn('web')) !== true);
  while ((await uptime('web')).maintenanceSeconds === 0);
  const { downSeconds } = await uptime('web')
  t.true(downSeconds > 0)

  write('')
  t.is((await get('/-/reload', { method: 'POST' })).status, 200)
  while ((await uptime('web')).downSeconds === downSeconds);
  t.false(await isIn('web'))
  t.true((await uptime('web')).maintenanceSeconds > 0)
  t.is((await uptime('db')).maintenanceSeconds, 0)
})
