import { join } from 'node:path'
import * as sealed from '@kangbao/launcher/sealed-push.ts'
import type { OwnStack } from './own-stack.ts'

/** A push of the platform's, sealed with an app's own keys. */
export function sealPush(own: OwnStack, app: string, message: object, at = own.now()): sealed.Envelope {
  return sealed.sealPush(sealed.suiteKeysOf(join(own.stack.dataDir, 'suites.json'), app), message, at)
}

/** Posts an envelope to the address the platform knows. */
export const push = (own: OwnStack, app: string, envelope: sealed.Envelope): Promise<Response> =>
  sealed.postPush(own.urls.server, app, envelope)
