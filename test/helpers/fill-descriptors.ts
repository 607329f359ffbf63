import { closeSync, openSync } from 'node:fs'

/** Opens files until no descriptor is left. Returns what closes them: at its end, Node writes the file of a coverage run. */
export function fillDescriptors(): () => void {
  const descriptors: number[] = []
  for (let full = false; !full;) {
    try {
      descriptors.push(openSync('/dev/null', 'r'))
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('EMFILE')) throw error
      full = true
    }
  }
  return () => descriptors.forEach((descriptor) => closeSync(descriptor))
}
