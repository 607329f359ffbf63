import type { ReceiverType } from './receiver-type.ts'
import { WEBHOOK } from './webhook.ts'

/** All types of receivers, in the order of the docs. */
export const RECEIVER_TYPES: readonly ReceiverType[] = [WEBHOOK]
