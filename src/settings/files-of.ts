import { checkLogin, checkToken } from './auth.ts'
import { checkCertificate, checkKey } from './pem.ts'
import type { FileUse } from './file-uses.ts'
import type { CheckContents } from './request-file.ts'
import { ANY_CONTENTS } from './request-files.ts'
import type { Overrides } from './url-options.ts'

/** The files that settings name. */
export function filesOf({ data, auth, cert, key }: Overrides): readonly FileUse[] {
  if (!data && !auth && !cert && !key) return NONE
  const files: FileUse[] = []
  const add = (path: string, check: CheckContents) => files.push([path, check])
  if (data && 'file' in data) add(data.file, ANY_CONTENTS)
  if (auth && 'file' in auth) add(auth.file, auth.scheme === 'bearer' ? checkToken : checkLogin)
  if (cert) add(cert, checkCertificate)
  if (key) add(key, checkKey)
  return files
}

const NONE: readonly FileUse[] = []
