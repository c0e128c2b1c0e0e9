import type { Acts } from './acts.ts'
import type { Platform } from './platform.ts'
import type { Session } from './session.ts'

/** What a run has at hand: two base URLs, the keys of one app, one organisation that has authorised it. */
export interface Target {
  readonly platform: Platform
  readonly session: Session
  /** What cannot be asked for over the open platform; absent where nobody performs it. */
  readonly acts: Partial<Acts>
}

export type Need = keyof Acts

/** Where only the workplace itself can do something, a case says so and is left out elsewhere, with the reason. */
export const needs: Readonly<Record<Need, string>> = {
  admin: 'an administrator of the workplace has to act',
  member: 'somebody has to open the app in the workplace',
  clock: 'hours have to pass',
  pushes: 'the platform has to reach a callback URL of this run',
  legacyPushes: 'a second app with pushes of the older style is needed',
  switches: 'limits and faults have to be switched on',
  templates: 'templates of work notifications have to be reviewed',
  isv: 'the ISV’s own corpId, SSO secret and web address are needed',
}

export interface ConformanceCase {
  /** Unique and stable: `tokens/a-repeat-is-another-token`. */
  readonly name: string
  /** Path as the catalogue names it: `POST oapi/service/get_corp_token`. */
  readonly path: string
  readonly fact: string
  /** Section of the reference sheet, with the slug of the public page where there is one. */
  readonly section: string
  readonly needs: readonly Need[]
  /** Throws when the platform behaves otherwise. */
  run(target: Target): Promise<void>
}

interface Written<N extends Need> extends Omit<ConformanceCase, 'needs' | 'run'> {
  readonly needs?: readonly N[]
  run(target: Omit<Target, 'acts'> & { readonly acts: Pick<Acts, N> }): Promise<void>
}

/** A case whose `run` is given exactly the acts it names. */
export function defineCase<N extends Need = never>(written: Written<N>): ConformanceCase {
  const wanted = written.needs ?? []
  return {
    ...written,
    needs: wanted,
    run: (target) => {
      if (!hasAll(target.acts, wanted))
        throw new Error(`${written.name} was run without ${wanted.join(', ')}`)
      return written.run({ platform: target.platform, session: target.session, acts: target.acts })
    },
  }
}

const hasAll = <N extends Need>(
  acts: Partial<Acts>,
  wanted: readonly N[],
): acts is Partial<Acts> & Pick<Acts, N> => wanted.every((need) => acts[need] !== undefined)

/** Why a case cannot be run here, or null. */
export const whyLeftOut = (one: ConformanceCase, target: Pick<Target, 'acts'>): string | null =>
  one.needs
    .filter((need) => target.acts[need] === undefined)
    .map((need) => needs[need])
    .join('; ') || null
