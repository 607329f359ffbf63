import { constants } from 'node:crypto'
import type { TlsOptions } from 'node:tls'
import type { WebTls } from '../../config/web/web-config.ts'

/** What a TLS server of Node needs to behave as the configuration says. Clients are refused by `isClientAllowed`. */
export function secureOptions(tls: WebTls): TlsOptions {
  const { cert, key, clientCa, clientAuth, ciphers, prefersServerCiphers, curves, minVersion, maxVersion } =
    tls
  const asks = asksForCertificate(tls)
  return {
    cert,
    key,
    minVersion,
    maxVersion,
    honorCipherOrder: prefersServerCiphers,
    requestCert: asks,
    rejectUnauthorized: false,
    // A resumed session would keep the certificate of a client that may not be accepted any more.
    secureOptions:
      constants.SSL_OP_NO_RENEGOTIATION | (clientAuth === 'NoClientCert' ? 0 : constants.SSL_OP_NO_TICKET),
    ...(clientCa === null ? {} : { ca: clientCa }),
    ...(ciphers === null ? {} : { ciphers }),
    ...(curves === null ? {} : { ecdhCurve: curves }),
  }
}

/** Whether clients are asked for a certificate. */
export function asksForCertificate({ clientAuth }: Pick<WebTls, 'clientAuth'>): boolean {
  return clientAuth !== 'NoClientCert'
}
