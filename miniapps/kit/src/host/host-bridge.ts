import { inject, type InjectionKey } from 'vue'

export interface PickedAudience {
  readonly departments: readonly { readonly id: number; readonly name: string }[]
  readonly users: readonly { readonly userId: string; readonly name: string }[]
}

export interface AudienceQuestion {
  readonly title: string
  readonly departmentIds: readonly number[]
  readonly userIds: readonly string[]
  readonly usersOnly: boolean
  readonly limitText: string
}

/** A position and, where the host names places, the names of province, city and district. */
export interface Place {
  readonly latitude: number
  readonly longitude: number
  readonly accuracyM: number
  readonly system: 'gcj-02' | 'wgs-84'
  readonly province: string
  readonly city: string
  readonly district: string
}

/** A DING asks each of these people to confirm, and opens the link (docs/adr/0008). */
export interface DingDraft {
  /** At most `mostDinged`. */
  readonly userIds: readonly string[]
  readonly text: string
  readonly link: { readonly url: string; readonly title: string; readonly text: string }
}
/** The platform names no ceiling for one `biz.ding.create`; its server call for DINGs takes 200 people. */
export const mostDinged = 200

/** The person closed the host's dialogue; not an error. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError'
}

/** The host does not offer this here; the app uses its own way. */
export class NotOfferedError extends Error {
  override readonly name = 'NotOfferedError'
}

/** What surrounds the mini-app: DingTalk, the embedded workplace, or a plain browser. */
export interface HostBridge {
  readonly isHost: boolean
  requestAuthCode(corpId: string): Promise<string>
  setTitle(title: string): void
  /** @throws CancelledError, NotOfferedError */
  pickAudience(question: AudienceQuestion): Promise<PickedAudience>
  /** @throws CancelledError, NotOfferedError */
  share(card: { url: string; title: string; text: string }): Promise<void>
  /** @throws CancelledError, NotOfferedError */
  createDing(draft: DingDraft): Promise<void>
  /** @throws CancelledError, NotOfferedError */
  locate(): Promise<Place>
}

export const bridgeKey: InjectionKey<HostBridge> = Symbol('host bridge')

export function useBridge(): HostBridge {
  const bridge = inject(bridgeKey)
  if (!bridge) throw new Error('no host bridge was provided')
  return bridge
}
