// A name server in a process of its own: every name has the address 127.0.0.1. Says its address.
import { DnsServer } from '../helpers/dns-server.ts'

const server = await new DnsServer({ '*': { a: ['127.0.0.1'], ttl: 5 } }).listen()
// What it was asked would grow.
process.send?.(server.address)
process.on('disconnect', () => process.exit())
