import { guardedCalls } from '@kangbao/workplace/contracts/bridge.ts'
import { bridgeApis } from './bridge-apis.ts'
import type { BridgeServices } from './bridge-services.ts'
import {
  BridgeRefusal,
  bridgeCode,
  isBridgeHello,
  parseBridgeCall,
  type BridgeAnswer,
  type HostMessage,
} from './bridge-wire.ts'

/**
 * APIs an app may call only after `dd.config` passed the platform's signature check, and only when it
 * listed them there. Sign-in and plain device APIs are open, as on DingTalk.
 */
const guardedApis: ReadonlySet<string> = new Set(guardedCalls)

/** The one document the host talks with: everything here comes from the host's own session. */
export interface BridgePeer {
  readonly origin: string
  /** The iframe's window at this moment; compared with the sender of every message. */
  contentWindow(): MessageEventSource | null
  post(message: HostMessage): void
}

export interface IncomingMessage {
  readonly source: MessageEventSource | null
  readonly origin: string
  readonly data: unknown
}

export interface BridgeHost {
  receive(message: IncomingMessage): Promise<void>
  /** Fires a CustomEvent on the app's document (`resume`, `pause`, `navRightButton`…). */
  emit(name: string, detail?: unknown): void
  /** Calls a handler that the app registered, such as the click on the right button. */
  invoke(name: string, data?: unknown): void
}

/** Serves the DingTalk bridge to one frame. Messages of any other window or origin are not answered. */
export function createBridgeHost(peer: BridgePeer, services: BridgeServices): BridgeHost {
  let permitted = new Set<string>()

  async function answer(
    name: string,
    params: Readonly<Record<string, unknown>>,
    href: string,
  ): Promise<BridgeAnswer> {
    if (name === 'runtime.permission.requestJsApis') {
      permitted = new Set(await services.requestJsApis(params, href))
      return { errorCode: '0', result: {} }
    }
    const api = Object.hasOwn(bridgeApis, name) ? bridgeApis[name] : undefined
    if (!api) return { errorCode: bridgeCode.unknownApi, errorMessage: `no such api: ${name}` }
    if (guardedApis.has(name) && !permitted.has(name)) {
      return { errorCode: bridgeCode.notPermitted, errorMessage: 'call dd.config with this api first' }
    }
    return { errorCode: '0', result: (await api(params, { services, href })) ?? {} }
  }

  async function receive(message: IncomingMessage): Promise<void> {
    if (message.source === null || message.source !== peer.contentWindow() || message.origin !== peer.origin)
      return
    // A new document has to ask again: what the last one was allowed is not passed on.
    if (isBridgeHello(message.data)) permitted = new Set()
    const call = parseBridgeCall(message.data)
    if (!call) return
    const res = await answer(call.name, call.params, call.href).catch(asRefusal)
    peer.post({ t: 'dd-ret', id: call.id, res })
  }

  return {
    receive,
    emit: (name, detail = {}) => peer.post({ t: 'dd-event', name, detail }),
    invoke: (name, data = {}) => peer.post({ t: 'dd-handler', name, data }),
  }
}

function asRefusal(error: unknown): BridgeAnswer {
  if (error instanceof BridgeRefusal) return { errorCode: error.errorCode, errorMessage: error.message }
  return {
    errorCode: bridgeCode.badParameters,
    errorMessage: error instanceof Error ? error.message : 'failed',
  }
}
