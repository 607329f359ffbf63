import type { FileUse } from './file-uses.ts'
import { ANY_CONTENTS, requestFiles } from './request-files.ts'

/** Who signs requests with AWS Signature Version 4, and for what. Secrets are in files, given by their absolute paths. */
export interface AwsIdentity {
  readonly accessKeyId: string
  readonly secretFile: string
  /** Null: the key is not a temporary one. */
  readonly tokenFile: string | null
  readonly region: string
  readonly service: string
}

/** The most identities. */
const MAX_IDENTITIES = 1_000

/** The identities that the configuration defines. Pollers get them, without the secrets, as they get the contents of files. */
export class AwsIdentities {
  readonly #identities = new Map<string, AwsIdentity>()
  /** What the flag `--auth` names. */
  #pinned: string | null = null

  /** Defines an identity, or changes it. Throws a RangeError. */
  define(name: string, identity: AwsIdentity): void {
    if (this.#identities.size === MAX_IDENTITIES && !this.has(name))
      throw new RangeError(`more than ${MAX_IDENTITIES} identities`)
    this.#identities.set(name, identity)
    requestFiles.define(awsKey(name), Buffer.from(JSON.stringify(identity)))
  }

  /** A flag names this identity. No reload changes that, so the identity stays. */
  pin(name: string): void {
    this.#pinned = name
  }

  /** The configuration has it no more. Settings may name it still: nothing is asked for them until it is defined again. */
  withdraw(name: string): void {
    if (name === this.#pinned || !this.#identities.delete(name)) return
    requestFiles.undefine(awsKey(name), `no identity ${name}: the configuration does not define it under aws`)
  }

  has(name: string): boolean {
    return this.#identities.has(name)
  }

  /** The files with the secrets of all identities. */
  *files(): Generator<FileUse> {
    for (const { secretFile, tokenFile } of this.#identities.values())
      for (const file of [secretFile, tokenFile]) if (file !== null) yield [file, ANY_CONTENTS]
  }
}

/** The key of an identity among the contents of files. */
export function awsKey(name: string): string {
  return `aws:${name}`
}

/** The identities of this run. */
export const awsIdentities = new AwsIdentities()
