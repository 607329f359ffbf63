// What the single executable starts with. It may only import Node's own modules: everything else is unpacked first.
import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { getAsset, getAssetKeys, getRawAsset } from 'node:sea'
import { cacheFolder, keepYoung, unpack } from './unpack.ts'
import type { Unpacked } from './unpack.ts'

/** The asset with the name of the folder: a hash of all files. */
const NAME = 'name'

/** How often the files of a temporary folder are made to look new, in ms: as often as the XDG Base Directory Specification asks for. */
const KEEP_YOUNG_MS = 6 * 3_600_000

const files = new Map(
  getAssetKeys()
    .filter((key) => key !== NAME)
    .map((key) => [key, new Uint8Array(getRawAsset(key))]),
)
const unpacked = unpackOrSay()
if (unpacked !== null) {
  const { folder } = unpacked
  if (unpacked.isTemporary) {
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
    setInterval(() => keepYoung(files, folder), KEEP_YOUNG_MS).unref()
    process.stderr.write(`warning: the cache is not used: ${unpacked.why}; using ${folder}\n`)
  }
  createRequire(join(folder, 'start.cjs'))('./start.cjs')
}

/** Null if the files can't be written anywhere. That is reported. */
function unpackOrSay(): Unpacked | null {
  try {
    return unpack(files, getAsset(NAME, 'utf8'), cacheFolder(process.env))
  } catch (error) {
    process.stderr.write(`error: the program cannot be unpacked: ${(error as Error).message}\n`)
    process.exitCode = 1
    return null
  }
}
