import test from 'ava'
import { OPEN_WINDOW, startMaintained } from '../../helpers/maintained-run.ts'

test('a URL in a window that is open is neither up nor down', async (t) => {
  const { uptime, isIn, incidents } = await startMaintained(t, OPEN_WINDOW)
  while ((await uptime('db')).downSeconds === 0);
  t.like(await uptime('web'), { ratio: null, downSeconds: 0 })
  t.true((await uptime('web')).maintenanceSeconds > 0)
  t.is((await uptime('db')).maintenanceSeconds, 0)
  t.deepEqual([await isIn('web'), await isIn('db')], [true, false])
  t.like((await incidents('web')).incidents, [{ maintenance: true }])
  t.like((await incidents('db')).incidents, [{ maintenance: false }])
})
