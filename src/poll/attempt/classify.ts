import { LOCAL_CAUSES } from '../../state/local-causes.ts'
import type { LocalCause } from '../../state/local-causes.ts'
import { REASON_FACTS } from '../../state/reasons.ts'
import { explainedFailure, failure, localFailure } from './failure.ts'
import type { Failure } from './failure.ts'
import { hostPort } from './host-port.ts'

type UrlReason = Exclude<Failure['reason'], 'local'>

/** Error codes that say that this machine is at fault, and the cause that each stands for. */
const LOCAL_BY_CODE = new Map<string, LocalCause>([
  ['EMFILE', 'no-descriptors'],
  ['ENFILE', 'no-system-descriptors'],
  ['EADDRNOTAVAIL', 'no-ports'],
  ['EADDRINUSE', 'no-ports'],
  ['ENOBUFS', 'no-buffers'],
  ['ENOMEM', 'no-memory'],
  ['ENETDOWN', 'network-down'],
  ['EACCES', 'local-firewall'],
  ['EPERM', 'local-firewall'],
])

/** Error codes of the system, OpenSSL and Node, and the reason of each. Without a detail, the text of the reason is used. */
const BY_CODE = new Map<string, readonly [reason: UrlReason, detail?: string]>([
  ['ECONNREFUSED', ['refused']],
  ['EHOSTUNREACH', ['unreachable']],
  ['EHOSTDOWN', ['unreachable', 'the host is down']],
  ['ENETUNREACH', ['unreachable', 'network unreachable']],
  ['ECONNRESET', ['reset']],
  ['ECONNABORTED', ['reset', 'connection aborted']],
  ['EPIPE', ['reset']],
  ['ETIMEDOUT', ['timeout', 'the network gave up waiting']],
  ['CERT_HAS_EXPIRED', ['tls-expired']],
  ['CERT_NOT_YET_VALID', ['tls-not-yet-valid']],
  ['ERR_TLS_CERT_ALTNAME_INVALID', ['tls-hostname']],
  ['HOSTNAME_MISMATCH', ['tls-hostname']],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', ['tls-untrusted', 'the certificate is self-signed']],
  ['SELF_SIGNED_CERT_IN_CHAIN', ['tls-untrusted', 'the root certificate is unknown']],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', ['tls-untrusted', 'the issuer of the certificate is unknown']],
  ['UNABLE_TO_GET_ISSUER_CERT', ['tls-untrusted', 'the issuer of the certificate is unknown']],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', ['tls-untrusted', 'the issuer of the certificate is unknown']],
  ['UNABLE_TO_DECRYPT_CERT_SIGNATURE', ['tls-untrusted', 'the signature of the certificate is unreadable']],
  ['CERT_SIGNATURE_FAILURE', ['tls-untrusted', 'the signature of the certificate is wrong']],
  ['UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY', ['tls-untrusted', 'the key of the issuer is unreadable']],
  ['ERROR_IN_CERT_NOT_BEFORE_FIELD', ['tls-untrusted', 'the dates of the certificate are unreadable']],
  ['ERROR_IN_CERT_NOT_AFTER_FIELD', ['tls-untrusted', 'the dates of the certificate are unreadable']],
  ['CERT_UNTRUSTED', ['tls-untrusted']],
  ['CERT_REJECTED', ['tls-untrusted', 'the certificate is rejected']],
  ['CERT_REVOKED', ['tls-untrusted', 'the certificate is revoked']],
  ['CERT_CHAIN_TOO_LONG', ['tls-untrusted', 'the certificate chain is too long']],
  ['INVALID_CA', ['tls-untrusted', 'an issuer in the chain is not allowed to issue certificates']],
  ['INVALID_PURPOSE', ['tls-untrusted', 'the certificate is not for servers']],
  ['PATH_LENGTH_EXCEEDED', ['tls-untrusted', 'the certificate chain is too long']],
  ['CA_MD_TOO_WEAK', ['tls-untrusted', 'the signature of the certificate is too weak']],
  ['EE_KEY_TOO_SMALL', ['tls-untrusted', 'the key of the certificate is too small']],
  [
    'ERR_SSL_UNSUPPORTED_PROTOCOL',
    ['tls-version', 'the server offers no TLS version that headcount accepts'],
  ],
  [
    'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    ['tls-version', 'the server offers no TLS version that headcount accepts'],
  ],
  ['ERR_SSL_NO_PROTOCOLS_AVAILABLE', ['tls-version']],
  ['ERR_SSL_WRONG_VERSION_NUMBER', ['tls', 'the server does not speak TLS']],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', ['tls', 'the server does not speak TLS']],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', ['tls', 'the server requires a client certificate']],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', ['tls', 'the server refused the handshake']],
  ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', ['tls', 'the server refused the handshake']],
  ['ERR_SSL_TLSV1_UNRECOGNIZED_NAME', ['tls', 'the server does not know this host name']],
  ['ERR_SSL_TLSV1_ALERT_UNRECOGNIZED_NAME', ['tls', 'the server does not know this host name']],
])

/** Reasons of all other codes of OpenSSL and of Node's TLS. */
const BY_PREFIX: readonly (readonly [prefix: string, reason: UrlReason])[] = [
  ['ERR_SSL_', 'tls'],
  ['ERR_TLS_', 'tls'],
  ['ERR_OSSL_', 'tls'],
]

/**
 * The Failure that an error stands for: the only place that knows error codes. An error that is not known here is `local`,
 * so that a bug of headcount never turns a URL down.
 */
export function classify(error: unknown): Failure {
  if (!(error instanceof Error)) return explainedFailure('unknown-error', String(error))
  // A refusal on every address. The message of an AggregateError is empty.
  if (error instanceof AggregateError && error.errors.length > 0) return classify(error.errors[0])
  const code = codeOf(error)
  // Node reports an orderly end in the middle of a handshake as ECONNRESET without a system call.
  if (code === 'ECONNRESET' && !('syscall' in error)) return failure('closed', 'closed in the handshake')
  const cause = LOCAL_BY_CODE.get(code)
  if (cause !== undefined)
    return localFailure(cause, `${withAddress(LOCAL_CAUSES[cause].text, error)} (${code})`)
  const known = BY_CODE.get(code)
  if (known !== undefined) {
    const [reason, detail] = known
    return failure(reason, withAddress(detail ?? REASON_FACTS[reason].text, error))
  }
  // A certificate error of OpenSSL for which Node has no code.
  if (code === 'UNSPECIFIED') return failure('tls-untrusted', error.message)
  for (const [prefix, reason] of BY_PREFIX)
    if (code.startsWith(prefix)) return failure(reason, openSslReason(error, code))
  return explainedFailure('unknown-error', `${code === '' ? error.name : code}: ${error.message}`)
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** Appends the address if the error names one of the other side: `connection refused 192.0.2.1:80`. */
function withAddress(
  detail: string,
  error: Error & { address?: unknown; port?: unknown; syscall?: unknown },
): string {
  if (typeof error.address !== 'string' || error.syscall === 'bind') return detail
  return `${detail} ${hostPort(error.address, typeof error.port === 'number' ? error.port : null)}`
}

/** OpenSSL's text for the error; without one, the code. */
function openSslReason(error: Error & { reason?: unknown }, code: string): string {
  if (typeof error.reason === 'string' && error.reason !== '') return error.reason
  return code
}
