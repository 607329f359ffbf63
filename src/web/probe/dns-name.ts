import { presentation } from '../../poll/dns/presentation.ts'
import { dottedName, wireName } from '../../poll/dns/wire-name.ts'

/** Characters that stand behind a backslash in a name. */
const SPECIAL = ` .'@;()"\\`

/** Reads the name at `start`, and where it ends. Letters stay as they are. Throws Malformed. */
export function readName(message: Buffer, start: number): { name: string; end: number } {
  const { name, end } = wireName(message, start, true)
  return { name: dottedName(name, (label) => presentation(label, SPECIAL)), end }
}
