import { clientCertificates } from '../../settings/client-certificates.ts'
import { requestFiles } from '../../settings/request-files.ts'
import type { RequestFile } from '../../settings/request-files.ts'

/** What gets the contents of files: all pollers. */
interface Receiver {
  setFiles(files: readonly RequestFile[]): void
}

/**
 * Sends what the files hold that settings name, now and when they change. `log` gets lines for standard error, without line breaks.
 * Returns what ends that.
 */
export function followFiles(pollers: Receiver, log: (line: string) => void): () => void {
  pollers.setFiles([...requestFiles.all(), ...clientCertificates.all()])
  const ends = [
    requestFiles.follow({
      changed: (files) => pollers.setFiles([...files, ...clientCertificates.changedBy(files)]),
      log,
    }),
    clientCertificates.follow({ changed: (pairs) => pollers.setFiles(pairs), log }),
  ]
  return () => {
    for (const end of ends) end()
  }
}
