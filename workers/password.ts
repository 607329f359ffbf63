import { workerData } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { answerRequests } from '../src/threads/requests.ts'
import { checkPassword } from '../src/web/server/password-check.ts'
import type { PasswordQuestion } from '../src/web/server/password-check.ts'

// The thread of the web thread that compares passwords with hashes, which takes long by intention.

answerRequests(workerData as MessagePort, (question: PasswordQuestion) => checkPassword(question))
