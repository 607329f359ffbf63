// Preloaded into every thread of the program with NODE_OPTIONS=--import: writes the URL of each module that is loaded into the file
// LOADED_MODULES, one a line.
import { appendFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

const file = String(process.env['LOADED_MODULES'])

registerHooks({
  load(url, context, nextLoad) {
    appendFileSync(file, `${url}\n`)
    return nextLoad(url, context)
  },
})
