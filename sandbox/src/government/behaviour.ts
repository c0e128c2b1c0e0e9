import { Type, type Static } from 'typebox'
import type { Clock } from '../clock.ts'

/**
 * How the receiver is told to treat calls. `cut` takes the report and hangs up before answering: the sender cannot
 * know, and must send it again under the same key. `slow` takes it and lets the answer drip; `forge` takes it and signs the
 * receipt with another key.
 */
export const behaviourModes = ['ok', 'fail', 'delay', 'refuse', 'cut', 'slow', 'forge'] as const
export type BehaviourMode = (typeof behaviourModes)[number]

export const Behaviour = Type.Object(
  {
    mode: Type.Enum(behaviourModes),
    /** Answer of `fail`: 500, 503, 429 …; of `refuse`: 422 … */
    status: Type.Optional(Type.Integer({ minimum: 400, maximum: 599 })),
    retryAfterSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400 })),
    /** Of `delay` and `slow`. */
    delayMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 600_000 })),
    code: Type.Optional(Type.String({ maxLength: 80 })),
    detail: Type.Optional(Type.String({ maxLength: 400 })),
    /** Back to `ok` after so many calls … */
    times: Type.Optional(Type.Integer({ minimum: 1 })),
    /** … or after so long by the clock. */
    forMs: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  { additionalProperties: false },
)
export type Behaviour = Static<typeof Behaviour>

export interface BehaviourSwitch {
  set(behaviour: Behaviour): void
  /** What holds now, without using up a call. */
  current(): Behaviour
  /** What holds for this call. */
  next(): Behaviour
}

const ok: Behaviour = { mode: 'ok' }

export function behaviourSwitch(clock: Clock): BehaviourSwitch {
  let set = ok
  let callsLeft = Infinity
  let until = Infinity
  const current = (): Behaviour => {
    if (callsLeft <= 0 || clock.now().getTime() >= until) set = ok
    return set
  }
  return {
    set(behaviour) {
      set = behaviour
      callsLeft = behaviour.times ?? Infinity
      until = behaviour.forMs === undefined ? Infinity : clock.now().getTime() + behaviour.forMs
    },
    current,
    next() {
      const now = current()
      if (now.mode !== 'ok') callsLeft--
      return now
    },
  }
}
