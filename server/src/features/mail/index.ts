import type { Feature } from '../index.ts'
import { mailRoutes } from './mail.routes.ts'

export { addressPlace, markRefused } from './addresses.service.ts'
export { addressesOf, removeAddresses, sealedAddress, takesMail, type SealedMail } from './addresses.repo.ts'
export { written, type Letter } from './letter.ts'

/** Mail addresses people have confirmed, and letters that go there. */
export const mail: Feature = { routes: mailRoutes }
