// Preloaded into every thread of the program with NODE_OPTIONS=--import: writes each flag of V8 that is set while it runs into the file
// V8_FLAGS, one a line.
import { appendFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import v8 from 'node:v8'

const file = String(process.env['V8_FLAGS'])
const { setFlagsFromString } = v8

v8.setFlagsFromString = (flag) => {
  appendFileSync(file, `${flag}\n`)
  setFlagsFromString(flag)
}
syncBuiltinESMExports()
