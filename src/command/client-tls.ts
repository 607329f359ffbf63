import type { CertificatePaths } from '../settings/certificate-paths.ts'
import { clientCertificates } from '../settings/client-certificates.ts'
import { checkCertificate, checkKey } from '../settings/pem.ts'
import type { PollOptions } from '../settings/poll-options.ts'
import { redactName } from '../settings/quote.ts'
import { requestFiles } from '../settings/request-files.ts'
import type { CheckContents } from '../settings/request-file.ts'
import { inputText, isPipe, MAX_PEM_BYTES } from '../targets/input-file.ts'
import { describeError } from '../targets/read-targets.ts'
import { FlagsError } from './flags-error.ts'

/** Reads the file of `--cacert` and checks that TLS can use it. Rejects with a FlagsError. */
export async function readClientTls(cacert: string | null): Promise<PollOptions['tls']> {
  const ca = cacert === null ? null : await readPem(cacert, 'cacert')
  try {
    // Loaded only for that: it takes as long as most of the rest.
    if (ca !== null) process.getBuiltinModule('node:tls').createSecureContext({ ca })
  } catch (error) {
    throw new FlagsError('cacert', 'a certificate can not be read: the file is damaged', error)
  }
  return { ca }
}

/** Reads the files of `--cert` and `--key` and checks that they belong together. Rejects with a FlagsError. */
export async function openClientCertificate({ cert, key }: CertificatePaths): Promise<void> {
  if (cert === null && key === null) return
  if (cert === null || key === null) {
    const [given, missing] = cert === null ? ['key', 'cert'] : ['cert', 'key']
    throw new FlagsError(given, `--${missing} is needed too`)
  }
  const pipes = [isPipe(cert), isPipe(key)]
  const texts = [await readPem(cert, 'cert'), await readPem(key, 'key')]
  // Pipes have been read, once; other files will be read again when they change.
  if (pipes[0] === true) addContents(cert, 'cert', texts[0] as string, checkCertificate)
  if (pipes[1] === true) addContents(key, 'key', texts[1] as string, checkKey)
  tryFile('cert', () => requestFiles.open(cert, '', checkCertificate, false))
  tryFile('key', () => requestFiles.open(key, '', checkKey, true))
  tryFile('key', () => clientCertificates.use(cert, key))
}

function addContents(path: string, flag: string, text: string, check: CheckContents): void {
  tryFile(flag, () => requestFiles.addContents(path, Buffer.from(text), check))
}

function tryFile(flag: string, use: () => void): void {
  try {
    use()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new FlagsError(flag, error.message, error)
  }
}

async function readPem(path: string, flag: string): Promise<string> {
  try {
    const pem = await inputText(path, MAX_PEM_BYTES)
    if (!pem.includes('-----BEGIN ')) throw new Error('no PEM in it')
    return pem
  } catch (error) {
    throw new FlagsError(flag, `${redactName(path)}: ${describeError(error)}`, error)
  }
}
