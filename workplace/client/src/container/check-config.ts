import { checkConfig } from '@kangbao/workplace/contracts/container.ts'
import { call } from '@/api/client.ts'
import { BridgeRefusal, bridgeCode } from './bridge-wire.ts'
import { textOf, textsOf } from './bridge-params.ts'
import type { OpenFrame } from './frames.ts'

/** `dd.config`: the workplace checks the signature; the frame's own app and org decide, not the page's. */
export async function requestJsApis(
  { orgId, agentId }: OpenFrame,
  params: Readonly<Record<string, unknown>>,
  href: string,
): Promise<readonly string[]> {
  const check = await call(checkConfig, {
    params: { orgId, agentId },
    body: {
      href: href.slice(0, 4000),
      config: {
        agentId: textOf(params, 'agentId'),
        corpId: textOf(params, 'corpId'),
        timeStamp: textOf(params, 'timeStamp'),
        nonceStr: textOf(params, 'nonceStr'),
        signature: textOf(params, 'signature'),
        jsApiList: textsOf(params, 'jsApiList').slice(0, 200),
      },
    },
  })
  if (!check.ok)
    throw new BridgeRefusal(check.errorCode ?? bridgeCode.badParameters, check.errorMessage ?? 'refused')
  return check.granted
}
