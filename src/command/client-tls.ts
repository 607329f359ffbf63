import { createSecureContext } from 'node:tls'
import type { PollOptions } from '../settings/poll-options.ts'
import { redactName } from '../settings/quote.ts'
import { inputText, MAX_PEM_BYTES } from '../targets/input-file.ts'
import { describeError } from '../targets/read-targets.ts'
import { FlagsError } from './flags-error.ts'

/** Paths of PEM files; null: none. */
type PemPaths = Readonly<Record<'cacert' | 'cert' | 'key', string | null>>

/** Reads the PEM files and checks that TLS can use them. Rejects with a FlagsError. */
export async function readClientTls(paths: PemPaths): Promise<PollOptions['tls']> {
  const [given, missing] = paths.cert === null ? (['key', 'cert'] as const) : (['cert', 'key'] as const)
  if (paths[given] !== null && paths[missing] === null)
    throw new FlagsError(given, `--${missing} is needed too`)
  const tls = {
    ca: await readPem(paths, 'cacert'),
    cert: await readPem(paths, 'cert'),
    key: await readPem(paths, 'key'),
  }
  try {
    createSecureContext(Object.fromEntries(Object.entries(tls).filter(([, pem]) => pem !== null)))
  } catch (error) {
    throw new FlagsError(null, `--cacert, --cert or --key: ${(error as Error).message}`, error)
  }
  return tls
}

async function readPem(paths: PemPaths, flag: keyof PemPaths): Promise<string | null> {
  const path = paths[flag]
  if (path === null) return null
  try {
    const pem = await inputText(path, MAX_PEM_BYTES)
    if (!pem.includes('-----BEGIN ')) throw new Error('no PEM in it')
    return pem
  } catch (error) {
    throw new FlagsError(flag, `${redactName(path)}: ${describeError(error)}`, error)
  }
}
