import { parseSecretFile } from '../settings/auth.ts'
import { awsIdentities } from '../settings/aws-identities.ts'
import { DefinedNames, readDefinitions } from './definitions.ts'
import type { Tree } from './tree.ts'
import type { ValueReader } from './value-reader.ts'

const KEYS = {
  required: ['access-key-id', 'secret-access-key', 'region', 'service'],
  optional: ['session-token'],
}

/** The identities of the configuration. */
export const identityNames = new DefinedNames((name) => awsIdentities.withdraw(name))

/** Reads the identities for AWS Signature Version 4 and defines them. Paths are relative to `directory`. */
export function readAws(reader: ValueReader, tree: Tree, directory: string): void {
  readDefinitions(reader, tree, 'aws', KEYS, (name, map) => {
    const file = (text: string) => parseFile(text, directory)
    const accessKeyId = map.read('access-key-id', (text) => parseWord(text, /^\w{1,128}$/))
    const secretFile = map.read('secret-access-key', file)
    const region = map.read('region', (text) => parseWord(text, /^[a-z0-9-]{1,60}$/))
    const service = map.read('service', (text) => parseWord(text, /^[a-z0-9-]{1,60}$/))
    const problems = reader.problems.length
    const tokenFile = map.read('session-token', file)
    if (accessKeyId === null || secretFile === null || region === null || service === null) return
    if (reader.problems.length > problems) return
    reader.define(!awsIdentities.has(name), () =>
      awsIdentities.define(name, { accessKeyId, secretFile, tokenFile, region, service }),
    )
    identityNames.add(name, reader.number)
  })
}

function parseWord(text: string, form: RegExp): string {
  if (!form.test(text)) throw new RangeError('not such as AKIAIOSFODNN7EXAMPLE, eu-central-1 or execute-api')
  return text
}

function parseFile(text: string, directory: string): string {
  if (!text.startsWith('@')) throw new RangeError("a secret belongs in a file: write '@FILE'")
  return parseSecretFile(text.slice(1), directory)
}
