/** `differs`: it answers, but not in everything as written down. `no`: it is not there. */
export type State = 'yes' | 'differs' | 'no'

export interface Entry {
  /** `POST oapi/…`, `GET api/…` with `{name}` for what varies; `JSAPI …`, `PUSH …` for what is no path. */
  readonly path: string
  readonly purpose: string
  readonly state: State
  /** What differs, or why it is not there. */
  readonly note: string
}

export interface Group {
  readonly title: string
  /** Section of the reference sheet. */
  readonly section: string
  readonly entries: readonly Entry[]
}

export const yes = (path: string, purpose: string, note = ''): Entry => ({
  path,
  purpose,
  state: 'yes',
  note,
})
export const differs = (path: string, purpose: string, note: string): Entry => ({
  path,
  purpose,
  state: 'differs',
  note,
})
export const no = (path: string, purpose: string, note: string): Entry => ({
  path,
  purpose,
  state: 'no',
  note,
})

/** Several paths of one purpose. */
export const all = (
  make: (path: string, purpose: string, note: string) => Entry,
  paths: readonly string[],
  [purpose, note]: readonly [purpose: string, note: string],
): Entry[] => paths.map((path) => make(path, purpose, note))
