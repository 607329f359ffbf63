// Exits with one line if this is the wrong Node, before anything that needs the right one is loaded. npm puts node_modules/.bin first
// on the PATH of scripts, and the devDependency `node` puts the right Node there. If its install script did not run, npm scripts would
// silently use the Node of the system. This file runs on old Nodes too.
import { readFileSync } from 'node:fs'

const engines = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).engines.node
const [major, minor] = process.versions.node.split('.').map(Number)

/** Reads as much of npm's ranges as `engines` uses: `^24.12 || >=26`. */
const supported = engines.split('||').some((range) => {
  const [, operator, from, least = '0'] = /^\s*(\^|>=)(\d+)(?:\.(\d+))?\s*$/.exec(range)
  const sameMajor = major === Number(from) && minor >= Number(least)
  return sameMajor || (operator === '>=' && major > Number(from))
})
if (!supported) {
  process.stderr.write(
    `headcount needs Node ${engines}, this is ${process.version}: run "npm ci" (it brings one), or "nvm use"\n`,
  )
  process.exit(1)
}
