import test from 'ava'
import { memoryLimit, POLLER_BYTES } from '../../src/command/capacity/limits.ts'
import { readCommand } from '../../src/command/command.ts'
import { fitPool } from '../../src/command/fit-pool.ts'

async function poolFor(urls: number, ...argv: string[]): Promise<number> {
  const asked = await readCommand([...argv, '--format', 'log', 'http://127.0.0.1/'], {})
  if (asked.type === 'print') throw new Error(asked.text)
  // As on a machine with nine cores, unless the flag says otherwise.
  const poolSize = argv.includes('--pool-size') ? asked.options.poolSize : 8
  return fitPool({ ...asked.options, poolSize }, urls).poolSize
}

test('with --once there is a poller for each 64 URLs, up to the number for this machine', async (t) => {
  const urls = [0, 1, 64, 65, 512, 100_000]
  t.deepEqual(await Promise.all(urls.map((count) => poolFor(count, '--once'))), [1, 1, 1, 2, 8, 8])
})

test('without --once, or with a number that was asked for, the number stays', async (t) => {
  t.deepEqual([await poolFor(1), await poolFor(4, '--once', '--pool-size', '4')], [8, 4])
})

test('with --once there are no more pollers than URLs', async (t) => {
  t.is(await poolFor(3, '--once', '--pool-size', '4'), 3)
})

test('pollers for which there is no memory are refused, if somebody asked for them', async (t) => {
  const asked = await readCommand(['--pool-size', '1024', '--format', 'log', 'http://127.0.0.1/'], {})
  if (memoryLimit() >= 1024 * POLLER_BYTES) t.is(asked.type, 'run')
  else
    t.regex(
      asked.type === 'print' ? asked.text : '',
      /1024 needs at least 46\.1 GB of memory, and there are |descriptors/,
    )
})
