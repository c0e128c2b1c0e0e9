import type { PersonalScope } from '@kangbao/workplace/contracts/container.ts'
import type { CodeKinds } from '@/scan/decoder.ts'

export interface PickedUser {
  readonly name: string
  readonly avatar: string
  readonly emplId: string
}

export interface PickedDepartment {
  readonly id: number
  readonly name: string
  readonly number: number
}

export interface PeopleQuestion {
  readonly title: string
  readonly multiple: boolean
  readonly limit: number
  readonly allowDepartments: boolean
  readonly allowUsers: boolean
  readonly pickedUsers: readonly string[]
  readonly pickedDepartments: readonly string[]
  readonly disabledUsers: readonly string[]
  readonly requiredUsers: readonly string[]
  readonly disabledDepartments?: readonly string[]
  readonly requiredDepartments?: readonly string[]
  /** What to say when the limit is reached; empty: our own words. */
  readonly limitTips?: string
  /** Department the list opens at; -1: the person's own. */
  readonly startDeptId?: number
}

export interface PeopleChoice {
  readonly users: readonly PickedUser[]
  readonly departments: readonly PickedDepartment[]
}

export interface RightButton {
  readonly text: string
  /** False: the app takes the place away again. */
  readonly show: boolean
  /** True: the app handles the click; false: the host closes the app, as DingTalk does. */
  readonly control: boolean
}

export interface LeftButton {
  readonly text: string
  /** True: the app handles the step back. */
  readonly control: boolean
}

/** One of several entries an app puts into the corner. */
export interface MenuItem {
  readonly id: string
  readonly text: string
}

export interface ShareCard {
  readonly url: string
  readonly title: string
  readonly content: string
  readonly image: string
  /** DingTalk's type 2: only the refresh entry of the menu. */
  readonly refreshOnly: boolean
}

export interface DingDraft {
  readonly users: readonly string[]
  readonly text: string
  readonly link?: { readonly title: string; readonly url: string; readonly text: string }
}

export interface Place {
  readonly latitude: number
  readonly longitude: number
  readonly accuracy: number
}

/**
 * What the bridge needs from the host's screen and from the workplace API, bound to one frame's
 * (app, org, user) beforehand, so that nothing an app sends can name another.
 */
export interface BridgeServices {
  mintAuthCode(): Promise<string>
  /** A code for the person's own token, once he has agreed; undefined when he has not. */
  allowPersonal(scopes: readonly PersonalScope[]): Promise<string | undefined>
  /** Names of the APIs now allowed; rejects with a 520xx refusal when the signature is wrong. */
  requestJsApis(params: Readonly<Record<string, unknown>>, href: string): Promise<readonly string[]>
  readonly corpId: string

  scan(kinds: CodeKinds): Promise<string | undefined>
  pickPeople(question: PeopleQuestion): Promise<PeopleChoice | undefined>
  createDing(draft: DingDraft): Promise<boolean>
  /** Addresses of the stored pictures; undefined when dismissed. */
  uploadImages(multiple: boolean, limit: number): Promise<readonly string[] | undefined>
  /** A picture taken now; undefined when dismissed. */
  takePicture(): Promise<readonly string[] | undefined>
  locate(highAccuracy: boolean): Promise<Place>
  /** Shows the colleague, whose card has the number and the message button. */
  callPerson(userid: string): void
  dial(phone: string): void

  setTitle(title: string): void
  setRight(button: RightButton): void
  setLeft(button: LeftButton): void
  setMenu(items: readonly MenuItem[]): void
  close(): void
  goBack(): void
  share(card: ShareCard): Promise<void>
  openLink(url: URL): void
  previewImages(urls: readonly string[], current: string): void

  alert(title: string, message: string, button: string): Promise<void>
  /** Index of the pressed button. */
  confirm(title: string, message: string, buttons: readonly string[]): Promise<number>
  toast(text: string, kind: 'success' | 'error' | 'plain', durationMs: number): Promise<void>
  showPreloader(text: string): void
  hidePreloader(): void
  /** Index of the chosen row; -1 when dismissed. */
  actionSheet(title: string, rows: readonly string[], cancel: string): Promise<number>
  choose(
    choices: readonly { key: string; value: string }[],
    selected: string,
  ): Promise<{ key: string; value: string } | undefined>
  pickDateTime(kind: 'date' | 'time' | 'datetime', value: string, format: string): Promise<string | undefined>

  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
}
