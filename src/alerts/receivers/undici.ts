// The only door of receivers to undici. By names, since those of a bundled package of CommonJS are lost when it is imported at run time.
export { Agent, ProxyAgent, request } from 'undici'
export type { Dispatcher } from 'undici'
