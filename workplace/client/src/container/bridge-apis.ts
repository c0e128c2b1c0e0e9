import { consentApis } from './bridge-consent-apis.ts'
import { contactApis } from './bridge-contact-apis.ts'
import { deviceApis } from './bridge-device-apis.ts'
import { navigationApis } from './bridge-navigation-apis.ts'
import type { BridgeServices } from './bridge-services.ts'
import { requiredText, textOf } from './bridge-params.ts'
import { badParameters } from './bridge-wire.ts'

export interface ApiContext {
  readonly services: BridgeServices
  readonly href: string
}

/** One bridge API: its answer becomes `result`; undefined becomes `{}`. */
export type BridgeApi = (params: Readonly<Record<string, unknown>>, context: ApiContext) => unknown

const authCode: BridgeApi = async (params, { services }) => {
  // A page that asks for another org's code is misconfigured; a code for this org would mislead it.
  const corpId = textOf(params, 'corpId', services.corpId)
  if (corpId && corpId !== services.corpId)
    throw badParameters('corpId is not the org this app was opened in')
  return { code: await services.mintAuthCode() }
}

/** A mini-app's own storage, kept apart per app and org by the host. */
const storageApis: Record<string, BridgeApi> = {
  'util.domainStorage.setItem': (params, { services }) => {
    services.storage.setItem(requiredText(params, 'name'), textOf(params, 'value'))
  },
  'util.domainStorage.getItem': (params, { services }) => ({
    value: services.storage.getItem(requiredText(params, 'name')) ?? '',
  }),
  'util.domainStorage.removeItem': (params, { services }) => {
    services.storage.removeItem(requiredText(params, 'name'))
  },
}

/** Every API the host serves; a name that is not here answers "1". */
export const bridgeApis: Readonly<Record<string, BridgeApi>> = {
  'runtime.permission.requestAuthCode': authCode,
  'runtime.permission.requestAuthCodeV2': authCode,
  // The code for an operator is that of the member who taps: the app looks up what he may do.
  'runtime.permission.requestOperateAuthCode': authCode,
  ...consentApis,
  ...storageApis,
  ...navigationApis,
  ...contactApis,
  ...deviceApis,
}
