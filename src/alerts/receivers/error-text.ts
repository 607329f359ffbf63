import { getSystemErrorMessage } from 'node:util'

/** Why a connection failed, for people: that of the system, or of OpenSSL without the place in its source; otherwise the message of the error. */
export function errorText(error: unknown): string {
  const { errno, message, library, reason } = error as NodeJS.ErrnoException & {
    readonly library?: string
    readonly reason?: string
  }
  if (library !== undefined && reason !== undefined) return `TLS: ${reason}`
  return errno === undefined ? message : getSystemErrorMessage(errno)
}
