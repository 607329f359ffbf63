import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { startOrigin } from '../helpers/origin.ts'
import { pathOf, Program } from '../helpers/program.ts'

const script = fileURLToPath(new URL('../../packaging/healthcheck.js', import.meta.url))
const once = pathOf('second-cli')

function check(cli: string, patienceMs = '60000'): Promise<{ code: number; stdout: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [script, cli, patienceMs], (_, stdout) =>
      resolve({ code: child.exitCode ?? -1, stdout }),
    )
  })
}

const onLinux = process.platform === 'linux' ? test : test.skip

onLinux('healthy while the main thread works, not when it is stopped', async (t) => {
  const origin = await startOrigin(t)
  const program = new Program(t, ['--pool-size', '1', '--interval', '1h', origin.url], { script: once })
  await origin.requested('/')
  t.deepEqual(await check(once), { code: 0, stdout: '' })
  program.child.kill('SIGSTOP')
  t.deepEqual(await check(once, '1000'), { code: 1, stdout: 'the main thread hangs\n' })
  program.child.kill('SIGCONT')
  t.deepEqual(await check(once), { code: 0, stdout: '' })
})

onLinux('not healthy when headcount does not run', async (t) => {
  t.deepEqual(await check('/nonexistent/cli.js'), { code: 1, stdout: 'headcount does not run\n' })
})
