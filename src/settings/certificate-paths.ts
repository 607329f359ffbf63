/** The absolute paths of a client certificate and its key; null: none. */
export interface CertificatePaths {
  readonly cert: string | null
  readonly key: string | null
}

/** Under which key the pollers get a certificate with its key; null: the settings name none. */
export function pairKey({ cert, key }: CertificatePaths): string | null {
  return cert === null || key === null ? null : `cert:${cert}\0${key}`
}
