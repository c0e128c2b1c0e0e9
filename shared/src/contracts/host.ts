import { Type, type Static } from 'typebox'
import { none } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { AppId } from './sessions.ts'

/** What `dd.config` needs; the host checks the signature against the page's address. */
export const HostConfig = Type.Object({
  agentId: Type.String(),
  corpId: Type.String(),
  timeStamp: Type.String(),
  nonceStr: Type.String(),
  signature: Type.String(),
})
export type HostConfig = Static<typeof HostConfig>

/** Contact picker, DING, share and geolocation work in the host only after `dd.config` with a signature of ours. */
export const signHostConfig = contract({
  method: 'POST',
  path: '/host/config',
  summary: 'Sign the address of a page so that it may use the guarded JSAPIs',
  permission: 'session',
  audit: none('signs the address of a page'),
  body: Type.Object(
    {
      app: AppId,
      /** `location.href` without the hash, as the page reports it. */
      url: Type.String({ minLength: 1, maxLength: 2000 }),
    },
    { additionalProperties: false },
  ),
  response: HostConfig,
  errors: ['app.not-authorised', 'app.stopped', 'workplace.unreachable'],
})
