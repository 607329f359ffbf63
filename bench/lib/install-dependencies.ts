import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Child } from './child.ts'

/** Installs the dependencies of the bench if they are missing. */
export async function installDependencies(log: (line: string) => void): Promise<void> {
  const folder = fileURLToPath(new URL('..', import.meta.url))
  if (existsSync(`${folder}/node_modules`)) return
  log('bench/node_modules is missing: npm ci in bench/')
  const child = await Child.start('npm', ['ci', '--prefix', folder], { core: null })
  if ((await child.ended()) !== 0) throw new Error(`npm ci in bench/ failed: ${child.stderr}`)
}
