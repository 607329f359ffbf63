import type { FileUse } from '../../settings/file-uses.ts'
import { awsIdentities } from '../../settings/aws-identities.ts'
import { clientCertificates } from '../../settings/client-certificates.ts'
import { oauth2Clients } from '../../settings/oauth2-clients.ts'
import { requestFiles } from '../../settings/request-files.ts'
import type { FileChange } from '../../settings/request-files.ts'

/** What gets the contents of files: all pollers. */
interface Receiver {
  setFiles(files: readonly FileChange[]): void
}

/** What names files in settings, besides clients and identities; null: there is none. */
type FileUsers = readonly ({ readonly uses: Iterable<FileUse> } | null)[]

/**
 * Sends what the files hold that settings name, now and when they change, and which ones `users` name no more. `log` gets lines for standard
 * error, without line breaks. Returns what ends that.
 */
export function followFiles(pollers: Receiver, users: FileUsers, log: (line: string) => void): () => void {
  pollers.setFiles([...requestFiles.all(), ...clientCertificates.all()])
  const ends = [
    requestFiles.follow({
      changed: (files) => pollers.setFiles([...files, ...clientCertificates.changedBy(files)]),
      uses: () => usesOf(users),
      log,
    }),
    clientCertificates.follow({ changed: (pairs) => pollers.setFiles(pairs), log }),
  ]
  return () => {
    for (const end of ends) end()
  }
}

function* usesOf(users: FileUsers): Generator<FileUse> {
  for (const user of users) if (user !== null) yield* user.uses
  yield* oauth2Clients.files()
  yield* awsIdentities.files()
}
