/** Messages between the shim in a mini-app's document and this host. */
export interface BridgeCall {
  readonly id: string | number
  readonly name: string
  readonly params: Readonly<Record<string, unknown>>
  /** Location of the calling document without its hash: what `dd.config` was signed for. */
  readonly href: string
}

/** What `WebViewJavascriptBridge.callHandler` answers; "0" resolves, everything else rejects. */
export type BridgeAnswer =
  | { readonly errorCode: '0'; readonly result: unknown }
  | { readonly errorCode: string; readonly errorMessage: string }

export type HostMessage =
  | { readonly t: 'dd-ret'; readonly id: string | number; readonly res: BridgeAnswer }
  | { readonly t: 'dd-handler'; readonly name: string; readonly data: unknown }
  | { readonly t: 'dd-event'; readonly name: string; readonly detail: unknown }

/** Codes that `dingtalk-jsapi` itself understands. */
export const bridgeCode = { cancelled: '-1', unknownApi: '1', badParameters: '3', notPermitted: '7' } as const

/** A refusal with a code; anything else thrown by an API counts as a general failure. */
export class BridgeRefusal extends Error {
  override readonly name = 'BridgeRefusal'
  readonly errorCode: string

  constructor(errorCode: string, message: string) {
    super(message)
    this.errorCode = errorCode
  }
}

export const cancelled = () => new BridgeRefusal(bridgeCode.cancelled, 'cancelled')
export const badParameters = (what: string) => new BridgeRefusal(bridgeCode.badParameters, what)

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The shim's first word in every new document. */
export const isBridgeHello = (data: unknown) => isRecord(data) && data.t === 'dd-hello'

/** The call in a posted message, or undefined when the message is something else. */
export function parseBridgeCall(data: unknown): BridgeCall | undefined {
  if (!isRecord(data) || data.t !== 'dd-call') return undefined
  const { id, name, params, href } = data
  if (typeof id !== 'number' && typeof id !== 'string') return undefined
  if (typeof name !== 'string' || name.length > 100) return undefined
  return {
    id,
    name,
    params: isRecord(params) ? params : {},
    href: typeof href === 'string' ? href : '',
  }
}
