import { resolve } from 'node:path'
import type { Logo } from '../settings/public-page.ts'
import { redactName } from '../settings/quote.ts'
import { readSmallFile } from './small-file.ts'

/** The largest logo, in bytes: every viewer loads it, and the web thread has it in memory. */
const MAX_BYTES = 262_144

/** Images by how their bytes begin. */
const KINDS: readonly { readonly type: string; readonly extension: string; readonly begins: RegExp }[] = [
  { type: 'image/png', extension: 'png', begins: /^\x89PNG\r\n/ },
  { type: 'image/jpeg', extension: 'jpg', begins: /^\xff\xd8\xff/ },
  { type: 'image/webp', extension: 'webp', begins: /^RIFF.{4}WEBP/s },
  { type: 'image/gif', extension: 'gif', begins: /^GIF8[79]a/ },
  {
    type: 'image/svg+xml',
    extension: 'svg',
    begins:
      /^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*|<!DOCTYPE[^>[]*>\s*)*<svg[\s>]/s,
  },
]

/** What an SVG of somebody else may do when it is opened by itself: run code, load from elsewhere, grow. */
const ACTIVE_SVG = /<script|<foreignobject|\son\w+\s*=|javascript:|<!entity/i

/** Reads a logo, whose path it adds to `files`; its type is found out by its content. Throws a RangeError. */
export function readLogo(name: string, directory: string, files: Set<string>): Logo {
  const path = resolve(directory, name)
  files.add(path)
  const bytes = readSmallFile(path, MAX_BYTES)
  const text = bytes.toString('latin1')
  const kind = KINDS.find(({ begins }) => begins.test(text))
  if (kind === undefined) throw new RangeError(`${redactName(path)}: not a PNG, JPEG, WebP, GIF or SVG image`)
  const { type, extension } = kind
  if (extension === 'svg' && ACTIVE_SVG.test(text))
    throw new RangeError(`${redactName(path)}: an SVG with scripts or entities is not served`)
  return { path, type, extension, bytes: new Uint8Array(bytes) }
}
