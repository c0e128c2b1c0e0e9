import { personalScopes, type PersonalScope } from '@kangbao/workplace/contracts/container.ts'
import type { BridgeApi } from './bridge-apis.ts'
import { recordOf, textOf, textsOf } from './bridge-params.ts'
import type { BridgeServices } from './bridge-services.ts'
import { badParameters, cancelled } from './bridge-wire.ts'

/** DingTalk's own mini-program for consents: its kit (`openAuth`) opens it and reads what it hands back. */
const consentMiniApp = '5000000000174977'
const forPerson = '0'

interface ConsentAnswer {
  status: 'ok' | 'cancel' | 'failed'
  result?: { authCode: string }
}

const isKnown = (scope: string): scope is PersonalScope => personalScopes.some((known) => known === scope)

/** What an org allows it allowed when it installed the app, so only the person is ever asked. */
async function askPerson(
  services: BridgeServices,
  asked: { type: string; corpId: string; scopes: readonly string[] },
): Promise<ConsentAnswer> {
  const { type, corpId, scopes } = asked
  const known = scopes.filter(isKnown)
  const isFit = known.length > 0 && known.length === scopes.length
  if (type !== forPerson || (corpId && corpId !== services.corpId) || !isFit) return { status: 'failed' }
  const authCode = await services.allowPersonal(known)
  return authCode === undefined ? { status: 'cancel' } : { status: 'ok', result: { authCode } }
}

const listed = (text: string): string[] => text.split(/[,\s]+/).filter(Boolean)

/** The kit's call on a phone, which is what apps here take the workplace for. */
const callComponent: BridgeApi = async (params, { services }) => {
  const given = recordOf(params, 'params')
  const page = textOf(given, 'page')
  if (textOf(params, 'componentType') !== 'miniProgram' || textOf(given, 'miniAppId') !== consentMiniApp)
    throw badParameters('only the consent component is served')
  const query = new URLSearchParams(page.split('?')[1] ?? '')
  const extraData = await askPerson(services, {
    type: query.get('type') ?? forPerson,
    corpId: query.get('corpId') ?? '',
    scopes: [...listed(query.get('rpcScope') ?? ''), ...listed(query.get('fieldScope') ?? '')],
  })
  return { detail: { extraData } }
}

/** The same without a kit, in newer clients. */
const getAuthInfo: BridgeApi = async (params, { services }) => {
  const answer = await askPerson(services, {
    type: textOf(params, 'type', forPerson),
    corpId: textOf(params, 'corpId'),
    scopes: [...textsOf(params, 'rpcScope'), ...textsOf(params, 'fieldScope')],
  })
  if (answer.status === 'failed') throw badParameters('type, corpId or scopes')
  if (!answer.result) throw cancelled()
  return { status: true, authCode: answer.result.authCode }
}

export const consentApis: Record<string, BridgeApi> = {
  'biz.util.callComponent': callComponent,
  'runtime.permission.getAuthInfo': getAuthInfo,
}
