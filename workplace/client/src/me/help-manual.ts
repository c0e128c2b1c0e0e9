import { useI18n } from 'vue-i18n'
import { computed, type Ref } from 'vue'

export const helpRoles = ['member', 'head', 'admin', 'operator', 'developer'] as const
export type HelpRole = (typeof helpRoles)[number]

export interface Chapter {
  readonly role: HelpRole
  readonly title: string
  readonly steps: readonly string[]
  /** Address of a picture of the screen; empty: none. */
  readonly picture: string
}

/** Those of the written manuals (docs/manual) that help here; small, and loaded when a chapter is opened. */
const pictures = import.meta.glob<string>(
  '../../../../docs/pictures/{account-devices,sign-in,fill,member-chat,directory,missing,org-created,import-checked,certification,install-codes,publish-notify,health-report-done,operator-runs}.png',
  { query: '?url', import: 'default', eager: true },
)
const pictureOf = (name: string) => pictures[`../../../../docs/pictures/${name}.png`] ?? ''

/** The manual is a list of chapters in the locale files; `rt` renders its compiled messages. */
export function useManual(search: Readonly<Ref<string>>, role: Readonly<Ref<HelpRole>>) {
  const { tm, rt } = useI18n()

  function chaptersFor(reader: HelpRole): Chapter[] {
    const messages: unknown = tm(`help.${reader}`)
    if (!Array.isArray(messages)) return []
    return messages.map((chapter: { title: string; picture: string; steps: string[] }) => ({
      role: reader,
      title: rt(chapter.title),
      steps: chapter.steps.map((step) => rt(step)),
      picture: pictureOf(rt(chapter.picture)),
    }))
  }

  const words = computed(() => search.value.trim().toLowerCase().split(/\s+/).filter(Boolean))
  const isSearching = computed(() => words.value.length > 0)
  const holds = ({ title, steps }: Chapter) => {
    const text = [title, ...steps].join(' ').toLowerCase()
    return words.value.every((word) => text.includes(word))
  }
  /** Of one role, or whatever holds all the words, of any role. */
  const chapters = computed(() =>
    isSearching.value ? helpRoles.flatMap(chaptersFor).filter(holds) : chaptersFor(role.value),
  )
  return { chapters, isSearching }
}
