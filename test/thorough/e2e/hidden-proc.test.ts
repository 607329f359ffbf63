import { startOrigin } from '../../helpers/origin.ts'
import { Program } from '../../helpers/program.ts'
import { testWhere } from '../../helpers/tool.ts'

// A mount namespace without /proc and without cgroups, as in some sandboxes. A user may create one if the system allows it.
const HIDE = 'mount -t tmpfs none /proc && mount -t tmpfs none /sys/fs/cgroup'
const HIDDEN = ['unshare', '--map-root-user', '--mount', 'sh', '-c', `${HIDE} && exec "$0" "$@"`]

const hidden = testWhere('a mount namespace of its own (unshare --mount)', [...HIDDEN, 'true'])
hidden('without /proc and cgroups it polls, and tells its memory', async (t) => {
  const origin = await startOrigin(t)
  const once = new Program(t, ['--once', origin.url], { prefix: HIDDEN })
  t.like(await once.ended(), { code: 0, stderr: '' })
  const flags = ['-i', '300ms', '--status-interval', '300ms', '--format', 'json', '--listen', '0']
  const program = new Program(t, [...flags, origin.url], { prefix: HIDDEN })
  const summary = () => program.json.find(({ type }) => type === 'summary')
  await program.until(() => summary() !== undefined && program.stderr.includes('Listening on '))
  t.true(Number(summary()?.['rssBytes']) > 10e6, JSON.stringify(summary()))
  const [, url] = /Listening on (\S+)/.exec(program.stderr) ?? []
  const metrics = await (await fetch(`${url}metrics`)).text()
  t.regex(metrics, /^process_resident_memory_bytes [1-9]/m)
  program.child.kill('SIGTERM')
  t.is((await program.ended()).code, 0)
})
