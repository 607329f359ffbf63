import { isIP } from 'node:net'
import type { Socket } from 'node:net'
import { connect, createSecureContext, DEFAULT_CIPHERS, getCACertificates } from 'node:tls'
import type { SecureContext, SecureContextOptions, TLSSocket } from 'node:tls'
import type { ProbeTls } from '../../settings/probe-module.ts'
import type { RequestData } from '../../settings/request-data.ts'
import type { Attempt } from '../../poll/attempt/attempt.ts'
import { classify } from '../../poll/attempt/classify.ts'
import { explainedFailure, failure, isFailure } from '../../poll/attempt/failure.ts'
import type { Failure } from '../../poll/attempt/failure.ts'
import { contextFor } from '../../poll/dial/tls.ts'
import type { PemTexts } from '../../poll/dial/tls.ts'
import type { RequestValues } from '../../poll/http/request-values.ts'
import { checkName } from './check-name.ts'
import { findMissing } from './missing-file.ts'
import { TrustedRoots } from './verified-chain.ts'

/** How the probes of a module speak TLS. */
export interface CompiledTls {
  readonly insecure: boolean
  /** Null: that of the target. */
  readonly serverName: string | null
  /** The context for the files as they are now. Failure: `local`, if they can't be used. */
  context(): SecureContext | Failure
  /** What the context trusts. */
  roots(): TrustedRoots
}

/** Those of Node, for all modules that name none. */
const DEFAULT_ROOTS = new TrustedRoots(() => getCACertificates())

/** Prepares the TLS settings of a module. `texts`: what the flags say, for a module that says nothing. */
export function compileTls(tls: ProbeTls, values: RequestValues, texts: PemTexts): CompiledTls {
  const { insecure, serverName, ca, cert, key, minVersion, maxVersion } = tls
  const pems = [ca, cert, key].map((data) => pemOf(data, values))
  const missing = findMissing([ca, cert, key], values)
  const isPlain = pems.every((pem) => pem === null) && minVersion === null && maxVersion === null
  const { ca: flagCa } = texts
  const plainRoots =
    flagCa === null || !isPlain ? DEFAULT_ROOTS : new TrustedRoots(() => [...getCACertificates(), flagCa])
  let made: SecureContext | Failure | null = null
  let madeOf = ''
  let roots = plainRoots
  return {
    insecure,
    serverName,
    context() {
      if (isPlain) return contextFor(texts)
      const unread = missing()
      if (unread !== null) return unread
      const [caText, certText, keyText] = pems.map((pem) => pem?.() ?? null)
      const signature = JSON.stringify([caText, certText, keyText])
      if (made === null || signature !== madeOf) {
        roots = caText === null ? plainRoots : new TrustedRoots(() => [String(caText)])
        made = makeContext({
          ...(caText === null ? {} : { ca: caText }),
          ...(certText === null ? {} : { cert: certText }),
          ...(keyText === null ? {} : { key: keyText }),
          ...(minVersion === null ? {} : { minVersion }),
          ...(minVersion === 'TLSv1' || minVersion === 'TLSv1.1' ? { ciphers: OLD_CIPHERS } : {}),
          ...(maxVersion === null ? {} : { maxVersion }),
        })
      }
      madeOf = signature
      return made
    },
    roots: () => roots,
  }
}

/** OpenSSL speaks no version before 1.2 at its usual level of security. */
const OLD_CIPHERS = `${DEFAULT_CIPHERS}:@SECLEVEL=0`

function makeContext(options: SecureContextOptions): SecureContext | Failure {
  // Node takes any text.
  if (options.ca !== undefined && !String(options.ca).includes('-----BEGIN CERTIFICATE-----'))
    return unusable('there is no certificate in the file or text of ca')
  try {
    return createSecureContext(options)
  } catch (error) {
    return unusable((error as Error).message)
  }
}

function unusable(why: string): Failure {
  return explainedFailure('module-file', `tls_config: ${why}`)
}

function pemOf(data: RequestData | null, values: RequestValues): (() => string) | null {
  if (data === null) return null
  if ('text' in data) return () => data.text
  const value = values.of(data.file)
  return () => value.bytes.toString()
}

/**
 * Makes the handshake on a connected socket, as the step 'tls' of `attempt`, always a full one: a resumed session brings no
 * certificates. The socket is destroyed if it fails. `protocols`: for ALPN.
 */
export function secureProbe(
  attempt: Attempt,
  raw: Socket,
  serverName: string,
  tls: CompiledTls,
  protocols: readonly string[],
): Promise<TLSSocket | Failure> {
  const context = tls.context()
  if (isFailure(context)) {
    raw.on('error', () => {}).destroy()
    return Promise.resolve(context)
  }
  const host = (tls.serverName ?? serverName).replace(/^\[|\]$|\.$/g, '')
  return attempt.step<TLSSocket>('tls', (done) => {
    const socket = connect({
      socket: raw,
      host,
      servername: isIP(host) === 0 ? host : '',
      secureContext: context,
      ALPNProtocols: [...protocols],
      rejectUnauthorized: !tls.insecure,
      checkServerIdentity: checkName,
    })
    socket.once('secureConnect', () => done(socket))
    socket.on('error', (error) => {
      done(classify(error))
      socket.destroy()
      raw.destroy()
    })
    socket.once('close', () => done(failure('closed', 'closed in the handshake')))
    return () => {
      socket.destroy()
      raw.destroy()
    }
  })
}
